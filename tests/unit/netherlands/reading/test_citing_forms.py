"""Every way to write a citation leads to the same paper; what cannot be read leads to none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.netherlands.reading.references import find_references

DASHES = ["-", "–", "—", "‐", "‑", "−"]
LEADS = [
    "",
    "Kamerstuk ",
    "Kamerstukken II 2022/23, ",
    "Kamerstukken II 2022/-23, ",
    "Kamerstukken II, 2021/22 en 2022/23, ",
    "(Kamerstuk ",
    "zie de motie ",
    "t.v.v. ",
    "Nota naar aanleiding van het verslag - ",
]
TAILS = ["", ".", ", en verder", ")", " van het lid Vos", " wordt ontraden", "; idem"]
CHAPTERS = ["", "I", "IV", "XVI", "IXB", "A", "B", "L", "N"]


def targets(text: str) -> list[str]:
    return [found.target for found in find_references(text)]


def chapter_words(chapter: str, dash: str) -> st.SearchStrategy[str]:
    if not chapter:
        return st.just("")
    return st.sampled_from(
        [f" {chapter}", f"{dash}{chapter}", chapter, f" hoofdstuk {chapter}", f" {dash} {chapter}"]
    )


@st.composite
def citations(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Draw a citation and the papers it names."""
    dossier = draw(st.integers(25_100, 36_999).filter(lambda number: number % 1000 > 99))
    dash, chapter = draw(st.sampled_from(DASHES)), draw(st.sampled_from(CHAPTERS))
    first = draw(st.integers(1, 2500))
    numbers = [first]
    lead, tail = draw(st.sampled_from(LEADS)), draw(st.sampled_from(TAILS))
    is_glued = draw(st.booleans()) and (not chapter or chapter.isupper())
    listed = draw(st.sampled_from(["one", "and", "range"]))
    joint = {"one": "", "and": " en ", "range": " t/m "}[listed]
    if listed != "one":
        numbers = [first, first + 1]
    words = str(first) + (f"{joint}{first + 1}" if joint else "")
    digits = str(dossier)
    kingdom = draw(st.sampled_from(["", " (R2188)", f"{dash}(R2188)"])) if not chapter else ""
    if is_glued:
        place = f"{digits}{dash}{chapter}{dash}" if chapter else f"{digits}{dash}"
        text = f"{lead}{place}{words}{tail}"
    else:
        spaced = draw(
            st.sampled_from([digits, f"{digits[:2]} {digits[2:]}", f"{digits[:2]}\xa0{digits[2:]}"])
        )
        named = draw(
            st.sampled_from([", nr. ", " nr. ", ", nr ", ", nrs. ", ", stuk nr. ", "\nnr. "])
        )
        text = f"{lead}{spaced}{kingdom}{draw(chapter_words(chapter, dash))}{named}{words}{tail}"
    part = f"-{chapter}" if chapter else ""
    return text, [f"kst-{dossier}{part}-{number}" for number in numbers]


@given(citations())
def test_a_citation_names_its_papers_however_it_is_spelled(cited: tuple[str, list[str]]) -> None:
    text, papers = cited
    assert targets(text) == papers


@given(
    st.integers(25_100, 36_999).filter(lambda number: number % 1000 > 99),
    st.integers(1, 999),
    st.sampled_from(["A", "B", "bis", "AB", "ter", "Z1"]),
    st.sampled_from(["", "Kamerstuk ", "("]),
)
def test_a_number_whose_tail_cannot_be_read_names_no_paper(
    dossier: int, number: int, tail: str, lead: str
) -> None:
    found = targets(f"Zie {lead}{dossier}, nr. {number}{tail}.")
    assert not [target for target in found if target.startswith("kst-")]


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        ("Kamerstuk nr. 29684-268", ["kst-29684-268"]),
        ("Kamerstukken 29684-268 t/m 29684-270", [f"kst-29684-{n}" for n in (268, 269, 270)]),
        ("21501-20-1234 t/m 21501-20-1236", [f"kst-21501-20-{n}" for n in (1234, 1235, 1236)]),
        ("documenten 31544-8 en 31544-9", ["kst-31544-8", "kst-31544-9"]),
        ("Kamerstuk 36 600, XVI, nr. 12", ["kst-36600-XVI-12"]),
        ("21501–02, nr. 3151", ["kst-21501-02-3151"]),
        ("motie nr. 203(28286)", ["kst-28286-203"]),
        ("36 600 B en 36 600 C, nr. 6", ["kst-36600-B-6"]),
        (
            "Kamerstukken I 2000/2001, 26 855 (250, 250a); 2001/2002, 26 855 (16, 16a)",
            [
                "kst-20002001-26855-250",
                "kst-20002001-26855-250a",
                "kst-20012002-26855-16",
                "kst-20012002-26855-16a",
            ],
        ),
        ("Kamerstukken I 36836 D", ["kst-36836-D"]),
        ("de brief aan de Eerste Kamer 36836 D", ["kst-36836-D"]),
        ("EK 36 836, AB", ["kst-36836-AB"]),
        ("36455 (R2188)", ["36455"]),
        ("36200-(R2174)", ["36200"]),
        ("36836 D", []),
        ("een bedrag van € 25000-3000", []),
        ("tussen 25000-3000", []),
        ("25000-3000 woningen", []),
        ("artikelnummer 26485-424", []),
        ("070-26485-424", []),
        ("2022Z26485-424", []),
        ("26485-424-12-9", []),
        ("NEN 30000-12", []),
    ],
)
def test_forms_from_real_lists_and_letters(text: str, papers: list[str]) -> None:
    assert targets(text) == papers

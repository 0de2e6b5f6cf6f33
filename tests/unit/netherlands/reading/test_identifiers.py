"""Official identifiers are read and written back; people's spellings mean the same papers."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.netherlands.reading.identifiers import PaperId, from_spelling, is_unset, parse

OFFICIAL = [
    "kst-26485-379",
    "kst-35925-V-48",
    "kst-36410-XVI-122",
    "kst-33000-IIA-7",
    "kst-36600-A-12",
    "kst-21501-02-466",
    "kst-21501-02-FJ",
    "kst-31200-VII-45-b1",
    "kst-36867-B",
    "kst-35529-I",
    "kst-34951-AB",
    "kst-CXLVI-A",
    "kst-C-A",
    "kst-20062007-30961-B",
    "kst-19941995-23003-58e",
    "kst-20032004-00061-VI",
    "kst-20032004-28855-A-h1",
    "kst-20082009-31792-A-A",
    "kst-31200-VIi-43-b1",
]


@pytest.mark.parametrize("official", OFFICIAL)
def test_an_official_identifier_is_read_and_written_back(official: str) -> None:
    paper = parse(official)
    assert paper is not None
    assert str(paper) == official
    assert not is_unset(official)


def test_its_parts_are_told_apart() -> None:
    paper = parse("kst-20032004-31200-VII-45-b1")
    assert paper is not None
    assert paper == ("31200", "45", "VII", "20032004", "b1")


def test_a_paper_that_is_not_typeset_has_a_number_alone() -> None:
    assert is_unset("kst-1183756")
    assert parse("kst-1183756") is None


@pytest.mark.parametrize("text", ["", "kst-", "kst-26485", "blg-26485-1", "kst-26485-379 ", "x"])
def test_what_is_no_identifier_is_not_read(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("spelling", "official"),
    [
        ("35 925 V, nr. 48", "kst-35925-V-48"),
        ("35925-V-48", "kst-35925-V-48"),
        ("35 925-V, nr. 48", "kst-35925-V-48"),
        ("35 925 v nr 48", "kst-35925-V-48"),
        ("Kamerstuk 35 925 V, nr. 48", "kst-35925-V-48"),
        ("Kamerstukken II 2021/22, 26 485, nr. 379", "kst-26485-379"),
        ("Kamerstukken II 2021-2022, 26 485, nr. 379", "kst-26485-379"),
        ("kst-26485-379", "kst-26485-379"),
        ("26485-379", "kst-26485-379"),
        ("26.485, nr. 379", "kst-26485-379"),
        ("21 501-02, nr. 2801", "kst-21501-02-2801"),
        ("21501-02-2801", "kst-21501-02-2801"),
        ("33 000 IIA, nr. 7", "kst-33000-IIA-7"),
        ("36 867, B", "kst-36867-B"),
        ("35 000 (R2205), nr. 7", "kst-35000-7"),
        ("Kamerstuk 36867, nr. B", "kst-36867-B"),
        ("36 067, letter Y", "kst-36067-Y"),
        ("CXLVI, A", "kst-CXLVI-A"),
        ("Kamerstukken I 2020/21, CXLVI, A", "kst-CXLVI-A"),
        ("Kamerstukken I 2006/07, 30 961, B", "kst-20062007-30961-B"),
        ("Kamerstukken II 2006/07, 30 961, nr. 3", "kst-30961-3"),
        ("Kamerstukken II, vergaderjaar 2021–2022, 26485, nr.379", "kst-26485-379"),
        ("TK 2021-2022, 26485, nr. 379", "kst-26485-379"),
        ("36600-A-12", "kst-36600-A-12"),
    ],
)
def test_people_spell_it_in_many_ways(spelling: str, official: str) -> None:
    assert str(from_spelling(spelling)) == official


@pytest.mark.parametrize("text", ["", "35925", "de motie", "12 maart 2023", "2026D40126", "nr. 48"])
def test_what_names_no_paper_is_left_alone(text: str) -> None:
    assert from_spelling(text) is None


@st.composite
def papers(draw: st.DrawFn) -> PaperId:
    """Identifiers of every form that the grammar has."""
    roman = st.sampled_from(["I", "V", "VI", "VIII", "IX", "XIV", "XVI", "XXII"])
    letters = st.sampled_from(["A", "B", "Z", "AB", "DX"])
    part = st.one_of(
        roman,
        st.sampled_from(["A", "C", "IIA", "IIB", "IXA"]),
        st.integers(0, 99).map("{:02}".format),
    )
    number = st.one_of(
        st.integers(1, 9999).map(str), st.integers(1, 400).map("{}b".format), letters
    )
    return PaperId(
        draw(st.one_of(st.integers(10000, 99999).map(str), st.sampled_from(["CXLVI", "CI"]))),
        draw(number),
        draw(st.none() | part),
        draw(st.none() | st.integers(1994, 2009).map(lambda year: f"{year}{year + 1}")),
        draw(st.none() | st.sampled_from(["b1", "h2", "n13"])),
    )


@given(papers())
def test_what_is_written_is_read_back(paper: PaperId) -> None:
    assert parse(str(paper)) == paper


@given(papers().filter(lambda paper: paper.dossier.isdigit()))
def test_the_official_form_is_a_spelling_of_itself(paper: PaperId) -> None:
    short = paper._replace(session=None, suffix=None)
    assert from_spelling(str(short)) == short


@given(st.text(max_size=60))
def test_any_text_can_be_asked_about(text: str) -> None:
    parse(text)
    from_spelling(text)


@pytest.mark.corpus
def test_every_identifier_of_the_publisher_is_read(corpus_dir: Path) -> None:
    lines = (corpus_dir.parent / "kst-identifiers.txt").read_text(encoding="utf-8").split()
    assert len(lines) > 2000
    assert [line for line in lines if not is_unset(line) and str(parse(line)) != line] == []

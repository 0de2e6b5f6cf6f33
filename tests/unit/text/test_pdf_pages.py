"""Facts about what a page of a PDF shows beside its words: places, sizes, raised signs."""

import io
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from harvester.text import Text
from spiders.netherlands.reading.references import find_references
from tests.unit.netherlands.printed.extracting import extract

FOOT = "Tweede Kamer, vergaderjaar 2024–2025, 36 600 XIII, nr. 36"


def drawn(*pages: Callable[[Canvas], None]) -> Text:
    """Read a document of pages, each drawn by a function."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    for draw in pages:
        canvas.setFont("Helvetica", 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return extract(file.getvalue(), "application/pdf")


def lines(*texts: str, top: float = 740, left: float = 72) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        for row, text in enumerate(texts):
            canvas.drawString(left, top - 13 * row, text)

    return draw


def both(*draws: Callable[[Canvas], None]) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        for each in draws:
            each(canvas)

    return draw


def raised(canvas: Canvas, x: float, y: float, *parts: tuple[str, float]) -> None:
    """Write on one line, each part this many points above it, what is raised in a smaller size."""
    text = canvas.beginText(x, y)
    for words, rise in parts:
        text.setFont("Helvetica", 6 if rise else 10)
        text.setRise(rise)
        text.textOut(words)
    canvas.drawText(text)


@pytest.mark.parametrize(
    "edge", ["Vraag {}", "Antwoord {}", "Motie 36 410, nr. {}", "Deze motie krijgt ontraden.", "{}"]
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_line_of_the_text_at_a_page_edge_stays(edge: str, is_first: bool) -> None:
    pages = []
    for number in range(1, 5):
        body = [f"Alinea {letter}{number} van de tekst" for letter in "abcdefg"]
        line = edge.format(number)
        pages.append(lines(*([line, *body] if is_first else [*body, line])))
    text = drawn(*pages).text
    for number in range(1, 5):
        assert edge.format(number) in text.split("\n\n") or edge.format(number) in text


def test_the_same_words_at_the_same_place_apart_from_the_text_are_a_head() -> None:
    def page(number: int, word: str) -> Callable[[Canvas], None]:
        head = lines("Ministerie van Financiën", "Ons kenmerk 2025-0001234", top=800)
        foot = lines(f"Pagina {number} van 4", top=40)
        return both(head, lines(f"{word} staat er.", "En dat blijft zo.", "Altijd."), foot)

    words = ["Aap", "Noot", "Mies", "Wim"]
    text = drawn(*(page(number, word) for number, word in enumerate(words, start=1))).text
    assert "Ministerie" not in text
    assert "kenmerk" not in text
    assert "Pagina" not in text
    assert all(f"{word} staat er." in text for word in words)


@pytest.mark.parametrize(
    "foot",
    [
        "Tweede Kamer, vergaderjaar 2023–2024, Aanhangsel {}",
        "Tweede Kamer, vergaderjaar 2023–2024, Aanhangsel",
        "Tweede Kamer, vergaderjaar 2024–2025, 36 600 XIII, nr. 36 {}",
        "Eerste Kamer, vergaderjaar 2023–2024, 36 410, AA, nr. 4 {}",
        "Staatscourant 2023 nr. 12345 9 december 2023",
        "Staatsblad 2020 118 {}",
    ],
)
def test_the_foot_of_every_series_is_left_out_and_cites_nothing(foot: str) -> None:
    def page(number: int) -> Callable[[Canvas], None]:
        return both(lines(f"Tekst van bladzijde {number}."), lines(foot.format(number), top=40))

    text = drawn(page(1), page(2)).text
    assert text == "Tekst van bladzijde 1.\n\nTekst van bladzijde 2."
    assert find_references(text) == []


def test_a_note_that_cites_another_paper_in_the_form_of_a_foot_stays() -> None:
    note = "Tweede Kamer, vergaderjaar 2021–2022, 35 925, nr. 7"

    def page(number: int) -> Callable[[Canvas], None]:
        return both(
            lines(f"Tekst van bladzijde {number}."),
            lines(*([note] if number == 1 else []), top=90),
            lines(f"{FOOT} {number}", top=40),
        )

    text = drawn(page(1), page(2), page(3)).text
    assert note in text
    assert "36 600 XIII" not in text


@settings(max_examples=40)
@given(
    st.integers(1, 99_999), st.integers(1, 120), st.sampled_from(["", " en verder", ", zo bleek"])
)
def test_a_raised_sign_is_no_part_of_the_number_before_it(
    number: int, sign: int, rest: str
) -> None:
    def page(canvas: Canvas) -> None:
        raised(canvas, 72, 740, (f"Zie hierover nr. {number}", 0), (str(sign), 4), (rest, 0))
        lines("Een tweede regel van de tekst.", top=727)(canvas)
        canvas.setFont("Helvetica", 7)
        canvas.drawString(72, 90, f"{sign} De noot zelf.")

    read = drawn(page)
    assert str(number) in read.text.replace(",", " ").replace(".", " ").split()
    assert f"{number}{sign}" not in read.text.replace(str(number), str(number), 1).split()
    (link,) = [mark for mark in read.marks if mark.kind == "link"]
    (note,) = [mark for mark in read.marks if mark.kind == "note"]
    assert link.target == note.target
    assert read.text[note.start : note.end] == f"{sign} De noot zelf."


def test_a_note_follows_the_paragraph_that_refers_to_it() -> None:
    def first(canvas: Canvas) -> None:
        raised(canvas, 72, 740, ("Dit staat in de brief", 0), ("1", 4), (" van vorig jaar, en", 0))
        raised(canvas, 72, 90, ("1", 3), (" Kamerstuk 36 410, nr. 5.", 0))

    text = drawn(first, lines("gaat op de volgende bladzijde verder.")).text
    assert text.split("\n\n") == [
        "Dit staat in de brief ¹ van vorig jaar, en gaat op de volgende bladzijde verder.",
        "1 Kamerstuk 36 410, nr. 5.",
    ]


def test_a_power_of_a_unit_is_no_note_sign() -> None:
    def page(canvas: Canvas) -> None:
        raised(canvas, 72, 740, ("Een kavel van 500 m", 0), ("2", 4), (" grond", 0))

    assert drawn(page).text == "Een kavel van 500 m² grond"


def test_columns_drawn_row_by_row_are_read_one_after_the_other() -> None:
    left = [
        f"links regel {word} gaat hier nog even door"
        for word in ["een", "twee", "drie", "vier", "vijf", "zes", "zeven"]
    ]
    right = [line.replace("links", "rechts") for line in left]

    def page(canvas: Canvas) -> None:
        for row, (one, other) in enumerate(zip(left, right, strict=True)):
            canvas.drawString(50, 740 - 12 * row, one)
            canvas.drawString(310, 740 - 12 * row, other)

    text = drawn(page).text.replace("\n\n", " ")
    assert text.index("links regel zeven") < text.index("rechts regel een")


def test_the_cells_of_a_row_stay_together() -> None:
    rows = [(f"36 410, nr. {number}", "Ontraden") for number in range(10, 20)]

    def page(canvas: Canvas) -> None:
        for row, (one, other) in enumerate(rows):
            canvas.drawString(72, 740 - 12 * row, one)
            canvas.drawString(350, 740 - 12 * row, other)

    text = drawn(page).text
    assert text.index("nr. 10") < text.index("Ontraden") < text.index("nr. 11")


def test_a_picture_without_text_is_told_as_a_scan() -> None:
    from reportlab.lib.utils import ImageReader

    picture = b"P5\n4 4\n255\n" + bytes(range(16))

    def page(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(io.BytesIO(picture)), 0, 0, 595, 842)

    read = drawn(page, page)
    assert read.status == "empty"
    assert read.reason == "a scan: 2 of 2 pages are pictures without text"


def test_letters_that_are_no_words_are_unreadable() -> None:
    text = "bcdfg hjklm npqrs tvwxz " * 4
    read = drawn(lines(*([text] * 6)))
    assert read.status == "failed"
    assert read.reason is not None
    assert read.reason.startswith("unreadable")


def signed(*closing: str) -> Sequence[str]:
    return (
        "Aan de Voorzitter van de Tweede Kamer der Staten-Generaal",
        "",
        "Den Haag, 12 maart 2025",
        "",
        "Hierbij bied ik u de appreciatie van de moties aan.",
        "",
        *closing,
    )


@pytest.mark.parametrize(
    ("closing", "people"),
    [
        (
            ("De Minister voor Primair en Voortgezet Onderwijs,", "", "Th.J.A.M. de Bruijn"),
            [
                (
                    "Th.J.A.M. de Bruijn",
                    "De Minister voor Primair en Voortgezet Onderwijs",
                    "signatory",
                )
            ],
        ),
        (
            ("De Staatssecretaris van Financiën, H. van der Lansink-Bos",),
            [("H. van der Lansink-Bos", "De Staatssecretaris van Financiën", "signatory")],
        ),
        (
            (
                "De Minister van Justitie en Veiligheid,",
                "J. Ek",
                "",
                "De Minister van Defensie,",
                "R.P. Os",
            ),
            [
                ("J. Ek", "De Minister van Justitie en Veiligheid", "signatory"),
                ("R.P. Os", "De Minister van Defensie", "co-signatory"),
            ],
        ),
    ],
)
def test_a_letter_in_a_pdf_says_date_addressee_and_signatories(
    closing: Sequence[str], people: Sequence[tuple[str, str, str]]
) -> None:
    says = drawn(lines(*signed(*closing))).says
    assert says is not None
    assert says.dated_on == "2025-03-12"
    assert says.addressee == "Aan de Voorzitter van de Tweede Kamer der Staten-Generaal"
    assert [tuple(person) for person in says.people] == people

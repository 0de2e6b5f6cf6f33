"""Texts with the same words have the same key, whoever set them."""

from hypothesis import given
from hypothesis import strategies as st

from harvester.text.sentences import sentence_key

LONG = (
    "De afgelopen maanden is met gemeenten, uitvoeringsorganisaties en deskundigen gesproken over "
    "de vraag hoe de afspraken het best kunnen worden uitgevoerd"
)
LETTER = f"Geachte voorzitter,\n\n{LONG}. Daarbij ga ik in op uw vragen.\n\nDe Minister"


def test_lines_hyphens_and_what_stands_around_do_not_matter() -> None:
    head = "Retouradres Postbus 1 2500 EA Den Haag\n\nDatum 1 juli 2026\n\n"
    broken = LETTER.replace("uitvoeringsorganisaties", "uitvoerings-\norganisaties").replace(
        "gesproken over ", "gesproken over\n"
    )
    assert sentence_key(head + broken + "\n\n2/2") == sentence_key(LETTER)


def test_another_word_makes_another_key() -> None:
    assert sentence_key(LETTER.replace("deskundigen", "burgers")) != sentence_key(LETTER)


def test_what_has_no_long_sentence_has_no_key() -> None:
    assert sentence_key("Geachte voorzitter. Hierbij bied ik u het rapport aan.") is None


@given(st.text(max_size=400))
def test_any_text_has_a_key_that_the_index_holds_or_none(text: str) -> None:
    key = sentence_key(text)
    assert key is None or -(2**63) <= key < 2**63

"""A paper's own words begin below what is printed above every paper."""

import pytest

from spiders.netherlands.reading.masthead import body_start

MASTHEAD = (
    "Tweede Kamer der Staten-Generaal 2\n\nVergaderjaar 2025–2026\n\n36 900 Wegen\n\nNr. 7\n\n"
)


@pytest.mark.parametrize(
    ("above", "body"),
    [
        ("MOTIE VAN HET LID BEE\nVoorgesteld 2 juli 2026\n", "De Kamer,\ngehoord de beraadslaging"),
        (
            "MOTIE VAN HET LID BEE\nVoorgesteld tijdens het Wetgevingsoverleg van 12 juli 2026\n",
            "De Kamer,\n\n(33)\n\ngehoord de beraadslaging",
        ),
        (
            "BRIEF VAN DE MINISTER VAN WEGEN\nAan de Voorzitter van de Tweede Kamer der "
            "Staten-Generaal\nDen Haag, 7 juli 2026\n",
            "Hierbij zend ik u de nota over de Kamer, die gehoord is.",
        ),
        (
            "Den Haag, 7 juli 2026\n\nGeachte voorzitter,\n\n",
            "Hierbij zend ik u de nota.",
        ),
    ],
)
def test_a_body_begins_below_heading_date_and_address(above: str, body: str) -> None:
    text = MASTHEAD + above + body
    assert text[body_start(text) :] == body


def test_a_text_without_masthead_begins_at_its_first_word() -> None:
    assert body_start("Nota over wegen. Den Haag, 7 juli 2026 was warm.") == 0
    assert body_start("") == 0


def test_what_looks_like_it_far_below_is_not_one() -> None:
    assert body_start("woord " * 500 + "\nGeachte voorzitter,\nNog iets.") == 0

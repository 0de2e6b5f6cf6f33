"""What is shown of a text is where the words are, below the masthead."""

from pathlib import Path

import pytest

from harvester.search.relax import Reading
from harvester.site.excerpts import LENGTH, MARK_END, MARK_START, excerpt
from harvester.site.queries import search
from harvester.site.queries.matches import matching
from tests.unit.index.makers import document, filled

MASTHEAD = "Tweede Kamer der Staten-Generaal\n\n36 900 [Wegen] en water\n\nNr. 7\n\n"
HEADING = "MOTIE VAN HET LID BEE\nVoorgesteld 2 juli 2026\n"
BODY = "De Kamer, gehoord de beraadslaging, "


def shown(text: str) -> str:
    marked = text.replace("[", MARK_START).replace("]", MARK_END)
    return excerpt(marked).replace(MARK_START, "[").replace(MARK_END, "]")


def test_words_of_the_masthead_give_way_to_those_of_the_body() -> None:
    text = MASTHEAD + HEADING + BODY + "overwegende dat [wegen] slijten"
    assert shown(text) == BODY + "overwegende dat [wegen] slijten"


def test_without_a_word_in_the_body_it_is_shown_from_its_beginning() -> None:
    assert (
        shown(MASTHEAD + HEADING + BODY + "verzoekt de regering") == BODY + "verzoekt de regering"
    )


def test_the_place_with_most_different_words_is_shown() -> None:
    far = "Zo is het. " * 40
    text = f"{far}Eerst [water]. {far}De [wegen] en het [water] lijden. {far}[Water] [water]."
    assert shown(text).startswith("…De [wegen] en het [water] lijden.")


def test_it_is_cut_at_words_and_says_where() -> None:
    text = "lang " * 100 + "en [wegen] " + "breed " * 100
    found = shown(text)
    assert found.startswith("…lang ")
    assert found.endswith(" breed…")
    assert "[wegen]" in found
    assert len(found) <= LENGTH + 4


def test_a_word_longer_than_all_is_cut() -> None:
    assert len(shown("[" + "x" * 1000 + "]")) <= LENGTH + 4
    assert shown("") == ""


@pytest.mark.parametrize(
    ("text", "snippet"),
    [
        (MASTHEAD + HEADING + BODY + "omdat wegen slijten", f"{BODY}omdat [wegen] slijten"),
        ("Over wegen. " + "Nog iets. " * 60, "Over [wegen]. Nog"),
        ("Nog iets. " * 60 + "Dan wegen.", "Dan [wegen]."),
        ("", "Over [wegen]"),
    ],
)
def test_a_search_shows_it(tmp_path: Path, text: str, snippet: str) -> None:
    index = filled(tmp_path / "index.sqlite", [document("d", subject="Over wegen")])
    connection = index.connection
    words = text.replace("[", "").replace("]", "")
    connection.execute("UPDATE paper_fts SET text = ?", (words,))
    matches = matching(connection, Reading("wegen"), {})
    [paper] = search.find(connection, matches, "relevance", 10)
    assert snippet in paper["snippet"].replace(MARK_START, "[").replace(MARK_END, "]")
    index.close()

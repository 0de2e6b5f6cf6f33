"""What was found is marked in any text that has the same words, and each mark leads to the next."""

import html
import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from harvester.site.excerpts import MARK_END, MARK_START
from harvester.site.marks import MOST, places, wanted_in
from harvester.site.prose import render_text
from harvester.text import Text


def mark(words: str) -> str:
    return f"{MARK_START}{words}{MARK_END}"


def found(text: str, *marked: str) -> list[str]:
    wanted = wanted_in(mark(words) for words in marked)
    return [text[place.start : place.end] for place in places(text, wanted)]


def test_words_are_marked_in_every_spelling_and_phrases_only_as_a_whole() -> None:
    text = "De Wólven, een wolf; wolvenplan. CO₂ en water, het water en land."
    assert found(text, "wolven", "wolf") == ["Wólven", "wolf"]
    assert found(text, "water en") == ["water en"]
    assert found(text, "water en land", "water") == ["water", "water en land"]
    assert found(text, "CO2") == ["CO₂"]
    assert found(text) == []


def test_a_text_without_end_is_marked_in_part() -> None:
    assert len(found("wolf " * (MOST + 50), "wolf")) == MOST


def test_each_mark_has_a_name_and_leads_to_its_neighbours() -> None:
    text = Text("ok", "Over wolven en <wolven>.\n\nGeen wolven.")
    page = str(render_text(text, (), places(text.text, wanted_in([mark("wolven")]))))
    assert re.findall(r'<mark id="(found-\d)">', page) == ["found-1", "found-2", "found-3"]
    assert re.findall(r'href="#(found-\d)"', page) == ["found-2", "found-1", "found-3", "found-2"]
    assert "&lt;" in page


def test_no_link_stands_in_a_link() -> None:
    text = Text("ok", "Zie kamerstuk wolven hier.")
    start = text.text.index("kamerstuk")
    cited = {
        "start_at": start,
        "end_at": start + len("kamerstuk wolven"),
        "cited": "kst-1-2",
        "is_held": 1,
    }
    page = str(render_text(text, [cited], places(text.text, wanted_in([mark("wolven")]))))
    assert '<mark id="found-1">wolven</mark></a>' in page
    assert page.count("<a ") == 1


@given(st.text(), st.lists(st.text(min_size=1, max_size=8), max_size=4))
def test_whatever_is_marked_the_text_stays_what_it_was(text: str, marked: list[str]) -> None:
    found = places(text, wanted_in(mark(words) for words in marked))
    assert all(a.end <= b.start for a, b in pairwise(found))
    page = str(render_text(Text("ok", text), (), found))
    without_jumps = re.sub(r'<a class="jump"[^>]*>.</a>', "", page)
    plain = html.unescape(re.sub(r"<[^>]+>", "", without_jumps))
    assert "".join(plain.split()) == "".join(text.split())

"""Facts about how the archive keeps a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.canonical import encode, pack
from harvester.text import Mark, PaperFacts, StatedDossier, StatedPerson, Text, dump, load, text_key
from harvester.text.result import REASON_LIMIT, failed

WORDS = st.text(st.characters(exclude_categories=["Cs"]))
OPTIONAL = st.none() | WORDS
FACTS = st.builds(
    PaperFacts,
    st.tuples() | st.tuples(st.builds(StatedDossier, WORDS, OPTIONAL, OPTIONAL, OPTIONAL)),
    OPTIONAL,
    OPTIONAL,
    OPTIONAL,
    OPTIONAL,
    OPTIONAL,
    OPTIONAL,
    st.tuples()
    | st.tuples(st.builds(StatedPerson, WORDS, OPTIONAL, st.sampled_from(["mover", "co-mover"]))),
    OPTIONAL,
    st.tuples() | st.tuples(WORDS),
)
TEXTS = st.builds(
    Text,
    st.sampled_from(["ok", "empty", "failed", "unsupported"]),
    WORDS,
    OPTIONAL,
    st.none() | st.integers(0, 10_000),
    st.just((Mark(0, 0, "link", "kst-26485-379"), Mark(0, 0, "row"))),
    st.none() | FACTS,
)


@given(TEXTS)
def test_what_is_kept_is_what_was_made(text: Text) -> None:
    assert load(dump(text)) == text
    assert dump(text) == dump(load(dump(text)))


def test_a_text_is_kept_under_the_digest_of_its_file() -> None:
    assert text_key("ab" * 32) == f"texts/griffie-text-3/ab/{'ab' * 32}.json.gz"


FACTS_DOCUMENT: dict[str, object] = {
    "addressee": None,
    "chamber": "Tweede Kamer",
    "dated_on": "2024-02-15",
    "dossiers": [["36410", "XIV", None, None]],
    "heading": None,
    "number": "48",
    "people": [["Jansen", None, "mover"]],
    "session_year": None,
    "status": None,
    "unknown": [],
}


def document(**changes: object) -> bytes:
    fields: dict[str, object] = {
        "extractor": "griffie-text-3",
        "marks": [[0, 1, "link", "kst-1-2"]],
        "pages": 1,
        "reason": None,
        "says": FACTS_DOCUMENT,
        "status": "ok",
        "text": "x",
    }
    return pack(encode({**fields, **changes}))  # type: ignore[dict-item]


def saying(**changes: object) -> bytes:
    return document(says={**FACTS_DOCUMENT, **changes})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        pack(b"[]"),
        pack(b"{}"),
        document(extractor="griffie-text-1"),
        document(status="fine"),
        document(text=None),
        document(reason=1),
        document(pages=-1),
        document(pages=True),
        document(pages="1"),
        document(more=1),
        document(marks=None),
        document(marks=[[0, 1, "link"]]),
        document(marks=[[0, 2, "link", None]]),
        document(marks=[[1, 0, "link", None]]),
        document(marks=[[-1, 0, "link", None]]),
        document(marks=[[0, 1, "bold", None]]),
        document(marks=[[0, 1, "link", 1]]),
        document(says=[]),
        document(says={}),
        saying(chamber=1),
        saying(number=48),
        saying(unknown=None),
        saying(unknown=[1]),
        saying(dossiers=[["36410"]]),
        saying(dossiers=[[None, None, None, None]]),
        saying(people=[["Jansen", None, "guest"]]),
    ],
)
def test_something_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        load(data)


def test_a_document_that_is_right_is_read() -> None:
    says = PaperFacts(
        dossiers=(StatedDossier("36410", "XIV"),),
        number="48",
        chamber="Tweede Kamer",
        dated_on="2024-02-15",
        people=(StatedPerson("Jansen", None, "mover"),),
    )
    marks = (Mark(0, 1, "link", "kst-1-2"),)
    assert load(document()) == Text("ok", "x", pages=1, marks=marks, says=says)


def test_a_reason_is_short_unicode_text() -> None:
    assert failed("a\ud800").reason == "a?"
    assert len(failed("a" * 1000).reason or "") == REASON_LIMIT

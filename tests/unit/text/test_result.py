"""Facts about how the archive keeps a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.canonical import encode, pack
from harvester.text import Text, dump, load, text_key
from harvester.text.result import REASON_LIMIT, failed

WORDS = st.text(st.characters(exclude_categories=["Cs"]))
TEXTS = st.builds(
    Text,
    st.sampled_from(["ok", "empty", "failed", "unsupported"]),
    WORDS,
    st.none() | WORDS,
    st.none() | st.integers(0, 10_000),
)


@given(TEXTS)
def test_what_is_kept_is_what_was_made(text: Text) -> None:
    assert load(dump(text)) == text
    assert dump(text) == dump(load(dump(text)))


def test_a_text_is_kept_under_the_digest_of_its_file() -> None:
    assert text_key("ab" * 32) == f"texts/griffie-text-1/ab/{'ab' * 32}.json.gz"


def document(**changes: object) -> bytes:
    fields: dict[str, object] = {
        "extractor": "griffie-text-1",
        "pages": 1,
        "reason": None,
        "status": "ok",
        "text": "x",
    }
    return pack(encode({**fields, **changes}))  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        pack(b"[]"),
        pack(b"{}"),
        document(extractor="griffie-text-0"),
        document(status="fine"),
        document(text=None),
        document(reason=1),
        document(pages=-1),
        document(pages=True),
        document(pages="1"),
        document(more=1),
    ],
)
def test_something_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        load(data)


def test_a_document_that_is_right_is_read() -> None:
    assert load(document()) == Text("ok", "x", pages=1)


def test_a_reason_is_short_unicode_text() -> None:
    assert failed("a\ud800").reason == "a?"
    assert len(failed("a" * 1000).reason or "") == REASON_LIMIT

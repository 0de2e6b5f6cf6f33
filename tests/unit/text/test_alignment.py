"""Two versions of a text can be read side by side, and each can be had back from it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.text.alignment import Piece, align_texts, is_same


def shown(first: str, second: str) -> str:
    """Write an alignment with signs: [-gone-] {+new+}, paragraphs with bars between."""
    signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "|".join(
        "".join(signs[piece.sort].format(piece.text) for piece in paragraph)
        for paragraph in align_texts(first, second)
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("", "", ""),
        ("a b", "a  b\n", "a b"),
        ("", "a b", "{+a b+}"),
        ("a b", "", "[-a b-]"),
        ("een twee drie vier", "een twee vijf vier", "een twee [-drie -]{+vijf +}vier"),
        ("de prijs is 3,5 euro.", "de prijs is 4 euro.", "de prijs is [-3,5 -]{+4 +}euro."),
        ("a\n\nb b\n\nc", "a\n\nc", "a|[-b b-]|c"),
        ("a\n\nc", "a\n\nb b\n\nc", "a|{+b b+}|c"),
        ("a b\nc d", "a b c d", "a b c d"),
        ("een twee", "een twee.", "een twee{+.+}"),
    ],
)
def test_what_changed_is_said_in_words(first: str, second: str, expected: str) -> None:
    assert shown(first, second) == expected


def test_only_what_changed_is_not_the_same() -> None:
    paragraphs = align_texts("a\n\nb c d\n\ne", "a\n\nb x d\n\ne")
    assert [is_same(paragraph) for paragraph in paragraphs] == [True, False, True]


TEXTS = st.lists(st.sampled_from(["a ", "b ", "c. ", "\n\n", "d, ", "e-f "]), max_size=30).map(
    "".join
)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_had_back(first: str, second: str) -> None:
    pieces = [piece for paragraph in align_texts(first, second) for piece in paragraph]

    def words(left_out: str) -> str:
        return "".join("".join(p.text.split()) for p in pieces if p.sort != left_out)

    assert words("added") == "".join(first.split())
    assert words("removed") == "".join(second.split())


def test_a_book_that_changed_in_one_place_is_quick() -> None:
    book = [f"Alinea {n} over het onderwerp van deze brief." for n in range(30_000)]
    other = [*book[:15_000], "Iets anders.", *book[15_001:]]
    begun = time.process_time()
    paragraphs = align_texts("\n\n".join(book), "\n\n".join(other))
    assert sum(not is_same(p) for p in paragraphs) == 1
    assert time.process_time() - begun < 5


def test_too_much_at_once_is_shown_as_a_whole() -> None:
    first, second = "a " * 7_000, "b " * 7_000
    assert [p[0].sort for p in align_texts(first, second)] == ["removed", "added"]
    assert align_texts("a", "b") == [(Piece("removed", "a"), Piece("added", "b"))]

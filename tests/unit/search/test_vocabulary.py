"""What is remembered of common words changes how long an answer takes, and nothing else."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.search import vocabulary
from harvester.search.folding import fold
from harvester.search.vocabulary import CommonWords, IndexVocabulary, attach

WORDS = ("a", "ab", "aba", "abb", "abba", "abbas", "ac", "b", "ba", "bab", "\ue000", "\ue001", "z")
_words = st.text("ab\ue000", min_size=1, max_size=4)


class Clock:
    def __init__(self) -> None:
        self.now = 1.0

    def __call__(self) -> float:
        return self.now


def indexed(papers: list[str]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE paper_fts USING fts5 (text)")
    connection.executemany("INSERT INTO paper_fts VALUES (?)", [(text,) for text in papers])
    attach(connection)
    return connection


@pytest.fixture(scope="module", autouse=True)
def _all_words_are_common() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vocabulary, "COMMON", 1)
        yield


@given(
    texts=st.lists(st.lists(_words, max_size=6).map(" ".join), max_size=5),
    known=st.lists(_words, max_size=6),
    prefix=st.text("ab\ue000", max_size=3),
)
def test_words_are_the_same_whichever_of_them_are_remembered(
    texts: list[str], known: list[str], prefix: str
) -> None:
    connection = indexed(texts)
    plain = list(IndexVocabulary(connection).beginning(prefix))
    common = CommonWords()
    IndexVocabulary(connection, common).papers(known)
    assert list(IndexVocabulary(connection, common).beginning(prefix)) == plain
    assert list(IndexVocabulary(connection, common).beginning(prefix)) == plain  # all are known now
    exact = IndexVocabulary(connection, common).papers([word for word, _ in plain])
    assert list(exact.items()) == plain
    connection.close()


def test_a_common_word_is_not_counted_again_until_it_is_forgotten() -> None:
    clock = Clock()
    common = CommonWords(clock)
    connection = indexed(["ab"])
    assert IndexVocabulary(connection, common).papers(["ab"]) == {"ab": 1}
    connection.execute("INSERT INTO paper_fts VALUES ('ab')")
    assert IndexVocabulary(connection, common).papers(["ab"]) == {"ab": 1}
    clock.now += vocabulary.REMEMBERED_S + 1
    assert IndexVocabulary(connection, common).papers(["ab"]) == {"ab": 2}
    connection.close()


@given(text=st.text(st.characters(max_codepoint=127)))
def test_plain_text_is_folded_as_if_it_were_not(text: str) -> None:
    assert fold(text) == fold(text + "\u0301é")[:-1]

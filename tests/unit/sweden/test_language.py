"""Forms of Swedish words, as searches see them: folded."""

import pytest

from harvester.search.folding import fold
from spiders.sweden.language import SWEDISH


@pytest.mark.parametrize(
    ("form", "other"),
    [
        ("fyrarna", "fyr"),
        ("kommunerna", "kommun"),
        ("företagen", "företag"),
        ("sjukvården", "sjukvård"),
        ("skolorna", "skola"),
        ("gick", "går"),
        ("länder", "land"),
        ("åtgärder", "åtgärd"),
        ("motionernas", "motion"),
    ],
)
def test_forms_of_a_word_have_one_lemma(form: str, other: str) -> None:
    assert SWEDISH.lemma(fold(form)) == SWEDISH.lemma(fold(other))


def test_what_is_no_word_is_its_own_lemma() -> None:
    for word in ("", "2026", "x" * 500, "qwzx", "a" * 50):
        assert SWEDISH.lemma(word) == word

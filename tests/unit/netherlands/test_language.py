"""Dutch words: forms of one word have one lemma, other words have another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.search.folding import fold
from spiders.netherlands.language import DUTCH, irregular, lemma

TOGETHER = (
    "gemeente gemeenten gemeentes", "wolf wolven", "leraar leraren", "kind kinderen", "lid leden",
    "stad steden", "schip schepen", "huis huizen", "brief brieven", "advies adviezen",
    "overheid overheden", "risico risicos", "werknemer werknemers", "patiënt patiënten patienten",
    "geven geeft gegeven", "verbiedt verbieden verboden", "stijgt stijgen gestegen",
    "verzoekt verzoeken verzocht", "onderzoeken onderzocht", "europees europese", "groot grote",
    "weg wegen", "afspraak afspraken", "voorstel voorstellen", "boer boeren",
)  # fmt: skip
APART = (
    "minister mini", "gemeente meen", "wet weten", "zorg zorgen", "bank banken", "kern kernen",
    "raad raden", "leden lijden", "huur huren", "gezondheid gezond", "recht rechter", "leer leren",
    "vermogen mogen", "belang lang", "steun steunen", "meer meren",
)  # fmt: skip


@pytest.mark.parametrize("family", TOGETHER)
def test_forms_of_one_word_have_one_lemma(family: str) -> None:
    assert len({lemma(fold(word)) for word in family.split()}) == 1


@pytest.mark.parametrize("pair", APART)
def test_words_that_only_look_alike_have_two(pair: str) -> None:
    one, other = pair.split()
    assert lemma(one) != lemma(other)


def test_what_begins_otherwise_is_listed_both_ways() -> None:
    assert "steden" in irregular("stad")
    assert "stad" in irregular("steden")
    assert "aangenomen" in irregular("aannemen")


@given(st.text(max_size=80))
def test_any_text_has_a_lemma_and_nothing_fails(text: str) -> None:
    word = fold(text)
    assert DUTCH.lemma(word) == DUTCH.lemma(DUTCH.lemma(word)) or word.isalpha()
    list(DUTCH.beginnings(word))
    list(DUTCH.irregular(word))

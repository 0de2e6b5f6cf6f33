"""A quotation stands in a text word for word, or it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.assistants.checking import quotations, stands_in

TEXT = "De Kamer,\ngehoord de beraadslaging, verzoekt de regering om de stikstof te halveren."


@pytest.mark.parametrize(
    "quotation",
    [
        "verzoekt de regering", "De kamer gehoord de beraadslaging", "stikstof te halveren!",
        "gehoord de beraadslaging … stikstof te halveren", "verzoekt [...] de stikstof",
        "[De] Kamer, gehoord",
    ],
)  # fmt: skip
def test_what_is_quoted_rightly_stands_in_it(quotation: str) -> None:
    assert stands_in(quotation, TEXT)


@pytest.mark.parametrize(
    "quotation",
    [
        "verzoekt het kabinet", "stikstof te halveren … gehoord de beraadslaging", "stikstof",
        "de regering verzoekt", "…", "", "stof te halveren",
    ],
)  # fmt: skip
def test_what_is_not_there_does_not(quotation: str) -> None:
    assert stands_in(quotation, TEXT) is (quotation == "stikstof")


@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=30), st.data())
def test_any_run_of_words_stands_in_its_text(words: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    assert stands_in(" ".join(words[start:end]), ", ".join(words))


def test_quotations_are_found_in_the_marks_of_several_languages() -> None:
    said = 'Hij zei: “dat moet nu gebeuren” en „dat is niet waar” en "het kan ook anders" en “ja”.'
    assert quotations(said) == ["dat moet nu gebeuren", "dat is niet waar", "het kan ook anders"]

"""Two texts of one paper agree, or the words are told in which they do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.text import comparison
from harvester.text.comparison import MOST_WORDS, Comparison
from spiders.netherlands.printed.conventions import DUTCH_PAPERS

BODY = (
    "constaterende dat de sluizen in het noorden al jaren niet zijn onderhouden;\n\n"
    "verzoekt de regering voor de zomer van 2027 een plan van 36 900 euro te maken"
)


def compare_texts(first: str, second: str) -> Comparison:
    return comparison.compare_texts(first, second, DUTCH_PAPERS)


def differences(first: str, second: str) -> list[tuple[str, str]]:
    found = compare_texts(first, second)
    assert found.agrees is not None
    assert found.agrees is not bool(found.differences)
    return [(d.first, d.second) for d in found.differences]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("de zorg- en welzijnsinstellingen", "de zorg- en welzijns\u00adinstellingen"),
        ("het EU-beleid", "het EU‑beleid"),
        ("een „tijdelijke” regeling", 'een "tijdelijke" regeling'),
        ("de ﬁnanciële gevolgen", "de financiële gevolgen"),
        ("het bedrag van 36.900 euro", "het bedrag van 36 900 euro"),
        ("het jaar 2025-2026", "het jaar 2025–2026"),
        ("een bedrag van € 1.000 miljoen", "een bedrag van EUR 1 000 miljoen"),
        ("de Kamer1 heeft", "de Kamer heeft"),
        ("Eén alinea", "EÉN   ALINEA"),
    ],
)
def test_how_words_are_set_is_no_difference(first: str, second: str) -> None:
    assert differences(f"{BODY} {first} {BODY}", f"{BODY} {second} {BODY}") == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("de sluizen", "de bruggen"),
        ("niet", ""),
        ("", "niet"),
        ("2027", "2028"),
        ("100 euro", "1001 euro"),
    ],
)
def test_a_word_that_differs_is_told_with_the_words_before_it(first: str, second: str) -> None:
    found = compare_texts(f"{BODY} {first} {BODY}", f"{BODY} {second} {BODY}")
    assert found.agrees is False
    [difference] = found.differences
    assert f"{difference.after} {difference.first}".strip() in f"{BODY} {first} {BODY}"
    changed = set(first.split()) ^ set(second.split())
    assert changed <= {*difference.first.split(), *difference.second.split()}


def test_another_head_and_foot_are_told_apart_and_are_no_difference() -> None:
    letter = f"Ministerie van Wegen Postbus 1 Datum 3 maart {BODY} Hoogachtend, de minister"
    printed = f"BRIEF VAN DE MINISTER {BODY}"
    found = compare_texts(letter, printed)
    assert found.agrees is True
    assert found.outside == (
        "Ministerie van Wegen Postbus 1 Datum 3 maart … Hoogachtend, de minister",
        "BRIEF VAN DE MINISTER",
    )


def test_what_is_printed_above_every_paper_is_no_difference() -> None:
    one = f"Tweede Kamer der Staten-Generaal\n\n2\n\nVergaderjaar 2025–2026\n\n36 900\n\n{BODY}"
    two = f"Vergaderjaar 2025-2026\n\nKamerstukken\n\n36 900 {BODY}"
    assert compare_texts(one, two) == Comparison(agrees=True)


def test_a_note_that_stands_elsewhere_is_no_difference() -> None:
    note = "Kamerstuk 28 844, nr. 266."
    one = f"{BODY}\n\n{note}\n\n{BODY} nog een slot"
    two = f"{BODY} {BODY} nog\n\n{note}\n\neen slot"
    assert differences(one, two) == []


def test_a_note_that_says_something_else_is_one() -> None:
    one = f"{BODY}\n\nKamerstuk 28 844, nr. 266.\n\n{BODY}"
    two = f"{BODY} {BODY} nog\n\nKamerstuk 28 844, nr. 267."
    assert differences(one, two)


@pytest.mark.parametrize(
    ("first", "second"), [("", ""), ("", BODY), (BODY, "a b c"), ("een twee", "drie vier")]
)
def test_texts_with_nothing_in_common_cannot_be_compared(first: str, second: str) -> None:
    assert compare_texts(first, second).agrees is None


def test_texts_that_are_too_long_are_equal_or_it_cannot_be_told() -> None:
    long = "woord " * (MOST_WORDS + 1)
    assert compare_texts(long, long).agrees is True
    assert compare_texts(long, f"{long} meer").agrees is None


@given(st.lists(st.sampled_from(["de", "motie", "wordt", "ontraden", "36", "niet"]), min_size=1))
def test_a_text_agrees_with_itself(words: list[str]) -> None:
    text = " ".join(words)
    assert compare_texts(text, text) == Comparison(agrees=True)


@given(
    st.lists(st.sampled_from("abcdefg"), max_size=30),
    st.integers(0, 30),
    st.text("xyz", min_size=1),
)
def test_a_word_that_only_one_has_is_always_seen(words: list[str], at: int, new: str) -> None:
    tail = BODY.split()
    one = [*tail, *words, *tail]
    place = len(tail) + min(at, len(words))
    two = [*one[:place], new, *one[place:]]
    [difference] = compare_texts(" ".join(one), " ".join(two)).differences
    assert difference[1:] == ("", new)
    assert " ".join(one[:place]).endswith(difference.after)

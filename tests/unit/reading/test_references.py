"""What a text refers to, and where it says so."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.reading.references import find_references

CASES = {
    "Kamerstuk 35 925 V, nr. 48": ["kst-35925-V-48"],
    "(36 410-XVI, nr. 91)": ["kst-36410-XVI-91"],
    "21\u00a0501-02, nr. 2801": ["kst-21501-02-2801"],
    "Kamerstukken 35 925 V, nrs. 47 en 48": ["kst-35925-V-47", "kst-35925-V-48"],
    "29 279, nr. 12, 13 en 15.": ["kst-29279-12", "kst-29279-13", "kst-29279-15"],
    "36 600-XV, nrs. 5 t/m 8": [f"kst-36600-XV-{n}" for n in (5, 6, 7, 8)],
    "36 200 VII, nr. 9 en nr. 10": ["kst-36200-VII-9", "kst-36200-VII-10"],
    "29 279, nr. 805; idem, nr. 4": ["kst-29279-805", "kst-29279-4"],
    "28 844, nr. 266, 28 345 nr. 12": ["kst-28844-266", "kst-28345-12"],
    "35 228, nr. 8 en 32 824, nr. 432": ["kst-35228-8", "kst-32824-432"],
    "(36 600 XX, nr. 47 en 36760, nr. 16)": ["kst-36600-XX-47", "kst-36760-16"],
    "31 293 en 31 289, nr. 653, bijlage 1": ["kst-31293-653"],
    "Kamerstuk 21 501-21, stuk nr. 2648": ["kst-21501-21-2648"],
    "motie 35.867, nummer 9": ["kst-35867-9"],
    "het amendement nr. 141 (36 600-VIII)": ["kst-36600-VIII-141"],
    "de motie op stuk 1312 (31 066)": ["kst-31066-1312"],
    "36 867, B": ["kst-36867-B"],
    "Rijkswet 35 000 (R2205), nr. 7": ["kst-35000-7"],
    "zie kst-26485-379.": ["kst-26485-379"],
    "Kamerstuk 35 925-\nV,\nnr. 48": ["kst-35925-V-48"],
    "35 925, nr. 48 van 12 maart": ["kst-35925-48"],
    "35 925, nr. 48 en 2 moties": ["kst-35925-48"],
    "35 925, nr. 48, 12 maart": ["kst-35925-48"],
    "36 410, nrs. 3 en 5 van het lid Vos": ["kst-36410-3", "kst-36410-5"],
    "Trb. 2023, 54 en Staatsblad 2020, 118": ["trb-2023-54", "stb-2020-118"],
    "Stcrt. 2021, nr. 12345": ["stcrt-2021-12345"],
    "in 2023 (35 925)": [],
    "12 500 woningen en 30 000 euro": [],
    "op 3 maart, nr. 4": [],
    "idem, nr. 4": [],
    "telefoon 35 925, toestel 4": [],
}


@pytest.mark.parametrize("text", CASES)
def test_what_is_referred_to(text: str) -> None:
    assert [reference.target for reference in find_references(text)] == CASES[text]


def test_the_words_and_their_place_are_told() -> None:
    text = "De motie (Kamerstuk 35 925 V,\n nr. 48 en 49) wordt ontraden."
    first, second = find_references(text)
    assert first.words == "35 925 V, nr. 48"
    assert text[first.start : first.end] == "35 925 V,\n nr. 48"
    assert text[second.start : second.end] == second.words == "49"
    assert {first.kind, second.kind} == {"paper"}


@given(st.text(alphabet="0123456789 IVX,-.()nrenmotie\n", max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    for reference in find_references(text):
        assert 0 <= reference.start < reference.end <= len(text)


def test_a_hostile_text_costs_no_more_than_a_long_one() -> None:
    started = time.process_time()
    for piece in ("35 925, nr. 1, ", "motie ", "35 925 V ", "12 345 en ", "nrs. 1 en 2 en "):
        find_references(piece * 20_000)
    # No limit of speed: what grows with the square of the length takes minutes.
    assert time.process_time() - started < 60

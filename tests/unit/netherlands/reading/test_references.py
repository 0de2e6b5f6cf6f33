"""What a text refers to, and where it says so."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.netherlands.reading.references import find_references

PAPERS = {
    # One paper, written in many ways.
    "Kamerstuk 35 925 V, nr. 48": ["kst-35925-V-48"],
    "(36 410-XVI, nr. 91)": ["kst-36410-XVI-91"],
    "21\u00a0501-02, nr. 2801": ["kst-21501-02-2801"],
    "21\u00a0501-02, nr.\u00a02801": ["kst-21501-02-2801"],
    "Kamerstuk 21 501-21, stuk nr. 2648": ["kst-21501-21-2648"],
    "Kamerstuk 35 925-\nV,\nnr. 48": ["kst-35925-V-48"],
    "motie 35.867, nummer 9": ["kst-35867-9"],
    "33 000-IIB, nr. 7": ["kst-33000-IIB-7"],
    "36 600 A, nr. 31": ["kst-36600-A-31"],
    "Rijkswet 35 000 (R2205), nr. 7": ["kst-35000-7"],
    "31 568-(R1883), nr. 7": ["kst-31568-7"],
    "31 293 en 31 289, nr. 653, bijlage 1": ["kst-31293-653"],
    "Kamerstukken 31293/31289, nr. 653": ["kst-31293-653"],
    "35 925, nr. 48 van 12 maart": ["kst-35925-48"],
    "35 925, no. 12": ["kst-35925-12"],
    "35 925, nr. 12a": ["kst-35925-12a"],
    "motie-X c.s. (Kamerstuk 35 925, nr. 48)": ["kst-35925-48"],
    # Sessions.
    "Kamerstukken II 2021/22, 26 485, nr. 379": ["kst-26485-379"],
    "Kamerstukken II, 2021-2022, 26 485, nr. 379": ["kst-26485-379"],
    "Kamerstukken II, vergaderjaar 2021–2022, 26485, nr. 379": ["kst-26485-379"],
    "TK 2021-2022, 26485, nr. 379": ["kst-26485-379"],
    "Tweede Kamer, vergaderjaar 2022–2023, 29 984, nr. 1082": ["kst-29984-1082"],
    "Kamerstukken II 2003/04, 29 702, 3, p. 24": ["kst-29702-3"],
    "Kamerstukken II 2003/04, 29702, 36 000 en 12": ["29702", "36000"],
    "29 702, 3": [],
    # The Eerste Kamer.
    "36 867, B": ["kst-36867-B"],
    "36 067, letter Y": ["kst-36067-Y"],
    "Kamerstuk 36867, nr. B": ["kst-36867-B"],
    "36 067, A en C": ["kst-36067-A", "kst-36067-C"],
    "36 067, letters A t/m C": ["kst-36067-A", "kst-36067-B", "kst-36067-C"],
    "Kamerstukken I 2023/24, 36 410, AB": ["kst-36410-AB"],
    "(36 867, AB)": ["kst-36867-AB"],
    "Kamerstukken I 2020/21, CXLVI, A en C": ["kst-CXLVI-A", "kst-CXLVI-C"],
    "Kamerstukken I 2006/07, 30 961, B": ["kst-20062007-30961-B"],
    "Kamerstukken I 2006/07, 30 961, B en 30 962, C": [
        "kst-20062007-30961-B",
        "kst-20062007-30962-C",
    ],
    "Eerste Kamer, vergaderjaar 1995–1996, 24 264, nr. 261": ["kst-19951996-24264-261"],
    "Kamerstukken II 2006/07, 30 961, nr. 3": ["kst-30961-3"],
    "36 867, AB": [],
    "Kamerstukken II, A": [],
    # Lists and ranges.
    "Kamerstukken 35 925 V, nrs. 47 en 48": ["kst-35925-V-47", "kst-35925-V-48"],
    "29 279, nr. 12, 13 en 15.": ["kst-29279-12", "kst-29279-13", "kst-29279-15"],
    "36 600-XV, nrs. 5 t/m 8": [f"kst-36600-XV-{n}" for n in (5, 6, 7, 8)],
    "36 600-XV, nrs. 5 tot en met 7": [f"kst-36600-XV-{n}" for n in (5, 6, 7)],
    "36 600-XV, nrs. 5–7 en 9": [f"kst-36600-XV-{n}" for n in (5, 6, 7, 9)],
    "36 200 VII, nr. 9 en nr. 10": ["kst-36200-VII-9", "kst-36200-VII-10"],
    "35 925, nr. 4; nr. 7": ["kst-35925-4", "kst-35925-7"],
    "28 844, nr. 266, 28 345 nr. 12": ["kst-28844-266", "kst-28345-12"],
    "35 228, nr. 8 en 32 824, nr. 432": ["kst-35228-8", "kst-32824-432"],
    "35 925, nr. 4 en 35 830 V, nr. 7": ["kst-35925-4", "kst-35830-V-7"],
    "(36 600 XX, nr. 47 en 36760, nr. 16)": ["kst-36600-XX-47", "kst-36760-16"],
    "Kamerstukken 36 600 XIV, nr. 38 en XX, nr. 41": ["kst-36600-XIV-38", "kst-36600-XX-41"],
    "36 410, nrs. 3 en 5 van het lid Vos": ["kst-36410-3", "kst-36410-5"],
    "35 925, nrs. 4, 5 en 6 ontraad ik": ["kst-35925-4", "kst-35925-5", "kst-35925-6"],
    "35 925, nr. 1 t/m 900": ["kst-35925-1", "kst-35925-900"],
    # What goes on after a number is not always a list.
    "35 925, nr. 48 en 2 moties": ["kst-35925-48"],
    "35 925, nrs. 48 en 2 amendementen": ["kst-35925-48"],
    "35 925, nr. 48, 12 maart": ["kst-35925-48"],
    "35 925, nr. 48, 2021": ["kst-35925-48"],
    "35 925, nr. 48-2021": ["kst-35925-48"],
    "35 925, nr. 48 en 12 gemeenten": ["kst-35925-48"],
    "35 925, nr. 48 en 2,5 miljoen euro": ["kst-35925-48"],
    "35 925, nr. 48 en 50%": ["kst-35925-48"],
    "35 925, nr. 48 en 3 van de 4 leden": ["kst-35925-48"],
    "35 925, nr. 48, blz. 12": ["kst-35925-48"],
    "35 925, nr. 48 en 9 (31 066)": ["kst-35925-48", "kst-31066-9"],
    "Kamerstuk 35 925\n\nnr. 48": ["35925"],
    # The same dossier again.
    "29 279, nr. 805; idem, nr. 4": ["kst-29279-805", "kst-29279-4"],
    "29 279 VI, nr. 805. Ibidem, nrs. 4 en 5": [f"kst-29279-VI-{n}" for n in (805, 4, 5)],
    "29 279, nr. 8. Ibid., nr. 4. 30 000, nr. 1. Idem, nr. 2": [
        "kst-29279-8",
        "kst-29279-4",
        "kst-30000-1",
        "kst-30000-2",
    ],
    "idem, nr. 4": [],
    # The number before its dossier.
    "het amendement nr. 141 (36 600-VIII)": ["kst-36600-VIII-141"],
    "de motie op stuk 1312 (31 066)": ["kst-31066-1312"],
    "stuk nr. 9 (35 925)": ["kst-35925-9"],
    "motie nr. 12 (Kamerstuk 35 925)": ["kst-35925-12"],
    "nr. 8 bij Kamerstuk 35 228": ["kst-35228-8"],
    "de moties op stukken nrs. 47 en 48 (36 410 XVI)": ["kst-36410-XVI-47", "kst-36410-XVI-48"],
    "de motie uit 2021 (31 066)": [],
    "nr. 9 (35 925, nr. 3)": ["kst-35925-3"],
    # With hyphens.
    "zie kst-26485-379.": ["kst-26485-379"],
    "zie kst-20062007-30961-B en blg-1007826": ["kst-20062007-30961-B", "blg-1007826"],
    "(Kamerstuk 21501-32-1740)": ["kst-21501-32-1740"],
    "zie 36410-V-56": ["kst-36410-V-56"],
    "(29984-1082)": ["kst-29984-1082"],
    "Kamerstuk 26485-37": ["kst-26485-37"],
    "https://zoek.officielebekendmakingen.nl/kst-26485-379.html": ["kst-26485-379"],
    # What is no paper.
    "in 2023 (35 925)": [],
    "12 500 woningen en 30 000 euro": [],
    "op 3 maart, nr. 4": [],
    "telefoon 35 925, toestel 4": [],
    "tel. 12345-678": [],
    "1235 925, nr. 4": [],
    "nr. 48": [],
}
OTHERS = {
    "Kamerstuk 29 398": ["29398"],
    "Kamerstuk\n29 398": ["29398"],
    "Kamerstukken\n\n28 844\n\nIntegriteit": [],
    "Kamerstukken 29 398 en 31 305.": ["29398", "31305"],
    "het dossier 36 410 XVI": ["36410-XVI"],
    "wetsvoorstel 35 925 (R2161)": ["35925"],
    "Kamerstuk 21 501-32": ["21501-32"],
    "in dossier 35 925, EU-landen": ["35925"],
    "Trb. 2023, 54 en Staatsblad 2020, 118": ["trb-2023-54", "stb-2020-118"],
    "Stb. 2020, 118 en 119": ["stb-2020-118", "stb-2020-119"],
    "Stcrt. 2021, nr. 12345": ["stcrt-2021-12345"],
    "Stcrt. 1999, 12": [],
    "stcrt-2021-12345": ["stcrt-2021-12345"],
    "Handelingen II 2020/21, nr. 47, item 5": ["h-tk-20202021-47-5"],
    "Handelingen I 2021/22, nr. 2, items 7 en 8": ["h-ek-20212022-2-7", "h-ek-20212022-2-8"],
    "Handelingen TK 2020–2021, nr. 47, item 5, p. 3": ["h-tk-20202021-47-5"],
    "Handelingen II 2020/21, nr. 47, item 5 en nr. 48, item 3": [
        "h-tk-20202021-47-5",
        "h-tk-20202021-48-3",
    ],
    "Handelingen II 2020/21, nr. 47": [],
    "Handelingen 2020/21, nr. 47, item 5": [],
    "Handelingen II 2020/23, nr. 47, item 5": [],
    "Aanhangsel Handelingen II 2020/21, nr. 3235": ["ah-tk-20202021-3235"],
    "Aanhangsel van de Handelingen I, vergaderjaar 2020–2021, nr. 5": ["ah-ek-20202021-5"],
    "Aanhangsel van de Handelingen, vergaderjaar 2020–2021, nrs. 3235 en 12": [
        "ah-tk-20202021-3235",
        "ah-tk-20202021-12",
    ],
    "Aanhangsel Handelingen, vergaderjaar 2020-2021, nr. 12": [],
    "Tweede Kamer, vergaderjaar 2020–2021, Aanhangsel 12": [],  # the number of a page
    "de vragen van het lid X (2021Z09739)": ["kv-tk-2021Z09739"],
    "2021Z09739\n(ingezonden 25 mei 2021)": ["kv-tk-2021Z09739"],
    "uw kenmerk 2021Z09739": [],
    "COM(2021) 206": ["COM(2021)206"],
    "SWD (2023), 819 final": ["SWD(2023)819"],
    "Verordening (EU) 2016/679": ["32016R0679"],
    "Uitvoeringsverordening (EU) 2019/947": ["32019R0947"],
    "Verordening (EG) nr. 1370/2007": ["32007R1370"],
    "Verordening (EG) 1370/2007": ["32007R1370"],
    "Verordening (EU) nr. 1303/2013": ["32013R1303"],
    "Richtlijn 2009/28/EG": ["32009L0028"],
    "Richtlijn 95/46/EG": ["31995L0046"],
    "Richtlijnen 2009/72/EG en 2009/73/EG": ["32009L0072", "32009L0073"],
    "Besluit nr. 1313/2013/EU": ["32013D1313"],
    "Kaderbesluit 2002/584/JBZ": ["32002F0584"],
    "Verordening (EU) 1303/2013": [],
    "Verordening 2016/12 van de gemeente": [],
    "het schooljaar 2016/17 (EU)": [],
    "zie BWBR0001840": ["BWBR0001840"],
    "jci1.3:c:BWBR0005537&artikel=3:2": ["BWBR0005537"],
    "(https://wetten.overheid.nl/BWBR0001840/2023-02-22#Hoofdstuk1).": ["BWBR0001840"],
    "de Grondwet": [],
}
KINDS = {
    "Kamerstuk 35 925, nr. 4": "paper",
    "blg-1007826": "paper",
    "Kamerstuk 35 925": "dossier",
    "BWBR0001840": "law",
    "COM(2021) 206": "eu",
    "Richtlijn 2009/28/EG": "eu",
    "Stb. 2020, 118": "publication",
    "h-tk-20202021-47-5": "proceedings",
    "ah-tk-20202021-3235": "questions",
    "kv-tk-2021Z09739": "questions",
}


@pytest.mark.parametrize(("text", "targets"), [*PAPERS.items(), *OTHERS.items()])
def test_what_is_referred_to(text: str, targets: list[str]) -> None:
    assert [reference.target for reference in find_references(text)] == targets


@pytest.mark.parametrize(("text", "kind"), KINDS.items())
def test_kinds_are_told_apart(text: str, kind: str) -> None:
    assert [(one.kind, one.origin) for one in find_references(text)] == [(kind, "text")]


def test_the_words_and_their_place_are_told() -> None:
    text = "De motie (Kamerstuk 35 925 V,\n nr. 48 en 49) wordt ontraden."
    first, second = find_references(text)
    assert first.words == "35 925 V, nr. 48"
    assert text[first.start : first.end] == "35 925 V,\n nr. 48"
    assert text[second.start : second.end] == second.words == "49"
    assert {first.kind, second.kind} == {"paper"}


def test_an_address_is_taken_whole_and_without_the_full_stop() -> None:
    (law,) = find_references("Zie https://wetten.overheid.nl/BWBR0001840/2023-02-22#Hoofdstuk1.")
    assert law.words == "https://wetten.overheid.nl/BWBR0001840/2023-02-22#Hoofdstuk1"


PIECES = [
    "35 925",
    " V",
    "-02",
    ", nr. ",
    "nrs. 1 en 2",
    "(",
    ")",
    " en ",
    "Kamerstuk ",
    "idem, nr. 4",
]
PIECES += [
    "Handelingen II 2020/21, ",
    "item 5",
    "2016/679",
    "Verordening (EU) ",
    "\n",
    "Stb. 2020, 1",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=30))
def test_any_text_can_be_read(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = find_references(text)
    assert found == sorted(found)
    for reference in found:
        assert 0 <= reference.start < reference.end <= len(text)
        assert reference.words == " ".join(text[reference.start : reference.end].split())


HOSTILE = [
    "1",
    " ",
    "\n",
    "1, ",
    "2, 3, 4 en 5, ",
    "35 925, nr. 1, ",
    "35 925 V ",
    "12 345 en ",
    "motie ",
    "nr. 9 (35 925) ",
    "nrs. 1 en 2 en ",
    "kst-1-",
    "2016/",
    "Handelingen II 2020/21, ",
    "BWBR000184",
    "https://wetten.overheid.nl/",
    "vraag ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_costs_no_more_than_a_long_one(piece: str) -> None:
    def cost_s(size: int) -> float:
        started = time.process_time()
        find_references("Kamerstuk 35 925, nr. " + piece * (size // len(piece)))
        return time.process_time() - started

    # No limit of speed: what grows with the square of the length takes minutes.
    assert cost_s(100_000) < 20


@pytest.mark.parametrize("piece", ["1", " ", "1, 2, 3, 4, "])
def test_a_megabyte_without_references_has_none(piece: str) -> None:
    assert find_references("nr. " + piece * (1_000_000 // len(piece))) == []


def test_a_text_of_ranges_does_not_fill_the_memory() -> None:
    ranges = "35 925, nrs. 1 t/m 100; "
    found = find_references(ranges * 1000)
    assert {one.target for one in found} == {f"kst-35925-{n}" for n in range(1, 101)}
    assert len(found) < 23_000

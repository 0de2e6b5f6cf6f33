"""The publisher's links become references, and join what was read from the words."""

import pytest

from harvester.source.reference import Reference
from spiders.netherlands.reading.links import link_references, merge_references, target_of
from spiders.netherlands.reading.references import find_references

TARGETS = {
    "kst-28844-266": ("paper", "kst-28844-266"),
    "\u00a0kst-32824-432": ("paper", "kst-32824-432"),
    "kst-1183756": ("paper", "kst-1183756"),
    "kst-20062007-30961-B": ("paper", "kst-20062007-30961-B"),
    "blg-1007826": ("paper", "blg-1007826"),
    "h-tk-20222023-84-12": ("proceedings", "h-tk-20222023-84-12"),
    "h-tk-20222023-84-12-n1": ("proceedings", "h-tk-20222023-84-12-n1"),
    "ah-tk-20202021-3235": ("questions", "ah-tk-20202021-3235"),
    "kv-tk-2021Z09739": ("questions", "kv-tk-2021Z09739"),
    "stb-2020-118": ("publication", "stb-2020-118"),
    "trb-2018-201": ("publication", "trb-2018-201"),
    "https://zoek.officielebekendmakingen.nl/kst-26485-379.html": ("paper", "kst-26485-379"),
    "https://zoek.officielebekendmakingen.nl/stb-2020-118.pdf": ("publication", "stb-2020-118"),
    "https://repository.overheid.nl/frbr/officielepublicaties/kst/26485/kst-26485-379/1/xml/"
    "kst-26485-379.xml": ("paper", "kst-26485-379"),
    "https://zoek.officielebekendmakingen.nl/dossier/36410-XVI": ("dossier", "36410-XVI"),
    "https://zoek.officielebekendmakingen.nl/dossier/29398": ("dossier", "29398"),
    "https://wetten.overheid.nl/BWBR0001840/2023-02-22": ("law", "BWBR0001840"),
    "jci1.3:c:BWBR0005537&artikel=3:2": ("law", "BWBR0005537"),
    "https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679": ("eu", "32016R0679"),
    "https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX%3A52021PC0206": (
        "eu",
        "COM(2021)206",
    ),
    "https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=COM:2021:206:FIN": (
        "eu",
        "COM(2021)206",
    ),
    "https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:52011SC1427": (
        "eu",
        "SEC(2011)1427",
    ),
    "http://data.europa.eu/eli/dir/2009/28/oj": ("eu", "32009L0028"),
    "https://www.rijksoverheid.nl/archief": ("page", "https://www.rijksoverheid.nl/archief"),
    "www.example.org": ("page", "www.example.org"),
    "https://example.org/kst-26485-379": ("page", "https://example.org/kst-26485-379"),
    "kst-": ("other", "kst-"),
    "": ("other", ""),
}


@pytest.mark.parametrize("written", TARGETS)
def test_a_target_is_known_for_what_it_is(written: str) -> None:
    assert target_of(written) == TARGETS[written]


def link(text: str, words: str, target: str) -> tuple[int, int, str]:
    start = text.index(words)
    return start, start + len(words), target


def test_a_link_keeps_its_words_and_place() -> None:
    text = "Zie de brief (36 410,\nnr. 5)."
    (found,) = link_references(text, [link(text, "36 410,\nnr. 5", "kst-36410-5")])
    assert found == Reference(14, 27, "36 410, nr. 5", "paper", "kst-36410-5", "link")


def test_links_stand_in_the_order_of_the_text() -> None:
    text = "a b"
    found = link_references(
        text, [(2, 3, "stb-2020-1"), (0, 1, "stb-2020-2"), (0, 1, "stb-2020-2")]
    )
    assert [one.target for one in found] == ["stb-2020-2", "stb-2020-1"]


def merged(text: str, *marks: tuple[int, int, str]) -> list[tuple[str, str]]:
    links = link_references(text, marks)
    return [(one.target, one.origin) for one in merge_references(links, find_references(text))]


def test_what_link_and_words_agree_on_is_one_row() -> None:
    text = "(Handelingen II 2022/23, nr. 84, item 12)"
    mark = link(text, "84, item 12", "h-tk-20222023-84-12")
    assert merged(text, mark) == [("h-tk-20222023-84-12", "link")]


def test_where_link_and_words_differ_both_stay() -> None:
    text = "motie (36 410, nr. 5)"
    mark = link(text, "36 410, nr. 5", "kst-36410-6")
    assert merged(text, mark) == [("kst-36410-5", "text"), ("kst-36410-6", "link")]


def test_the_same_paper_elsewhere_stays() -> None:
    text = "motie (36 410, nr. 5), zie 36 410, nr. 5 en nr. 6"
    mark = link(text, "36 410, nr. 5", "kst-36410-5")
    assert merged(text, mark) == [
        ("kst-36410-5", "link"),
        ("kst-36410-5", "text"),
        ("kst-36410-6", "text"),
    ]


def test_a_link_around_another_reaches_as_far_as_it_does() -> None:
    links = [
        Reference(0, 50, "", "paper", "kst-36410-5", "link"),
        Reference(2, 4, "", "paper", "kst-36410-5", "link"),
    ]
    inside = Reference(10, 20, "", "paper", "kst-36410-5")
    beside = Reference(50, 60, "", "paper", "kst-36410-5")
    assert merge_references(links, [inside, beside]) == [*links, beside]


def test_nothing_is_lost_without_links() -> None:
    found = find_references("36 410, nr. 5 en Stb. 2020, 118")
    assert merge_references([], found) == found
    assert len(found) == 2

"""Facts about the text of official publications and the places marked in it."""

import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.text import Mark, Text, dump, load
from tests.unit.netherlands.printed.extracting import extract

PAPERS = Path(__file__).parents[3] / "captures" / "officielepublicaties" / "papers"
XML = "application/xml"


def read(name: str) -> Text:
    return extract((PAPERS / f"{name}.xml").read_bytes(), XML)


def modern(body: str) -> Text:
    """Read a paper that is its body alone."""
    wrapped = f"<tekst>{body}</tekst>"
    return extract(f"<officiele-publicatie>{wrapped}</officiele-publicatie>".encode(), XML)


def marked(text: Text, kind: str) -> list[str]:
    return [text.text[mark.start : mark.end] for mark in text.marks if mark.kind == kind]


def targets(text: Text, kind: str) -> list[tuple[str, str | None]]:
    return [
        (text.text[mark.start : mark.end], mark.target) for mark in text.marks if mark.kind == kind
    ]


def test_a_motion_reads_from_its_chamber_to_its_names() -> None:
    assert read("motion").text.split("\n\n") == [
        "Tweede Kamer der Staten-Generaal 2\nVergaderjaar 2024-2025\nKamerstukken",
        "98 765 XIV Vaststelling van de begrotingsstaten van het Ministerie van Dijken (XIV) "
        "voor het jaar 2025",
        "Nr. 12",
        "GEWIJZIGDE MOTIE VAN HET LID VAN DER VEEN C.S. TER VERVANGING VAN DIE GEDRUKT ONDER NR. 9",
        "Voorgesteld 18 februari 2025",
        "De Kamer,",
        "gehoord de beraadslaging,",
        "constaterende dat sluizen 2,5 m3 water per schutting verliezen (98 760, nr. 4);",
        "verzoekt de regering:",
        "– de sluizen te tellen;",
        "– de Kamer te informeren,",
        "en gaat over tot de orde van de dag.",
        "Van der Veen",
        "Öztürk-de Groot",
        "’t Hart",
    ]


def test_a_letter_has_each_note_after_its_paragraph() -> None:
    assert read("letter").text.split("\n\n")[7:] == [
        "Aan de Voorzitter van de Tweede Kamer der Staten-Generaal",
        "’s-Gravenhage, 3 maart 2020",
        "Inleiding",
        "Op 9 februari sprak ik met uw Kamer; zie het plan en noot 2.",
        "2 Kamerstuk 98 760, nr. 12.",
        "Ook besproken in de Senaat.",
        "1 Stand van zaken",
        "a. Geteld zijn:",
        "1°. sluizen;",
        "2°. stuwen.",
        "De telling is af.",
        "b. Gemeten is niets.",
        "3 Nog niet.",
        "Sluizen per jaar",
        "| Geteld | Bron",
        "2019 | 12 | Waterschap\nRijk",
        "1 Zonder stuwen.",
        "2020 | 14 |",
        "De Minister van Dijken,\nA.B. de Wit-Zwart",
        "De Minister van Vaarten,\nC. Groen",
        "Bijlage bij punt 1",
        "Utrecht, 1 januari 1990",
        "De sluiswachter,\nD. Rood",
    ]


def test_marks_tell_headings_items_rows_and_notes() -> None:
    text = read("letter")
    assert marked(text, "heading") == [
        "98 760 Sluizenbeleid",
        "21 509-07 Raad voor Sluizen",
        "98 755 (R2101) Rijkswet sluizen",
        "Nr. 58",
        "BRIEF VAN DE MINISTERS VAN DIJKEN EN VAN VAARTEN",
        "Inleiding",
        "1 Stand van zaken",
        "Sluizen per jaar",
        "Bijlage bij punt 1",
    ]
    assert marked(text, "item") == [
        "a. Geteld zijn:\n\n1°. sluizen;\n\n2°. stuwen.\n\nDe telling is af.",
        "1°. sluizen;",
        "2°. stuwen.",
        "b. Gemeten is niets.\n\n3 Nog niet.",
    ]
    assert marked(text, "row") == [
        "| Geteld | Bron",
        "2019 | 12 | Waterschap\nRijk",
        "2020 | 14 |",
    ]
    assert targets(text, "note") == [
        ("1 Voorheen: Waterbeleid.", "ID-1-d1e5"),
        ("2 Kamerstuk 98 760, nr. 12.\n\nOok besproken in de Senaat.", "ID-1-d1e36"),
        ("3 Nog niet.", "ID-1-d1e50"),
        ("1 Zonder stuwen.", "ID-1-d1e60"),
    ]


def test_links_keep_the_words_of_the_source_as_their_target() -> None:
    assert targets(read("letter"), "link") == [
        ("het plan", "https://sluizen.example/plan"),
        ("2", "ID-1-d1e36"),
        ("98 760, nr. 12", "kst-98760-12"),
    ]
    linked = modern(
        '<al>zie<extref doc=" KST-1 "> nr. 1 </extref><intref doc="x"/>en '
        '<dossierref dossier="21501-02">21 501–02</dossierref></al>'
    )
    assert targets(linked, "link") == [
        ("nr. 1", " KST-1 "),
        ("", "x"),
        ("21 501–02", "21501-02"),
    ]
    assert linked.text == "zie nr. 1 en 21 501–02"


def test_a_paper_of_before_2010_has_its_notes_after_the_places_that_refer_to_them() -> None:
    text = read("legacy_letter")
    assert text.text.split("\n\n") == [
        "Tweede Kamer der Staten-Generaal 2 Vergaderjaar 1998-1999",
        "94 100 XI Vaststelling van de begroting van het Ministerie van Dijken (XI) voor 1999",
        "94 088 Sluizennota",
        "Nr. 7",
        "BRIEF VAN DE MINISTER VAN DIJKEN",
        "Aan de Voorzitter van de Tweede Kamer der Staten-Generaal",
        "'s-Gravenhage, 4 mei 1999",
        "1. Inleiding",
        "De sluizen kosten f 120 per dag, dat is veel.",
        "1 Prijspeil 1998.",
        "– zij lekken.",
        "Lekkende sluizen | 1",
        "De Minister van Dijken,\nF. G. H. Blauw\nDe Staatssecretaris van Dijken,\nJ. Paars",
        "2 Nergens bij.",
        "9K0721",
    ]
    assert targets(text, "note") == [("1 Prijspeil 1998.", "v1"), ("2 Nergens bij.", "v2")]
    assert "Nr. 7" in marked(text, "heading")


def test_a_letter_is_a_number_in_papers_of_before_2010_too() -> None:
    piece = b"<stuk><ltrlabel>Nr. </ltrlabel><letter>58a</letter><titel>BRIEF</titel></stuk>"
    text = extract(b"<kamerwrk><body>" + piece + b"</body></kamerwrk>", XML)
    assert marked(text, "heading") == ["Nr. 58a", "BRIEF"]
    assert text.says is not None
    assert text.says.number == "58a"


def test_other_bytes_for_the_same_paper_read_the_same() -> None:
    data = (PAPERS / "senate_letter.xml").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data
    assert extract(data[3:].replace(b"\r\n", b"\n"), XML) == extract(data, XML)


def test_windows_1252_is_read_as_declared() -> None:
    data = (PAPERS / "legacy_motion.xml").read_bytes()
    assert b"\x80 5" in data
    assert "verzoekt de regering € 5 te besteden aan één sluis," in extract(data, XML).text


def test_metadata_alone_is_no_text() -> None:
    text = read("shell")
    assert (text.status, text.text, text.reason) == ("empty", "", "only metadata in it")


def test_what_is_not_known_is_kept_and_counted_by_name() -> None:
    text = read("erratum")
    assert text.text.endswith("ERRATUM\n\nIn nr. 3 moet «stuw» sluis zijn.")
    assert text.says is not None
    assert text.says.unknown == ("glos: 1", "verbeterd: 1", "verbeterd@plaats: 1")
    for name in ("motion", "letter", "senate_letter", "legacy_letter", "legacy_motion", "shell"):
        says = read(name).says
        assert says is not None
        assert says.unknown == (), name


def test_a_paper_comes_back_whole_from_its_worker_and_from_the_archive() -> None:
    text = read("letter")
    assert pickle.loads(pickle.dumps(text)) == text
    assert load(dump(text)) == text


def test_of_very_many_unknown_names_the_first_are_told() -> None:
    text = modern("".join(f"<plop{number:03}>a</plop{number:03}>" for number in range(150)))
    assert text.text.count("a") == 150
    assert text.says is not None
    assert text.says.unknown[0] == "plop000: 1"
    assert text.says.unknown[99:] == ("plop099: 1", "other names: 50")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<al>a<!-- b -->c<?xpp ep?>d</al>", "acd"),
        ("<al>a<nadruk>b</nadruk>c</al>", "abc"),
        ("<al>a\n\t b</al>", "a b"),
        ("<al>a</al><al>b</al>", "a\n\nb"),
        ("<al>a<br/>b</al>", "a\nb"),
        ("<al>a<al>b</al>c</al>", "a\n\nb\n\nc"),
        ("<kop><nr>1</nr><titel>b</titel></kop>", "1 b"),
        ("<al>de <functie>Minister</functie> zegt</al>", "de Minister zegt"),
        ("<ondertekening><functie>A,</functie><deze>B</deze></ondertekening>", "A,\nB"),
        ("<al>(<naam><achternaam>B</achternaam></naam>)</al>", "(B)"),
        ("<li><li.nr>1</li.nr><li.nr>2</li.nr></li>", "1 2"),
        ("<al><noot><noot.nr>1</noot.nr><noot.al>b</noot.al></noot></al>", "1 b"),
        (
            "<al>a<noot><noot.al>b<noot><noot.al>c</noot.al></noot></noot.al></noot></al>",
            "a\n\nb\n\nc",
        ),
        ("<row><entry>a</entry><entry>b<row><entry>c</entry></row></entry></row>", "a | b | c"),
        ("<row><entry/><entry><al/></entry></row>", ""),
        ("<al>e<nadruk>\u0301</nadruk>n</al>", "én"),
        ("<al>\u00ad\u200b</al>", ""),
        ("<plop>a</plop><plop>b</plop>", "a\n\nb"),
        ("<al>a <plop>b</plop> c</al>", "a b c"),
        ("<voetnoot id='1'>a</voetnoot><al>b<voetref refid='1'/></al>", "a\n\nb"),
        ("<voetnoot id='1'>a</voetnoot><voetnoot id='1'>b</voetnoot>", "a\n\nb"),
        (
            "<al>a<voetref refid='1'/></al><voetnoot id='1'>b<voetref refid='1'/></voetnoot>",
            "a\n\nb",
        ),
    ],
)
def test_words_are_neither_glued_nor_lost(body: str, expected: str) -> None:
    assert modern(body).text == expected


@pytest.mark.parametrize(
    "data",
    [
        b"<officiele-publicatie><al>a</al>",
        b"<officiele-publicatie><al>a</b></officiele-publicatie>",
        b"<kamerwrk>\xff</kamerwrk>",
        b"<kamerwrk>" + b"<al>" * 300 + b"a" + b"</al>" * 300 + b"</kamerwrk>",
        b'<!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/hostname">]><kamerwrk>&x;</kamerwrk>',
        b'<!DOCTYPE k [<!ENTITY x "ha">]><kamerwrk><al>&x;</al></kamerwrk>',
    ],
    ids=["cut", "crossed", "bytes", "deep", "file", "entity"],
)
def test_what_is_damaged_or_hostile_fails(data: bytes) -> None:
    assert extract(data, XML).status == "failed"


def test_an_entity_that_html_names_is_its_character() -> None:
    data = b'<!DOCTYPE kamerwrk SYSTEM "op.dtd"><kamerwrk><al>&eacute;&eacute;n</al></kamerwrk>'
    assert extract(data, XML).text == "één"


@pytest.mark.parametrize("tag", ["al", "li", "row", "noot", "plop", "kop", "extref", "entry"])
def test_the_deepest_nesting_that_is_parsed_is_read(tag: str) -> None:
    nested = f"<{tag}>" * 250 + "a" + f"</{tag}>" * 250
    assert modern(nested).text == "a"


@pytest.mark.parametrize(
    "item",
    [
        "<li>a</li>",
        "<plop/>a",
        "<plop><q/></plop>a",
        "<row><entry>a</entry></row>",
        "a<nadruk>&#x332;</nadruk>",
        "a<noot/>",
        "a<br/>",
    ],
)
def test_a_list_may_be_long(item: str) -> None:
    text = modern(f"<lijst>{item * 20_000}</lijst>")
    assert text.text.count("a") == 20_000


TAGS = (
    "al", "li", "li.nr", "lijst", "noot", "noot.al", "row", "entry", "extref", "kop", "titel",
    "nadruk", "br", "functie", "plop",
)  # fmt: skip
TREES = st.recursive(
    st.text("ab \n", max_size=4),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(TAGS),
        st.lists(inner, max_size=4),
    ),
    max_leaves=25,
)


@settings(max_examples=150)
@given(st.lists(TREES, max_size=6).map("".join))
def test_no_letter_is_lost_and_every_mark_is_exact(body: str) -> None:
    text = modern(body)
    letters = "".join(part.partition(">")[2] for part in f">{body}".split("<"))
    assert sorted(text.text.replace("|", "").replace(" ", "").replace("\n", "")) == sorted(
        letters.replace(" ", "").replace("\n", "")
    )
    assert "  " not in text.text
    assert "\n\n\n" not in text.text
    assert text.text == text.text.strip()
    assert list(text.marks) == sorted(text.marks, key=lambda mark: (mark.start, -mark.end))
    paragraphs = paragraph_bounds(text.text)
    for mark in text.marks:
        assert 0 <= mark.start <= mark.end <= len(text.text)
        words = text.text[mark.start : mark.end]
        assert words == words.strip()
        assert mark.kind == "link" or is_whole(mark, paragraphs)


def paragraph_bounds(text: str) -> tuple[set[int], set[int]]:
    starts, ends, place = set(), set(), 0
    for paragraph in text.split("\n\n"):
        starts.add(place)
        ends.add(place + len(paragraph))
        place += len(paragraph) + 2
    return starts, ends


def is_whole(mark: Mark, paragraphs: tuple[set[int], set[int]]) -> bool:
    starts, ends = paragraphs
    return mark.start in starts and mark.end in ends and mark.start < mark.end

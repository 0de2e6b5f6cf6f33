"""What a search says of papers besides words narrows what it finds, by the values of the index."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from harvester.site.queries import examples, search
from harvester.site.queries.finding import Understood, find_ids, matching, understand
from harvester.site.reader import prepare
from harvester.source import domain
from spiders.netherlands.ministries import ministry_of
from tests.unit.index.makers import document, filled, row

TODAY = date(2026, 11, 25)
PAPERS = {
    "m1": ("motion", "2026-11-18", "Motie van het lid Jansen over wolven", "PA", None),
    "m2": ("motion", "2026-10-02", "Motie van het lid Pieters over asiel", "PvdX", None),
    "m3": ("motion", "2025-01-02", "Motie van het lid Jansen over asiel en opvang", "PA", None),
    "l1": ("letter", "2026-11-20", "Brief over wolven", None, "Minister van Zorg en Welzijn"),
    "l2": ("letter", "2026-11-24", "Brief over asiel", None, "Minister van Financiën"),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("index") / "index.sqlite"
    entries = [
        document(
            id_, *_senders(id_), kind=kind, subject=subject, published_on=day,
            number=f"2026D0000{n}", publication_id=f"kst-36900-XII-{n}",
        )
        for n, (id_, (kind, day, subject, _, _)) in enumerate(PAPERS.items(), 1)
    ]  # fmt: skip
    filled(path, entries).close()
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    prepare(connection)
    yield connection
    connection.close()


def _senders(id_: str) -> list[domain.Row]:
    _, _, _, party, function = PAPERS[id_]
    stated = row(
        domain.StatedPerson, document_id=id_, ordinal=1, name=f"Naam {id_}", party=party,
        function=function, ministry=function and ministry_of(function),
        role="mover" if party else "signatory",
    )  # fmt: skip
    return [stated]


def read(index: sqlite3.Connection, typed: str) -> tuple[Understood, set[str]]:
    understood = understand(index, typed, TODAY)
    keys = matching(index, understood, {}).narrowed.tolist()
    numbers = {f"2026D0000{n}": id_ for n, id_ in enumerate(PAPERS, 1)}
    return understood, {numbers[paper["number"]] for paper in search.shown(index, keys)}


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("kind:motion", "m1 m2 m3"),
        ("soort:moties asiel", "m2 m3"),
        ("-soort:motie", "l1 l2"),
        ("asiel NOT kind:letter", "m2 m3"),
        ("kind:motion AND wolf", "m1"),
        ("kind:motion kind:letter", ""),
        ("party:pa", "m1 m3"),
        ('ministry:"zorg en welzijn"', "l1"),
        ("ministerie:ZW", "l1"),
        ("ministerie:fin", "l2"),
        ("year:2026 kind:motion", "m1 m2"),
        ("since:2026-11-18", "m1 l1 l2"),
        ("until:2026-10-02", "m2 m3"),
        ('since:"oktober 2026" until:2026-11-18', "m1 m2"),
        ("on:2026-11", "m1 l1 l2"),
        ("-on:2026", "m3"),
        ("asiel since:vorige-week", "l2"),
        ("wolf vorige week", "m1 l1"),
        ("wolven november 2026", "m1 l1"),
        ("november 2026", "m1 l1 l2"),
        ("20-11-2026", "l1"),
        ("title:wolven", "m1 l1"),
        ("titel:asiel NOT opvang", "m2 l2"),
        ('number:"36 900 XII, nr. 003"', "m3"),
        ("number:kst-36900-XII-4", "l1"),
        ("dossier:99999", ""),
        ("kind:postzegel", ""),
        ("since:overmorgen kind:letter", "l1 l2"),
    ],
)
def test_fields_and_dates_narrow(index: sqlite3.Connection, typed: str, ids: str) -> None:
    assert read(index, typed)[1] == set(ids.split())


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("wolf vorige week", "dated"),
        ("kind:postzegel", "unknown_value"),
        ("since:overmorgen kind:letter", "no_date"),
        ("kind:motion OR wolf", "whole"),
    ],
)
def test_what_was_read_otherwise_is_told(index: sqlite3.Connection, typed: str, note: str) -> None:
    assert note in [one.name for one in read(index, typed)[0].notes]


def test_a_date_that_is_taken_as_words_is_undone(index: sqlite3.Connection) -> None:
    [note] = [n for n in read(index, "wolf vorige week kind:motion")[0].notes if n.name == "dated"]
    assert note.undo == "wolf =vorige =week kind:motion"
    assert "dated" not in [one.name for one in read(index, note.undo)[0].notes]


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("minister van Financiën", "ministry", "Financiën"),
        ("brief minister van zorg en welzijn over wolven", "ministry", "Zorg en Welzijn"),
        ("FIN", "ministry", "Financiën"),
        ("wolven november 2026", "days", "november 2026"),
        ("brief 36 900 XII, nr. 05 gelezen", "paper", "Brief over asiel"),
        ("antwoord op 2026D00001?", "paper", "Motie van het lid Jansen over wolven"),
    ],
)
def test_what_is_named_gets_a_card(
    index: sqlite3.Connection, typed: str, kind: str, name: str
) -> None:
    cards = understand(index, typed, TODAY).cards
    assert (kind, name) in [(card.kind, card.name) for card in cards]


def test_every_example_finds_something(index: sqlite3.Connection) -> None:
    chosen = examples.chosen(index).queries
    assert {"word", "all", "phrase", "prefix", "not", "title", "kind", "since", "number"} <= {
        *chosen
    }
    for name, typed in chosen.items():
        if name != "dossier_number":
            assert read(index, typed)[1], (name, typed)


def test_an_export_finds_words_in_any_form_and_leaves_none_out(index: sqlite3.Connection) -> None:
    assert len(find_ids(index, "wolf", TODAY)) == 2
    assert len(find_ids(index, "wolf kind:motion", TODAY)) == 1
    assert find_ids(index, "wolf ruimtevaart", TODAY) == []

"""The same parliament from two sources: one paper for each paper, whatever comes first."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from tests.end_to_end.processes import Griffie, differences, running_simulator

BARE = "substr(r.id, instr(r.id, '/') + 1)"
"""The id of a record `r` without its category."""

HOUSE, PRINTER = "tweedekamer", "officielepublicaties"
ORDERS = ((HOUSE, PRINTER), (PRINTER, HOUSE))
STAGES = 2
SETTINGS = """
[sources.officielepublicaties]
sru_url = "{url}/sru"
delay_s = 0
confirm_after_h = 0
reconcile_days = 0
"""


@dataclass
class World:
    """Archives of one parliament, and what a perfect harvester would hold."""

    archives: list[Griffie]
    truth: dict[str, Any]

    def select(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.archives[0].index)) as connection:
            return connection.execute(sql, values).fetchall()


def both_at_once(griffie: Griffie) -> None:
    """Harvest both sources into one archive and one index at the same time."""
    running = [griffie.start("harvest", source) for source in ORDERS[0]]
    said = [process.communicate(timeout=120)[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0], said


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("two-sources")
    with running_simulator("--seed", "11", "--size", "0.5", "--tidy") as source:
        settings = SETTINGS.format(url=source.url)
        archives = [Griffie.at(folder / str(n), source, extra=settings) for n in range(3)]
        for stage in range(STAGES):
            if stage:
                source.advance(4)
            for griffie, order in zip(archives, ORDERS, strict=False):
                for name in order:
                    griffie.harvest(source=name)
            both_at_once(archives[2])
        # What vanished is missed in one harvest and confirmed in the next.
        for griffie in archives:
            griffie.harvest(source=PRINTER)
        yield World(archives, source.state())


def test_the_order_of_harvests_says_nothing(world: World) -> None:
    first, *others = world.archives
    for other in others:
        assert differences(first, other) == []


def test_the_index_follows_from_the_two_logs(world: World) -> None:
    world.archives[2].run("rebuild", "--check")
    world.archives[2].run("verify")


def test_every_paper_is_one_paper(world: World) -> None:
    found = dict(world.select("SELECT alias, paper FROM paper_alias"))
    joined = renamed = 0
    for publication in world.truth["publications"]:
        if publication["kind"] == "annex" or publication["id"] is None:
            continue
        paper = found[publication["id"]]
        seen = [earlier for earlier in publication["earlier_ids"] if earlier in found]
        renamed += len(seen)
        assert {found[earlier] for earlier in seen} <= {paper}
        number = publication["paper"]
        if number is None:
            continue
        is_certain = publication["status"] != "Onopgemaakt" or len(publication["dossiers"]) == 1
        if is_certain:
            assert found[number] == paper, publication
            joined += 1
    assert joined > 40
    assert renamed


def test_nothing_is_joined_that_is_not_one_paper(world: World) -> None:
    numbers = {p["id"]: p["paper"] for p in world.truth["publications"] if p["id"]}
    pairs = world.select(
        f"SELECT {BARE}, d.number FROM copy AS a JOIN copy AS b "
        "ON b.paper = a.paper AND b.source = ? JOIN document AS d ON d.key = b.document_key "
        "JOIN record AS r ON r.key = a.document_key "
        "WHERE a.source = ?", HOUSE, PRINTER,
    )  # fmt: skip
    assert pairs
    for printed, number in pairs:
        assert numbers[printed] == number


def test_both_chambers_are_there(world: World) -> None:
    chambers = dict(world.select("SELECT chamber, count(*) FROM paper GROUP BY 1"))
    assert chambers["Eerste Kamer"] > 10
    letters = world.select(
        "SELECT id, people, published_on FROM paper WHERE chamber = 'Eerste Kamer' "
        "AND kind = 'letter' AND source = ?",
        PRINTER,
    )
    truth = {p["id"]: p for p in world.truth["publications"]}
    for id_, people, published_on in letters:
        assert published_on == truth[id_]["date"]
        if truth[id_]["people"] or truth[id_]["state"] == "typeset":
            assert bool(people) == bool(truth[id_]["signed_by"]), id_


def test_what_vanished_for_good_is_withdrawn_and_stays_readable(world: World) -> None:
    gone = [p["id"] for p in world.truth["publications"] if p["state"] == "gone"]
    assert gone
    for id_ in gone:
        [(is_withdrawn, words)] = world.select(
            "SELECT c.is_withdrawn, (SELECT count(*) FROM file AS f WHERE f.paper = c.paper "
            "AND f.source = c.source) FROM copy AS c JOIN record AS r ON r.key = c.document_key "
            f"WHERE {BARE} = ?", id_,
        )  # fmt: skip
        assert is_withdrawn
        assert words
    withdrawn = world.select(
        f"SELECT {BARE} FROM copy AS c JOIN record AS r ON r.key = c.document_key "
        "WHERE is_withdrawn AND c.source = ?",
        PRINTER,
    )
    assert {id_ for (id_,) in withdrawn} == set(gone)


def test_two_witnesses_disagree_just_where_the_printer_corrected(world: World) -> None:
    found = world.select(
        f"SELECT {BARE}, w.agrees, w.differences FROM witness AS w "
        "JOIN copy AS c ON c.paper = w.paper AND c.source = ? "
        "JOIN record AS r ON r.key = c.document_key", PRINTER,
    )  # fmt: skip
    truth = {p["id"]: p for p in world.truth["publications"]}
    disagreeing = 0
    for id_, agrees, differences_ in found:
        expected = truth[id_]["differs"]
        if expected is None:
            continue
        disagreeing += 1
        assert agrees == 0, id_
        told = json.dumps(json.loads(differences_), ensure_ascii=False)
        for mine, other in (("chamber", "koop"), ("koop", "chamber")):
            for word in set(expected[mine].split()) - set(expected[other].split()):
                assert word in told
    assert disagreeing


def test_the_typical_letter(world: World) -> None:
    letter = world.truth["typical_letter"]
    [(id_,)] = world.select(
        "SELECT p.id FROM paper_fts JOIN paper AS p ON p.key = paper_fts.rowid "
        "WHERE paper_fts MATCH ?", letter["word"],
    )  # fmt: skip
    assert id_ == letter["letter"]
    answers = world.select(
        "SELECT motion, verdict, agrees, sentence FROM answer WHERE letter = ?", id_
    )
    assert {(motion, verdict, agrees) for motion, verdict, agrees, _ in answers} == {
        (answer["motion"], "against", 1) for answer in letter["answers"]
    }
    assert all("ontraden" in sentence for *_, sentence in answers)
    cited = world.select("SELECT cited FROM reference WHERE paper = ? AND kind = 'paper'", id_)
    expected = {*letter["earlier_letters"], *(answer["motion"] for answer in letter["answers"])}
    assert {target for (target,) in cited} == expected
    # The House's own PDF, whose text breaks words at line ends, says the same.
    texts = world.select(
        "SELECT DISTINCT c.target FROM copy AS k JOIN citation AS c ON c.sha256 = k.sha256 "
        "WHERE k.paper = ? AND k.source = ? AND c.target <> ?", id_, HOUSE, id_,
    )  # fmt: skip
    assert {target for (target,) in texts} == expected


def test_every_citation_of_every_letter_is_found_and_no_other(world: World) -> None:
    missed, false = [], []
    for publication in world.truth["publications"]:
        if not publication["citations"] or publication["id"] is None:
            continue
        rows = world.select(
            "SELECT c.target FROM copy AS k JOIN citation AS c ON c.sha256 = k.sha256 "
            "JOIN record AS r ON r.key = k.document_key "
            f"WHERE {BARE} = ?", publication["id"],
        )  # fmt: skip
        found = {target for (target,) in rows}
        wanted = {citation["target"] for citation in publication["citations"]}
        missed += [(publication["id"], target) for target in wanted - found]
        own = {publication["id"], publication["final_id"]}
        false += [(publication["id"], t) for t in found - wanted - own if t.startswith("kst-")]
    assert missed == []
    assert false == []

"""What ministries publish beside what the chamber got: versions, withdrawals, advice, digests."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from spiders.netherlands.openoverheid.identifiers import copy_id
from spiders.netherlands.simulator.portal.copies import has_wrong_digest
from tests.end_to_end.processes import Griffie, differences, running_simulator
from tests.end_to_end.sites import PRINTER, Site, serving

SOURCES = ("tweedekamer", "officielepublicaties", "openoverheid")
SETTINGS = """
[sources.openoverheid]
url = "{url}"
delay_s = 0
confirm_after_h = 0
copies = 1000
recheck_documents = 1000
"""
KINDS = {"Kamerbrief": "letter", "beslisnota": "note", "rapport": "annex",
         "Kamervraag met antwoord": "letter"}  # fmt: skip


@dataclass
class World:
    """An archive of three sources with its site, and what a perfect harvester would hold."""

    griffie: Griffie
    site: Site
    truth: dict[str, Any]
    reports: list[dict[str, Any]]

    @property
    def documents(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.truth["documents"]
        return found

    def page(self, paper: str) -> str:
        answer = self.site.get(f"paper/{quote(paper, safe='')}")
        assert answer.status == 200, answer.text
        return answer.text


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("ministries")
    with running_simulator("--seed", "12", "--size", "0.3", "--tidy") as source:
        settings = (PRINTER + SETTINGS).format(url=source.url)
        griffie = Griffie.at(folder / "one", source, extra=settings)
        for stage in range(4):
            if stage:
                source.advance(2)
            for name in SOURCES:
                # A ministry's file may have another digest than it declares, for ever.
                griffie.harvest(source=name, code=None)
        # What is not served is missed in one harvest and confirmed in the next.
        griffie.harvest(source="openoverheid", code=None)
        said = griffie.run("report", "--source", "openoverheid", "--json").stdout
        reports = [
            json.loads(griffie.run("report", row["id"], "--json").stdout)
            for row in json.loads(said)
        ]
        with serving(griffie) as site:
            yield World(griffie, site, source.state(), reports)


def test_every_document_is_held_as_what_it_is(world: World) -> None:
    held = json.loads(
        world.site.one(
            "SELECT json_group_object(id, json_array(kind, is_withdrawn)) FROM paper "
            "WHERE source = 'openoverheid'"
        )
    )
    for document in world.documents:
        assert held[document["id"]] == [KINDS[document["kind"]], int(document["withdrawn"])], (
            document
        )


def test_versions_have_their_cause_and_reason(world: World) -> None:
    told = [d for d in world.documents if len(d["versions"]) > 1]
    assert {version[1] for d in told for version in d["versions"]} == {
        "aanlevering", "wijziging", "intrekking", "herpublicatie",
    }  # fmt: skip
    for document in told:
        page = world.page(document["id"])
        for number, cause, reason in document["versions"]:
            # What is withdrawn is not listed any more: of that only the absence is known.
            if not document["withdrawn"] and cause != "aanlevering":
                assert reason in page
            if number is not None and not document["withdrawn"]:
                assert f"Version {number}" in page


def test_a_withdrawn_letter_says_so_and_keeps_its_words(world: World) -> None:
    gone = [document for document in world.documents if document["withdrawn"]]
    assert gone
    for document in gone:
        page = world.page(document["id"])
        assert "Withdrawn." in page
        assert "Aan de Voorzitter" in page


def test_a_letter_shows_the_same_letter_of_the_ministry_and_the_advice_before_it(
    world: World,
) -> None:
    joined = shown = 0
    for document in world.documents:
        if document["kind"] != "Kamerbrief":
            continue
        paper = world.site.row(
            "SELECT other.paper FROM file AS mine JOIN file AS other USING (sha256) "
            f"WHERE mine.paper = '{document['id']}' AND other.paper <> mine.paper LIMIT 1"
        )
        if paper is None:
            continue
        joined += 1
        page = world.page(paper[0])
        assert "The same letter, as published elsewhere" in page
        assert f"/paper/{document['id']}" in page
        notes = [id_ for role, id_ in document["relations"] if role.endswith("c_05f4a5f3")]
        for id_ in notes:
            other = next(d for d in world.documents if d["id"] == id_)
            if other["kind"] == "beslisnota" and not document["withdrawn"]:
                shown += 1
                assert "What was advised before" in page
                assert f"/paper/{id_}" in page
                assert f"/paper/{quote(paper[0])}" in world.page(id_)
    assert joined > 5
    assert shown > 2


def test_a_letter_with_other_bytes_and_the_same_words_is_shown_too(world: World) -> None:
    by_words = json.loads(
        world.site.one(
            "SELECT json_group_array(DISTINCT mine.paper) FROM file AS mine "
            "JOIN same_words AS w ON mine.sha256 IN (w.sha256, w.other_sha256) "
            "WHERE mine.source = 'openoverheid' AND mine.paper NOT IN "
            "(SELECT a.paper FROM file AS a JOIN file AS b USING (sha256) WHERE a.paper <> b.paper)"
        )
    )
    papers = {d["id"]: d["paper"] for d in world.documents}
    assert len(by_words) > 2
    for id_ in by_words:
        page = world.page(id_)
        assert "Its words are the same, except for head and foot." in page
        aliases = dict(
            json.loads(world.site.one("SELECT json_group_array(json_array(alias, paper)) "
                                      "FROM paper_alias"))
        )  # fmt: skip
        assert f"/paper/{quote(aliases[papers[id_]])}" in page


def test_what_nothing_joins_stands_by_itself(world: World) -> None:
    answers = [d for d in world.documents if d["kind"] == "Kamervraag met antwoord"]
    assert answers
    for document in answers:
        assert "The same letter, as published" not in world.page(document["id"])


def test_digests_of_copies_agree_except_those_that_do_not(world: World) -> None:
    rows = json.loads(
        world.site.one(
            "SELECT json_group_array(json_array(paper, name, best)) FROM "
            "(SELECT paper, name, max(agrees) AS best FROM digest_witness GROUP BY 1, 2)"
        )
    )
    assert len(rows) > 50
    wrong = {paper for paper, name, agrees in rows if not agrees and has_wrong_digest(paper)}
    assert wrong
    for paper, name, agrees in rows:
        if name == "pdf" and has_wrong_digest(paper):
            assert agrees == 0, paper
    paper = min(wrong)
    page = world.page(paper)
    assert "states another digest of a file of" in page
    assert any(paper in finding for report in world.reports for finding in report["findings"])


def test_copies_are_not_downloaded(world: World) -> None:
    assert (
        world.site.one(
            "SELECT count(*) FROM retrieval AS t JOIN record AS r ON r.key = t.record_key "
            "WHERE r.id LIKE 'copy/%'"
        )
        == 0
    )
    paper = world.site.one("SELECT paper FROM digest_witness WHERE agrees LIMIT 1")
    assert copy_id(paper) in json.loads(world.site.get(f"paper/{paper}.json").text)["aliases"]


def test_the_report_tells_which_open_answers_came(world: World) -> None:
    met = {what for report in world.reports for what in report["met"]}
    assert "a copy's id follows from the official id" in met
    assert "relations: at /publicatie/<id>/_relaties" in met
    assert "relations: in the document itself" in met


def test_nothing_was_unknown(world: World) -> None:
    assert [report["unknown"] for report in world.reports if report["unknown"]] == []


def test_the_index_follows_from_the_logs(world: World) -> None:
    world.griffie.run("rebuild", "--check")
    world.griffie.run("verify")
    assert differences(world.griffie, world.griffie) == []

"""The walk over sessions, against answers in memory."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scrapy import Request
from scrapy.http import TextResponse
from scrapy.utils.test import get_crawler

from archive.entries import RecordEntry
from harvester.source.domain import Decision, MotionClaim, Vote
from harvester.source.spider import NoMemory
from harvester.source.steps import Failure, Step
from spiders.sweden.riksdagen.options import RiksdagenOptions
from spiders.sweden.riksdagen.spider import RiksdagenSpider

BEGUN = datetime(2026, 11, 24, 8, tzinfo=UTC)
IMPATIENT = get_crawler(settings_dict={"RETRY_TIMES": 0, "TWISTED_REACTOR_ENABLED": False})
DIVISION = "0FB60CF3-E44D-4908-8AEC-000000000001"


@dataclass
class Riksdag:
    """Answers in the source's wire form, and with its faults."""

    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    points: dict[str, Any] = field(default_factory=dict)
    votes: list[dict[str, Any]] = field(default_factory=list)
    unlisted: set[str] = field(default_factory=set)
    page_size: int = 2
    capped_at: int = 50
    has_times: bool = True
    is_gone_with_200: bool = False
    asked: list[str] = field(default_factory=list)

    def put(self, id_: str, rm: str = "2026/27", **more: Any) -> None:
        """Add or change a document."""
        document = {
            "dok_id": id_, "rm": rm, "beteckning": id_[4:], "doktyp": "mot", "typ": "mot",
            "titel": f"Om {id_}", "datum": "2026-10-01 00:00:00", "status": "Klar",
            "systemdatum": "2026-10-01 10:00:00", **more,
        }  # fmt: skip
        before = self.documents.get(id_, {})
        self.documents[id_] = {**before, "dokument": document}

    def answer(self, request: Request) -> bytes | None:
        """Return the body; None for 404."""
        self.asked.append(request.url)
        address = urlsplit(request.url)
        if address.path == "/dokumentlista/":
            return self._page({name: v[0] for name, v in parse_qs(address.query).items()})
        what, _, name = address.path.strip("/").partition("/")
        id_ = name.removesuffix(".json")
        if what == "dokumentstatus" and id_ in self.documents:
            return json.dumps({"dokumentstatus": self.documents[id_]}).encode("utf-8-sig")
        if what == "utskottsforslag" and id_ in self.points:
            return json.dumps({"utskottsforslag": self.points[id_]}).encode()
        if what == "votering" and self.votes:
            return json.dumps({"votering": {"votering": self.votes}}).encode()
        return b'{"dokumentstatus": null}' if self.is_gone_with_200 else None

    def _page(self, asked: dict[str, str]) -> bytes:
        hits = [
            {
                name: v
                for name, v in d["dokument"].items()
                if self.has_times or name != "systemdatum"
            }
            for id_, d in sorted(self.documents.items())
            if d["dokument"]["rm"] == asked["rm"] and d["dokument"]["doktyp"] == asked["doktyp"]
            and id_ not in self.unlisted
        ]  # fmt: skip
        number = min(int(asked["p"]), self.capped_at)
        pages = -(-len(hits) // self.page_size)
        shown: Any = hits[(number - 1) * self.page_size :][: self.page_size]
        shown = shown[0] if len(shown) == 1 else shown or None
        told = {"@traffar": str(len(hits)), "@sida": str(number), "@sidor": str(pages)}
        return json.dumps({"dokumentlista": {**told, "dokument": shown}}).encode()


class Remembered(NoMemory):
    """Knows what is held."""

    def __init__(self, held: dict[str, RecordEntry]) -> None:
        """Remember these records, by id."""
        self.held = held

    def present(self, category: str, prefix: str, after: str, most: int) -> Sequence[str]:
        """Return ids in their order."""
        names = sorted(
            id_.partition("/")[2]
            for id_, entry in self.held.items()
            if id_.startswith(f"{category}/{prefix}") and entry.state == "present"
        )
        return [name for name in names if name > after][:most]


@dataclass
class Harvests:
    """An archive that only remembers what was last said of each record."""

    riksdag: Riksdag
    types: tuple[str, ...] = ("mot",)
    held: dict[str, RecordEntry] = field(default_factory=dict)
    position: dict[str, Any] = field(default_factory=dict)
    met: list[str] = field(default_factory=list)

    def run(self, days: float = 0, most: int | None = None) -> list[str]:
        """Harvest; return the failures. `most` stops it after so many requests."""
        self.met.clear()
        spider = RiksdagenSpider(
            options=RiksdagenOptions(types=self.types, first_year=2024),
            position=self.position,
            memory=Remembered(dict(self.held)),
            clock=lambda: BEGUN + timedelta(days=days),
        )
        spider.crawler = IMPATIENT

        async def begin() -> list[Request]:
            return [request async for request in spider.start()]

        todo: list[Any] = asyncio.run(begin())
        failures = []
        asked = 0
        while todo:
            item = todo.pop()
            if isinstance(item, Request):
                asked += 1
                if most is not None and asked > most:
                    break
                todo += reversed(list(self._answered(item)))
            elif isinstance(item, Failure):
                failures.append(item.reason)
            else:
                self._write(item)
        return failures

    def _answered(self, request: Request) -> Iterator[Any]:
        body = self.riksdag.answer(request)
        response = TextResponse(
            request.url, status=404 if body is None else 200, body=body or b"", request=request
        )
        assert request.callback is not None
        yield from request.callback(response, **request.cb_kwargs)

    def _write(self, step: Step) -> None:
        self.met += step.met
        self.held.update({entry.id: entry for entry in step.observations})
        if step.cursor is not None:
            self.position[step.category] = json.loads(json.dumps(step.cursor))

    def asked_for(self) -> set[str]:
        """Return the ids of documents that were asked for since the last call."""
        found = {
            url.rpartition("/")[2].removesuffix(".json")
            for url in self.riksdag.asked
            if "/dokumentstatus/" in url
        }
        self.riksdag.asked.clear()
        return found


def test_sessions_are_walked_the_newest_first_and_once() -> None:
    riksdag = Riksdag()
    for id_, rm in (("HE02A1", "2026/27"), ("HD02A1", "2025/26"), ("HC02A1", "2024/25")):
        riksdag.put(id_, rm)
    harvests = Harvests(riksdag)
    assert harvests.run() == []
    lists = [url for url in riksdag.asked if "dokumentlista" in url]
    assert [url.partition("rm=")[2][:7] for url in lists] == ["2026/27", "2025/26", "2024/25"]
    assert harvests.asked_for() == {"HE02A1", "HD02A1", "HC02A1"}
    assert harvests.run(days=3) == []
    assert harvests.asked_for() == set()


def test_only_what_is_new_or_changed_is_asked_for() -> None:
    riksdag = Riksdag()
    for n in range(5):
        riksdag.put(f"HE02A{n}")
    harvests = Harvests(riksdag)
    harvests.run()
    harvests.asked_for()
    riksdag.put("HE02A3", systemdatum="2026-11-25 09:00:00")
    riksdag.put("HE02A9", status="planerat", datum="2027-03-01 00:00:00")
    harvests.run(days=2)
    assert harvests.asked_for() == {"HE02A3", "HE02A9"}
    assert set(harvests.met) >= {"lists tell systemdatum", "dokumentstatus: in JSON"}


def test_where_lists_do_not_tell_changes_held_documents_take_turns() -> None:
    riksdag = Riksdag(has_times=False)
    for n in range(3):
        riksdag.put(f"HE02A{n}")
    harvests = Harvests(riksdag)
    harvests.run()
    harvests.asked_for()
    harvests.run(days=1)
    assert harvests.asked_for() == {"HE02A0", "HE02A1", "HE02A2"}
    assert "lists lack systemdatum" in harvests.met


def test_a_stopped_walk_goes_on_with_what_is_not_held() -> None:
    riksdag = Riksdag(page_size=200)
    for n in range(1, 251):
        riksdag.put(f"HE02A{n}")
    riksdag.page_size = 300
    harvests = Harvests(riksdag)
    harvests.run(most=160)
    assert 100 <= len(harvests.held) < 160
    held = len(harvests.held)
    harvests.asked_for()
    harvests.run()
    assert len(harvests.asked_for()) == 250 - held
    assert len(harvests.held) == 250


def test_a_list_that_repeats_its_last_page_ends_and_concludes_nothing() -> None:
    riksdag = Riksdag()
    for n in range(9):
        riksdag.put(f"HE02A{n}")
    harvests = Harvests(riksdag)
    harvests.run()
    riksdag.capped_at = 2
    [failure] = harvests.run(days=1)
    assert failure == "2026/27: 9 documents were announced, 4 came"
    assert "a list is capped: page 3 is page 2 again" in harvests.met
    assert harvests.position["mot"]["sessions"]["2026/27"]["missing"] == {}


def test_what_leaves_the_list_is_gone_when_it_is_still_missing_and_not_served() -> None:
    for is_gone_with_200 in (False, True):
        riksdag = Riksdag(is_gone_with_200=is_gone_with_200)
        for n in range(3):
            riksdag.put(f"HE02A{n}")
        harvests = Harvests(riksdag)
        harvests.run()
        del riksdag.documents["HE02A1"]
        riksdag.unlisted.add("HE02A2")
        for days in (1, 2, 2.9):
            assert harvests.run(days=days) == []
            assert {entry.state for entry in harvests.held.values()} == {"present"}
        assert harvests.run(days=3.1) == []
        states = {id_: entry.state for id_, entry in harvests.held.items()}
        assert states == {
            "mot/HE02A0": "present", "mot/HE02A1": "withdrawn", "mot/HE02A2": "present",
        }  # fmt: skip
        assert "a document that is not listed is served" in harvests.met


def test_a_list_that_lost_most_documents_concludes_nothing() -> None:
    riksdag = Riksdag(page_size=100)
    for n in range(60):
        riksdag.put(f"HE02A{n}")
    harvests = Harvests(riksdag)
    harvests.run()
    riksdag.documents.clear()
    [failure] = harvests.run(days=1)
    assert failure == "2026/27: 60 held documents are not listed: none is concluded"
    assert harvests.run(days=9) == [failure]
    assert {entry.state for entry in harvests.held.values()} == {"present"}


def vote(name: str, choice: str, **more: str) -> dict[str, Any]:
    """Return a member's vote."""
    return {
        "namn": name, "parti": "X", "rost": choice, "avser": "sakfrågan", "votering": "huvud",
        "punkt": "0", "fodd": "1970", "kon": "man", **more,
    }  # fmt: skip


def with_report() -> Riksdag:
    """Return a Riksdag with a motion of five claims of two fates and a division on its report."""
    riksdag = Riksdag()
    riksdag.put("HE02Kl1")
    fates = [" Avslag", " Avslag", "Avslag", "Avslag", "Bifall"]
    riksdag.documents["HE02Kl1"]["dokforslag"] = {
        "forslag": [
            {"nummer": str(n), "lydelse": f"Krav {n}", "utskottet": fate, "kammaren": fate.strip(),
             "behandlas_i": "2026/27:KlU3", "behandlas_i_punkt": "1" if n < 5 else "2",
             "kammarbeslutstyp": "Röstning" if n < 5 else "Acklamation"}
            for n, fate in enumerate(fates, 1)
        ]
    }  # fmt: skip
    riksdag.put("HE01KlU3", doktyp="bet", typ="bet")
    riksdag.points["HE01KlU3"] = {
        "dokutskottsforslag": {
            "utskottsforslag": [
                {"punkt": "1", "beslutstyp": "röstning", "votering_id": DIVISION.lower(),
                 "votering_sammanfattning_html": "<h4>x</h4>Utskottets förslag mot reservation 2"},
                {"punkt": "2", "beslutstyp": "acklamation"},
            ]
        }
    }  # fmt: skip
    riksdag.votes = [
        vote("Bo  Ek", "Ja"), vote("Eva Al", "Nej"), vote("Nils Å", "Avstår"),
        vote("Ada Ö", "Frånvarande"), vote("Bo  Ek", "Nej", votering="förberedande"),
    ]  # fmt: skip
    return riksdag


def test_a_reports_points_and_votes_are_asked_for_once() -> None:
    riksdag = with_report()
    harvests = Harvests(riksdag, ("mot", "bet"))
    assert harvests.run() == []
    assert harvests.held.keys() == {
        "mot/HE02Kl1", "bet/HE01KlU3", "punkt/HE01KlU3p1", "punkt/HE01KlU3p2",
        f"votering/{DIVISION}",
    }  # fmt: skip
    assert "points of a report: at /utskottsforslag/<id>" in harvests.met
    riksdag.put("HE01KlU3", doktyp="bet", systemdatum="2026-11-25 09:00:00")
    riksdag.points["HE01KlU3"]["dokutskottsforslag"]["utskottsforslag"].pop()
    riksdag.asked.clear()
    harvests.run(days=2)
    assert not [url for url in riksdag.asked if "/votering/" in url]
    assert harvests.held["punkt/HE01KlU3p2"].state == "withdrawn"


def test_points_may_come_with_the_report_itself() -> None:
    riksdag = with_report()
    riksdag.documents["HE01KlU3"].update(riksdag.points.pop("HE01KlU3"))
    harvests = Harvests(riksdag, ("bet",))
    harvests.run()
    assert "points of a report: in its dokumentstatus" in harvests.met
    assert f"votering/{DIVISION}" in harvests.held


def test_claims_point_to_the_decision_and_say_what_yes_meant_for_them() -> None:
    harvests = Harvests(with_report(), ("mot", "bet"))
    harvests.run()
    rows = RiksdagenSpider.read(harvests.held["mot/HE02Kl1"]).rows
    claims = [row for row in rows if isinstance(row, MotionClaim)]
    assert [(c.outcome, c.yes_supports, c.decision_id) for c in claims] == [
        *[("rejected", 0, "punkt/HE01KlU3p1")] * 4, ("adopted", 1, "punkt/HE01KlU3p2"),
    ]  # fmt: skip
    [point] = RiksdagenSpider.read(harvests.held["punkt/HE01KlU3p1"]).rows
    assert isinstance(point, Decision)
    assert (point.yes_meaning, point.no_meaning) == ("Utskottets förslag", "reservation 2")


def test_only_the_final_division_on_the_matter_decides() -> None:
    harvests = Harvests(with_report(), ("bet",))
    harvests.run()
    reading = RiksdagenSpider.read(harvests.held[f"votering/{DIVISION}"])
    votes = [row for row in reading.rows if isinstance(row, Vote)]
    assert [(v.choice, v.decision_id is not None) for v in votes] == [
        ("for", True), ("against", True), ("abstain", True), ("absent", True), ("against", False),
    ]  # fmt: skip
    assert votes[0].actor_name == "Bo Ek"
    assert reading.unknown == ("votering.votering.votering=förberedande sakfrågan",)
    assert "1970" not in repr(reading.rows)


def test_one_document_that_cannot_be_had_stops_no_other_and_three_in_a_row_do() -> None:
    riksdag = Riksdag(page_size=50)
    for n in range(9):
        riksdag.put(f"HE02A{n}")
    good = dict(riksdag.documents)
    broken = {"HE02A1"}
    original = riksdag.answer

    def answer(request: Request) -> bytes | None:
        body = original(request)
        is_broken = any(f"/dokumentstatus/{id_}.json" in request.url for id_ in broken)
        return b'{"anforande": {"@not": "felaktigt anrop. 5"}}' if is_broken else body

    riksdag.answer = answer  # type: ignore[method-assign]
    harvests = Harvests(riksdag)
    assert harvests.run() == []
    assert len(harvests.held) == len(good) - 1
    broken.update({"HE02B1", "HE02B2", "HE02B3"})
    for id_ in broken:
        riksdag.put(id_)
    [failure] = harvests.run(days=1)
    assert failure.startswith("3 requests in a row failed: no `dokumentstatus`")
    assert "felaktigt anrop" in failure

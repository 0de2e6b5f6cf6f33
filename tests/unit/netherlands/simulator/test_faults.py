"""Each fault as a real client meets it."""

import http.client
import re
import time
import urllib.error

import pytest
from lxml import etree

from tests.unit.netherlands.simulator.client import Client
from tests.unit.netherlands.simulator.conftest import running

ERROR = b"<Error><Message>An error has occurred.</Message></Error>"


def test_a_category_breaks_and_the_others_do_not(simulator: Client) -> None:
    simulator.fault(fault="error_500", category="Besluit")
    broken = simulator.feed("category=Besluit")
    assert (broken.status, broken.body) == (500, ERROR)
    assert simulator.feed("category=Zaak").status == 200
    assert simulator.feed("category=Besluit").status == 500
    simulator.heal()
    assert simulator.feed("category=Besluit").status == 200


def test_a_fault_strikes_as_often_as_asked_and_after_what_it_spares(simulator: Client) -> None:
    simulator.fault(fault="error_500", count=2, after=1)
    statuses = [simulator.feed("category=Zaak").status for _ in range(4)]
    assert statuses == [200, 500, 500, 200]
    [listed] = simulator.get("/-/simulator/faults").json["faults"]
    assert (listed["hits"], listed["left"]) == (2, 0)


@pytest.mark.parametrize(("kind", "said"), [("html", b"<!DOCTYPE html>"), ("wrong_root", ERROR)])
def test_something_else_than_a_feed_comes_with_200(
    simulator: Client, kind: str, said: bytes
) -> None:
    simulator.fault(fault=kind)
    answer = simulator.feed("category=Zaak")
    assert answer.status == 200
    assert answer.body.startswith(said)


@pytest.mark.parametrize("kind", ["cut", "cut_chunked"])
def test_a_connection_closes_halfway(simulator: Client, kind: str) -> None:
    simulator.fault(fault=kind)
    with pytest.raises(http.client.IncompleteRead) as caught:
        simulator.feed("category=Zaak")
    assert b"<feed" in caught.value.partial
    assert simulator.requests()["requests"]["feed"] == {kind: 1}


def test_a_whole_answer_holds_half_a_page(simulator: Client) -> None:
    simulator.fault(fault="truncated")
    answer = simulator.feed("category=Zaak")
    assert answer.status == 200
    assert len(answer.body) == int(answer.headers["Content-Length"])
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(answer.body)


def test_the_first_page_is_slow_and_the_next_is_not(simulator: Client) -> None:
    simulator.fault(fault="slow", delay_s=0.6)
    started = time.monotonic()
    assert simulator.feed("category=Zaak").status == 200
    assert time.monotonic() - started >= 0.6
    started = time.monotonic()
    assert simulator.feed("category=Zaak&skiptoken=1").status == 200
    assert time.monotonic() - started < 0.5


def test_too_many_requests_say_when_to_come_back(simulator: Client) -> None:
    simulator.fault(fault="too_many", retry_after_s=2, count=1)
    answer = simulator.feed("category=Zaak")
    assert answer.status == 429
    assert answer.headers["Retry-After"] == "2"
    assert simulator.feed("category=Zaak").status == 200


def test_a_connection_is_reset(simulator: Client) -> None:
    simulator.fault(fault="reset", count=1)
    with pytest.raises((urllib.error.URLError, ConnectionError, http.client.RemoteDisconnected)):
        simulator.feed("category=Zaak")
    assert simulator.feed("category=Zaak").status == 200


def _entries(simulator: Client) -> list[str]:
    pages = b"".join(simulator.pages("category=Document")).decode()
    return re.findall(r"<entry>.*?</entry>", pages)


def test_a_stale_feed_shows_what_was_there_when_it_was_switched_on() -> None:
    with running("--seed", "5", "--size", "0.3") as simulator:
        before = _entries(simulator)
        simulator.fault(fault="stale")
        simulator.post("advance", {"days": 3})
        assert _entries(simulator) == before
        simulator.heal()
        assert len(_entries(simulator)) > len(before)


@pytest.mark.parametrize(("kind", "status"), [("not_found", 404), ("error_500", 500)])
def test_files_fail_while_the_feed_answers(simulator: Client, kind: str, status: int) -> None:
    paper = next(p for p in simulator.state()["papers"] if p["file"]["status"] == 200)
    simulator.fault(fault=kind, target="resources", id=paper["id"])
    assert simulator.get(f"/SyncFeed/2.0/Resources/{paper['id']}").status == status
    assert simulator.feed("category=Document").status == 200


def test_a_file_can_be_cut_or_come_without_validators(simulator: Client) -> None:
    paper = next(p for p in simulator.state()["papers"] if p["file"]["status"] == 200)
    path = f"/SyncFeed/2.0/Resources/{paper['id']}"
    simulator.fault(fault="cut", target="resources", count=1)
    with pytest.raises(http.client.IncompleteRead):
        simulator.get(path)
    simulator.fault(fault="no_validators", category="Document")
    answer = simulator.get(path)
    assert answer.status == 200
    assert answer.headers["ETag"] is None


def test_a_huge_file_is_made_on_the_fly(simulator: Client) -> None:
    paper = next(p for p in simulator.state()["papers"] if p["file"]["status"] == 200)
    simulator.fault(fault="huge", size_bytes=3_000_000)
    answer = simulator.get(f"/SyncFeed/2.0/Resources/{paper['id']}")
    assert len(answer.body) == 3_000_000
    assert answer.body.startswith(b"%PDF-1.4")
    assert answer.body.endswith(b"%%EOF\n")

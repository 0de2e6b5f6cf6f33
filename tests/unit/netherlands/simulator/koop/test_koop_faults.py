"""What goes wrong with KOOP when it is told to."""

import http.client
import urllib.error
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import etree

from spiders.netherlands.simulator.errors import RequestRefused
from spiders.netherlands.simulator.faults import Faults, parse_fault
from spiders.netherlands.simulator.koop.throttle import TokenBucket
from tests.unit.netherlands.simulator.client import Answer, Client
from tests.unit.netherlands.simulator.koop.asking import ALL, SRU, ask, identifiers, one, root_of


def _total(answer: Answer) -> int:
    return int(root_of(answer).findtext(f"{SRU}numberOfRecords"))


def test_a_diagnostic_can_come_in_the_place_of_records(simulator: Client) -> None:
    simulator.fault(fault="diagnostic", count=1)
    root = root_of(ask(simulator, ALL))
    assert root.find(f"{SRU}numberOfRecords") is None
    assert b"General system error" in etree.tostring(root)
    assert _total(ask(simulator, ALL)) > 100


@pytest.mark.parametrize("status", [500, 503, 504])
@pytest.mark.parametrize("target", ["sru", "frbr"])
def test_errors_have_a_page_of_html_as_body(simulator: Client, status: int, target: str) -> None:
    name = one(simulator, kind="motion", state="typeset")["id"]
    simulator.fault(fault=f"error_{status}", target=target)
    broken, whole = ask(simulator, ALL), simulator.get(f"/{name}.pdf")
    if target == "frbr":
        broken, whole = whole, broken
    assert (broken.status, whole.status) == (status, 200)
    assert broken.body.startswith(b"<!DOCTYPE html>\n<html>")
    assert simulator.feed("category=Zaak").status == 200


def test_too_many_requests_empty_the_bucket(simulator: Client) -> None:
    simulator.fault(fault="rate_limit", target="sru", bucket=3, per_s=0.01, retry_after_s=7)
    answers = [ask(simulator, ALL) for _ in range(5)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["Retry-After"] == "7"
    assert answers[-1].headers.get_content_type() == "text/html"


def test_a_bucket_fills_again() -> None:
    now = [0.0]
    bucket = TokenBucket(2, 5.0, lambda: now[0])
    assert [bucket.take() for _ in range(3)] == [True, True, False]
    now[0] = 0.2
    assert [bucket.take() for _ in range(2)] == [True, False]
    now[0] = 100.0
    assert [bucket.take() for _ in range(3)] == [True, True, False]


def test_a_bucket_lets_other_faults_pass_while_it_holds_something() -> None:
    faults = Faults(clock=lambda: 0.0)
    for fault in ({"fault": "rate_limit", "bucket": 1}, {"fault": "diagnostic"}):
        faults.switch_on(parse_fault(fault), {})
    met = [faults.take("sru", category=None, entity_id=None, is_first_page=True) for _ in range(2)]
    assert [each[0].kind if each else None for each in met] == ["diagnostic", "rate_limit"]


def test_a_second_connection_at_the_same_time_is_reset(simulator: Client) -> None:
    simulator.fault(fault="reset_parallel", target="sru")

    def outcome(_: int) -> str:
        try:
            return str(ask(simulator, ALL).status)
        except (urllib.error.URLError, ConnectionError, http.client.HTTPException):
            return "reset"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(outcome, range(4)))
    assert outcomes.count("reset") == 3
    assert [outcome(0), outcome(1)] == ["200", "200"]


def test_the_number_of_records_moves_between_pages(simulator: Client) -> None:
    total = _total(ask(simulator, ALL))
    simulator.fault(fault="moving_count")
    moved = [_total(ask(simulator, ALL, startRecord=start)) for start in (1, 11)]
    assert total < moved[0] < moved[1]


def test_records_can_be_missing_from_the_search_though_their_files_are_there(
    simulator: Client,
) -> None:
    name = one(simulator, kind="motion", state="typeset")["id"]
    everything = set(identifiers(ask(simulator, ALL, maximumRecords=1000)))
    simulator.fault(fault="missing_records", id=name)
    assert everything - set(identifiers(ask(simulator, ALL, maximumRecords=1000))) == {name}
    assert simulator.get(f"/{name}.pdf").status == 200
    simulator.heal()
    simulator.fault(fault="missing_records")
    answer = ask(simulator, ALL, maximumRecords=1000)
    assert 0 < len(identifiers(answer)) == _total(answer) < len(everything)


def test_the_xml_can_lose_its_text(simulator: Client) -> None:
    name = one(simulator, kind="motion", state="typeset", form="officiele-publicatie")["id"]
    whole = etree.fromstring(simulator.get(f"/{name}.xml").body)
    simulator.fault(fault="metadata_only", id=name)
    shell = etree.fromstring(simulator.get(f"/{name}.xml").body)
    assert [child.tag for child in whole] == ["metadata", "kamerstuk"]
    assert [child.tag for child in shell] == ["metadata"]
    assert simulator.get(f"/{name}.pdf").body.startswith(b"%PDF")


def test_other_faults_strike_here_as_they_do_at_the_feed(simulator: Client) -> None:
    name = one(simulator, kind="motion", state="typeset")["id"]
    simulator.fault(fault="cut", target="sru", count=1)
    with pytest.raises(http.client.IncompleteRead):
        ask(simulator, ALL)
    simulator.fault(fault="truncated", target="sru", count=1)
    with pytest.raises(etree.XMLSyntaxError):
        root_of(ask(simulator, ALL))
    simulator.fault(fault="html", target="sru", count=1)
    assert ask(simulator, ALL).headers.get_content_type() == "text/html"
    simulator.fault(fault="not_found", target="frbr", id=name, count=1)
    assert simulator.get(f"/{name}.pdf").status == 404
    simulator.fault(fault="no_validators", target="frbr", count=1)
    assert simulator.get(f"/{name}.pdf").headers["ETag"] is None
    assert simulator.get(f"/{name}.pdf").status == 200


@pytest.mark.parametrize(
    "body",
    [
        {"fault": "diagnostic", "target": "feed"},
        {"fault": "metadata_only", "target": "sru"},
        {"fault": "rate_limit", "target": "resources"},
        {"fault": "rate_limit", "bucket": -1},
        {"fault": "rate_limit", "per_s": "5"},
        {"fault": "html", "target": "zoek"},
        {"fault": "html", "target": "sru", "category": "Zaak"},
    ],
)
def test_a_fault_that_does_not_fit_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(RequestRefused):
        parse_fault(body)

"""Readers ask for alerts on pages, confirm them by a link, and end them with one click."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from harvester.alerts.pages import AlertPages
from harvester.site.app import make_site
from tests.unit.alerts.town import Town, text
from tests.unit.site.dutch import paper

BASE = "https://griffie.example.org"
HEADERS = {"Accept-Language": "en", "Origin": BASE}


class Reader:
    """A reader's browser."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._archive = Archive.open(str(town.index.parent / "archive"))

    def ask(self, method: str, path: str, **more: Any) -> Any:
        pages = AlertPages(self.town.settings, self.town.store, lambda: self.town.now)
        site = make_site(self.town.index, self._archive, public_url=BASE, alerts=pages.routes())
        headers = {**HEADERS, **more.pop("headers", {})}
        return asyncio.run(site.client.request(method, path, headers=headers, **more))

    def asks_for(self, about: str = "search", value: str = "q=stikstof", **more: str) -> Any:
        data = {"about": about, "value": value, "address": "ann@example.org", "rhythm": "at-once"}
        return self.ask("POST", "/alert/new", data={**data, **more})


@pytest.fixture
def town(tmp_path: Path) -> Town:
    made = Town(tmp_path)
    made.site.add(paper("1", "De stikstof daalt.", kind="motion"))
    return made


@pytest.fixture
def reader(town: Town) -> Reader:
    return Reader(town)


def link(message: Any, end: str) -> str:
    return next(line.split(BASE)[1] for line in text(message).split() if line.endswith(end))


def test_pages_lead_to_their_alerts(reader: Reader) -> None:
    found = reader.ask("GET", "/search?q=stikstof&kind=motion").text
    assert '/alert/new?about=search&amp;value=q%3Dstikstof%26kind%3Dmotion"' in found
    about = reader.ask("GET", "/paper/kst-36725-1").text
    for kind in ("paper", "cites", "answers"):
        assert f"/alert/new?about={kind}&amp;value=kst-36725-1" in about


def test_an_alert_is_asked_for_confirmed_and_ended(town: Town, reader: Reader) -> None:
    form = reader.ask("GET", "/alert/new?about=search&value=q%3Dstikstof%26page%3D3")
    assert form.status_code == 200
    assert 'name="value" value="q=stikstof"' in form.text
    # With `no-referrer`, browsers send a form of this very page with `Origin: null`.
    assert form.headers["referrer-policy"] == "same-origin"
    assert reader.asks_for().status_code == 200
    town.run()
    [(_, asked)] = town.mail.taken
    confirm = link(asked, "/confirm")
    # Following the link alone confirms nothing: mail programs do that too.
    assert reader.ask("GET", confirm).status_code == 200
    assert town.store.alerts()[0].confirmed_at is None
    reader.ask("POST", confirm)
    assert town.store.alerts()[0].confirmed_at
    town.run()
    town.site.add(paper("2", "De stikstof daalt weer."))
    town.run()
    [message] = town.mail.read("ann@example.org")
    end = message["List-Unsubscribe"].strip("<>").removeprefix(BASE)
    assert reader.ask("GET", end).status_code == 200
    assert len(town.store.alerts()) == 1
    one_click = {"headers": {"Origin": "null"}, "data": {"List-Unsubscribe": "One-Click"}}
    assert reader.ask("POST", end, **one_click).status_code == 200
    assert town.store.alerts() == []
    assert reader.ask("POST", end, **one_click).status_code == 200
    assert reader.ask("GET", end).status_code == 404


def test_no_page_shows_an_address_or_tells_whether_it_is_known(town: Town, reader: Reader) -> None:
    first, second = reader.asks_for(), reader.asks_for()
    assert first.text == second.text
    alert = town.store.alerts()[0]
    assert "ann@example.org" not in reader.ask("GET", f"/alert/{alert.token}").text
    assert first.headers["cache-control"] == "no-store"
    assert alert.token not in first.text


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
def test_a_form_of_another_site_does_nothing(
    town: Town, reader: Reader, headers: dict[str, str]
) -> None:
    data = {"about": "search", "value": "q=x", "address": "ann@example.org", "rhythm": "daily"}
    assert reader.ask("POST", "/alert/new", data=data, headers=headers).status_code == 403
    assert town.store.alerts() == []


@pytest.mark.parametrize(
    ("about", "value", "status"),
    [("nonsense", "x", 404), ("search", "page=3", 404), ("dossier", "", 404), ("search", "", 404)],
)
def test_what_is_nothing_to_be_told_of_is_refused(
    reader: Reader, about: str, value: str, status: int
) -> None:
    assert reader.asks_for(about, value).status_code == status


def test_a_bad_address_is_told_and_what_was_typed_stays(reader: Reader) -> None:
    answer = reader.asks_for(address='"><script>')
    assert answer.status_code == 400
    assert "This address cannot be used." in answer.text
    assert "<script>" not in answer.text


def test_a_huge_form_is_not_read(reader: Reader) -> None:
    assert reader.asks_for(address="a" * 3_000_000).status_code in (400, 404)


def test_without_alerts_there_is_no_link_and_no_page(town: Town, reader: Reader) -> None:
    site = make_site(town.index, reader._archive, public_url=BASE)
    page = asyncio.run(site.client.get("/search?q=stikstof"))
    assert "/alert/" not in page.text
    assert asyncio.run(site.client.get("/alert/new?about=search&value=q%3Dx")).status_code == 404

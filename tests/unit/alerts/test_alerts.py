"""Readers are told of what they asked for, once."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from harvester.alerts.collecting import collect
from harvester.alerts.store import Alert
from harvester.source import domain
from tests.unit.alerts.town import Town, text
from tests.unit.index.makers import record, row
from tests.unit.site.dutch import paper

ANN = "ann@example.org"
DOSSIER = domain.StatedDossier(1, "36725", None)
CHAMBER: dict[str, object] = {"chamber": "Tweede Kamer"}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_a_search_tells_of_a_new_paper_with_the_sentence_that_matched(town: Town) -> None:
    town.site.add(paper("1", "Over de stikstof van vroeger."))
    alert = town.has("search", "q=stikstof")
    assert town.mail.read(ANN) == []
    town.site.add(
        paper("2", "Het kabinet stelt een plan voor. De stikstof daalt snel.", subject="Plan"),
        paper("3", "Over iets anders."),
    )
    town.run()
    [message] = town.mail.read(ANN)
    assert "kst-36725-2" in text(message)
    assert "De stikstof daalt snel." in text(message)
    assert "<mark>stikstof</mark>" in text(message, "html")
    assert "kst-36725-3" not in text(message)
    assert message["Subject"] == "New: Plan"
    assert message["List-Unsubscribe"] == (f"<https://griffie.example.org/alert/{alert.token}/end>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    town.run()
    assert len(town.mail.read(ANN)) == 1


def test_nothing_is_sent_before_the_address_is_confirmed(town: Town) -> None:
    alert = town.wish("search", "q=stikstof")
    assert isinstance(alert, Alert)
    town.run()
    [(_, asked)] = town.mail.taken
    assert f"/alert/{alert.token}/confirm" in text(asked)
    assert "stikstof" not in asked.as_string()  # whoever asked may write nothing in it
    town.site.add(paper("2", "De stikstof daalt."))
    town.run()
    assert town.mail.read(ANN) == []
    town.run(8 * 24 * 60)
    assert town.store.alerts() == []


def test_a_paper_whose_text_comes_later_is_told_by_its_words_then(town: Town) -> None:
    town.has("search", "q=stikstof")
    town.has("dossier", "36725", "bob@example.org")
    late = paper("2", "De stikstof daalt.", DOSSIER)
    town.site.index.apply(town.site._log.segment([late.record]))
    town.site.index.refresh()
    town.run()
    assert town.mail.read(ANN) == []
    town.site.add(late)
    town.run()
    town.run()
    assert len(town.mail.read(ANN)) == 1
    first, *_ = town.mail.read("bob@example.org")
    assert first["Subject"].startswith("New: ")
    assert not any(m["Subject"].startswith("New: ") for m in town.mail.read("bob@example.org")[1:])


def test_a_change_and_a_withdrawal_of_a_paper_are_told(town: Town) -> None:
    town.site.add(paper("2", "Een brief.", subject="Brief"))
    town.has("paper", "kst-36725-2")
    town.site.add(paper("2", "Een andere brief.", subject="Nieuwe titel"))
    town.run()
    [message] = town.mail.read(ANN)
    assert "Changed" in text(message)


def test_topics_of_every_kind_are_told(town: Town) -> None:
    asked = {
        "party": "Groen", "dossier": "36725", "person": "p1", "cites": "kst-36725-29",
        "answers": "kst-36725-29", "paper": "kst-36725-40",
    }  # fmt: skip
    for about, value in asked.items():
        town.has(about, value, f"{about}@example.org")
    mover = domain.StatedPerson(1, "A. Jansen", "Groen", None, "mover")
    motion = paper("29", "De Kamer, verzoekt.", DOSSIER, mover, kind="motion", **CHAMBER)
    signed = record("a1", row(domain.Actor, document_id="d29", person_id="p1", role="mover",
                              name="A. Jansen", party="Groen"))  # fmt: skip
    town.site.add(motion, records=(signed,))
    town.run()
    told = {about for about in asked if town.mail.read(f"{about}@example.org")}
    assert told == {"party", "dossier", "person"}
    letter = "De motie van het lid Jansen (Kamerstuk 36 725, nr. 29) ontraad ik."
    town.site.add(paper("40", f"Geachte voorzitter,\n\n{letter}", **CHAMBER))
    town.run()
    for about in ("cites", "answers"):
        [message] = town.mail.read(f"{about}@example.org")
        assert letter in " ".join(text(message).split())
    [message] = town.mail.read("paper@example.org")
    assert "New" in text(message)


def test_who_ends_an_alert_is_sent_nothing_more_and_forgotten(town: Town) -> None:
    alert = town.has("search", "q=stikstof", "secret.person@example.org")
    town.site.add(paper("2", "De stikstof daalt."))
    town.mail.is_down = True
    town.run()
    town.store.end(alert.id, "ended by its reader")
    town.mail.is_down = False
    town.run(60)
    assert town.mail.read("secret.person@example.org") == []
    for part in town.index.parent.glob("subscriptions.sqlite*"):
        assert b"secret.person" not in part.read_bytes()


def test_a_refused_address_ends_the_alert_and_a_server_that_is_down_does_not(town: Town) -> None:
    town.has("search", "q=stikstof")
    town.site.add(paper("2", "De stikstof daalt."))
    town.mail.is_down = True
    town.run()
    town.mail.is_down = False
    town.run(10)
    assert len(town.mail.read(ANN)) == 1
    town.mail.unknown.add(ANN)
    town.site.add(paper("3", "De stikstof stijgt."))
    town.run()
    assert town.store.alerts() == []
    assert town.store.tallies()["refused"] == 1


def test_a_mass_of_new_papers_is_no_news(tmp_path: Path) -> None:
    town = Town(tmp_path, mass=5)
    town.has("search", "q=stikstof")
    town.site.add(*(paper(str(n), f"Stikstof nummer {n}.") for n in range(1, 9)))
    town.run()
    assert town.mail.read(ANN) == []
    assert town.store.tallies()["passed over: new"] == 8
    town.run(120)
    town.site.add(paper("20", "Stikstof alleen."))
    town.run()
    assert len(town.mail.read(ANN)) == 1


def test_a_storm_is_one_digest(tmp_path: Path) -> None:
    town = Town(tmp_path, storm=3, at_once_per_day=2)
    town.has("search", "q=stikstof")
    town.site.add(*(paper(str(n), f"Stikstof nummer {n}.") for n in range(1, 9)))
    town.run()
    [digest] = town.mail.read(ANN)
    assert digest["Subject"].startswith("8 events: search")
    assert text(digest).count("https://griffie.example.org/paper/") == 3
    assert "and 5 more" in text(digest)
    for n in (11, 12, 13):
        town.site.add(paper(str(n), f"Stikstof nummer {n}."))
        town.run()
    assert len(town.mail.read(ANN)) == 2
    town.run(25 * 60)
    assert len(town.mail.read(ANN)) == 3


def test_digests_wait_for_their_morning(town: Town) -> None:
    town.has("search", "q=stikstof", rhythm="daily")
    town.site.add(paper("2", "De stikstof daalt."))
    town.run()
    town.site.add(paper("3", "De stikstof stijgt."))
    town.run()
    assert town.mail.read(ANN) == []
    town.run(24 * 60)
    [digest] = town.mail.read(ANN)
    assert "kst-36725-2" in text(digest)
    assert "kst-36725-3" in text(digest)


def test_a_webhook_gets_signed_cloud_events_once_it_agreed(town: Town) -> None:
    for url in ("https://hook.example.org/agrees", "https://victim.example.org/"):
        town.wish("search", "q=stikstof", url, channel="webhook")
    town.run()
    assert [a.address for a in town.store.alerts()] == ["https://hook.example.org/agrees"]
    town.site.add(paper("2", "De stikstof daalt."))
    town.run()
    [(url, body, secret)] = town.posted
    [event] = json.loads(body)
    assert event["specversion"] == "1.0"
    assert event["type"] == "griffie.paper.new"
    assert event["subject"] == "kst-36725-2"
    assert event["data"]["sentence"] == "De stikstof daalt."
    assert len(secret) > 30


def test_slow_webhooks_keep_no_mail_waiting(town: Town) -> None:
    for n in range(3):
        url = f"https://hook{n}.example.org/agrees"
        town.wish("search", "q=stikstof", url, channel="webhook", client=str(n))
    town.run()
    town.has("search", "q=stikstof")
    town.site.add(paper("2", "De stikstof daalt."))
    outbox, spent = town.outbox(), [0.0]
    post = outbox.posts.post
    outbox.timer = lambda: spent[0]

    def slow(url: str, body: bytes, secret: str) -> None:
        assert len(town.mail.read(ANN)) == 1  # mail went first
        spent[0] += 15
        post(url, body, secret)

    outbox.posts.post = slow
    collect(town.index, town.store, town.now, town.alerts.mass)
    assert outbox.work(town.now) == 3
    assert len(town.posted) == 2
    town.run()
    assert len(town.posted) == 3


def test_readers_may_ask_at_once_in_several_threads(town: Town) -> None:
    def one(n: int) -> object:
        return town.wish("search", f"q={n}", f"reader{n}@example.org", client=str(n))

    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(one, range(40)))
    assert all(isinstance(alert, Alert) for alert in asked)
    assert len(town.store.alerts()) == 40


def test_an_index_that_is_lost_and_made_again_tells_nothing_anew(town: Town) -> None:
    town.has("search", "q=stikstof")
    town.site.add(paper("2", "De stikstof daalt."))
    town.run()
    with closing(sqlite3.connect(town.index)) as index, index:
        index.execute("UPDATE feed_generation SET id = 'another'")
    town.run()
    assert len(town.mail.read(ANN)) == 1


def test_requests_are_limited_for_readers_and_for_addresses(town: Town) -> None:
    asked = [town.wish("search", f"q={n}", "victim@example.org", client=str(n)) for n in range(5)]
    assert asked[3:] == ["busy", "busy"]
    asked = [town.wish("search", "q=x", f"a{n}@example.org", client="one") for n in range(12)]
    assert asked[10:] == ["busy", "busy"]
    town.run()
    assert len(town.mail.taken) == 13
    town.now += timedelta(days=2)
    assert isinstance(town.wish("search", "q=x", "victim@example.org"), Alert)


@pytest.mark.parametrize(
    "address",
    [
        "", "ann", "ann@localhost", "Ann <ann@example.org>", "ann@example.org,bob@example.org",
        "ann@example.org\nBcc: bob@example.org", "ann@exa mple.org", "a" * 65 + "@example.org",
    ],
)  # fmt: skip
def test_what_is_no_single_address_is_refused(town: Town, address: str) -> None:
    assert town.wish("search", "q=x", address) == "address"


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org", "https://", "https://a@b.org/", "//x", "https://x.org/ a", "https://["],
)
def test_what_is_no_web_address_is_refused(town: Town, url: str) -> None:
    assert town.wish("search", "q=x", url, channel="webhook") == "address"


def test_hostile_titles_stay_in_their_place(town: Town) -> None:
    town.has("search", "q=stikstof")
    title = "Over\r\nBcc: bob@example.org\r\n\r\n<script>alert(1)</script> stikstof"
    town.site.add(paper("2", "De stikstof daalt.", subject=title))
    town.run()
    [message] = town.mail.read(ANN)
    assert message["Bcc"] is None
    assert "<script>" not in text(message, "html")

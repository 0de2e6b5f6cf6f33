"""Whoever is to hear of an alarm hears of it once, and once when it is over."""

import hashlib
import hmac
import importlib
import json
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from harvester.errors import HookFailed
from harvester.index import Index
from harvester.index.connection import connect
from harvester.index.operations import history
from harvester.service.alarms import Alarms
from harvester.service.conditions import Condition
from harvester.service.hooks import SIGNATURE, Event, hooks, in_words
from harvester.service.metrics import metrics
from harvester.service.watch import Seen, Watch
from harvester.settings import Settings
from harvester.settings.service import AlarmSettings
from tests.unit.service.makers import NOW, facts, report, source

STALE = Condition("stale", "testland", "nothing new since noon")
DISK = Condition("disk", "", "little room")


class Ear:
    """A hook that remembers, and fails when told to."""

    def __init__(self) -> None:
        self.heard: list[tuple[str | None, str | None]] = []
        self.is_deaf = False

    def __call__(self, event: Event) -> None:
        if self.is_deaf:
            raise HookFailed("deaf")
        self.heard.append((event["event"], event["kind"]))


@pytest.fixture
def index(tmp_path: Path) -> Path:
    path = tmp_path / "index.sqlite"
    Index.open(path, {}).close()
    return path


def seen(*conditions: Condition, hours: float = 0) -> Seen:
    return Seen(NOW + timedelta(hours=hours), facts(), conditions)


def test_a_condition_is_told_once_when_it_begins_and_once_when_it_is_over(index: Path) -> None:
    ear = Ear()
    for look in (seen(), seen(STALE), seen(STALE._replace(detail="still")), seen(STALE, DISK)):
        Alarms(index, {"ear": ear}).note(look)
    assert ear.heard == [("begins", "stale"), ("begins", "disk")]
    for look in (seen(DISK, hours=1), seen(hours=2), seen(hours=3)):
        Alarms(index, {"ear": ear}).note(look)
    assert ear.heard[2:] == [("over", "stale"), ("over", "disk")]
    database = connect(index)
    first, last = history(database.conn, 10)
    assert {
        (row.kind, row.first_seen_at[11:16], (row.over_at or "")[11:16]) for row in (first, last)
    } == {
        ("stale", "14:00", "15:00"),
        ("disk", "14:00", "16:00"),
    }
    database.conn.close()
    Alarms(index, {"ear": ear}).note(seen(STALE, hours=4))
    assert ear.heard[4:] == [("begins", "stale")]


def test_a_hook_that_fails_is_told_later_and_the_others_only_once(index: Path) -> None:
    good, deaf = Ear(), Ear()
    deaf.is_deaf = True
    alarms = Alarms(index, {"good": good, "deaf": deaf})
    alarms.note(seen(STALE))
    alarms.note(seen(STALE))
    assert (len(good.heard), deaf.heard) == (1, [])
    deaf.is_deaf = False
    alarms.note(seen(STALE))
    alarms.note(seen())
    assert good.heard == deaf.heard == [("begins", "stale"), ("over", "stale")]


def test_who_never_heard_of_it_is_not_told_that_it_is_over(index: Path) -> None:
    ear = Ear()
    ear.is_deaf = True
    alarms = Alarms(index, {"ear": ear})
    alarms.note(seen(STALE))
    ear.is_deaf = False
    alarms.note(seen())
    assert ear.heard == []


def test_an_index_that_is_not_there_is_an_alarm_and_ends_nothing(tmp_path: Path) -> None:
    ear = Ear()
    alarms = Alarms(tmp_path / "none.sqlite", {"ear": ear})
    look = Watch(Settings(index=tmp_path / "none.sqlite"), ["testland"]).look()
    assert [c.kind for c in look.conditions] == ["index"]
    alarms.note(look)
    alarms.note(look)
    assert ear.heard == [("begins", "index")]
    Index.open(tmp_path / "none.sqlite", {}).close()
    look = Watch(Settings(index=tmp_path / "none.sqlite"), []).look()
    assert "index" not in [c.kind for c in look.conditions]
    alarms.note(look)
    alarms.note(look)
    assert ear.heard == [("begins", "index"), ("over", "index")]


def test_without_facts_nothing_is_known_to_be_over(index: Path) -> None:
    ear = Ear()
    alarms = Alarms(index, {"ear": ear})
    alarms.note(seen(STALE))
    alarms.note(Seen(NOW, None, (Condition("index", "", "locked"),)))
    assert ear.heard == [("begins", "stale"), ("begins", "index")]


EVENT: Event = {
    "event": "begins", "kind": "disk", "means": "little room left", "source": "",
    "detail": "4 bytes", "first_seen_at": "2026-11-24T14:00:00.000Z", "over_at": None, "host": "h",
}  # fmt: skip


def test_a_command_gets_the_event_on_its_standard_input(tmp_path: Path) -> None:
    target = tmp_path / "heard.json"
    write = f"import sys; open({str(target)!r}, 'w').write(sys.stdin.read())"
    hooks(AlarmSettings(command=(sys.executable, "-c", write)))["command"](EVENT)
    assert json.loads(target.read_text()) == EVENT


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import sys; sys.exit('no mail server')", "no mail server"),
        ("import time; time.sleep(30)", "timed out"),
    ],
)
def test_a_command_that_fails_or_hangs_is_said(code: str, said: str) -> None:
    settings = AlarmSettings(command=(sys.executable, "-c", code), timeout_s=0.3)
    with pytest.raises(HookFailed, match=said):
        hooks(settings)["command"](EVENT)


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[Any]]]:
    got: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, self.headers, body))
            self.send_response(500 if "broken" in self.path else 204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_is_signed(receiver: tuple[str, list[Any]]) -> None:
    url, got = receiver
    hooks(AlarmSettings(webhook_url=f"{url}/hook", webhook_secret="s3cret"))["webhook"](EVENT)
    [(path, headers, body)] = got
    assert (path, json.loads(body)) == ("/hook", EVENT)
    expected = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert headers[SIGNATURE] == f"sha256={expected}"


def test_a_webhook_that_answers_with_an_error_has_not_heard(
    receiver: tuple[str, list[Any]],
) -> None:
    with pytest.raises(HookFailed, match="500"):
        hooks(AlarmSettings(webhook_url=f"{receiver[0]}/broken"))["webhook"](EVENT)


def test_apprise_is_used_if_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, str]] = []

    class Sender:
        def add(self, url: str) -> bool:
            return url.startswith("mailto:")

        def notify(self, title: str, body: str) -> bool:
            sent.append((title, body))
            return True

    module = ModuleType("apprise")
    module.Apprise = Sender  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "apprise", module)
    hooks(AlarmSettings(apprise_urls="mailto://a@b.test"))["apprise"](EVENT)
    assert sent == [in_words(EVENT)]
    with pytest.raises(HookFailed, match="does not understand"):
        hooks(AlarmSettings(apprise_urls="nothing"))["apprise"](EVENT)


def test_without_apprise_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> ModuleType:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(HookFailed, match="pip install"):
        hooks(AlarmSettings(apprise_urls="mailto://a@b.test"))["apprise"](EVENT)


def test_the_end_is_told_in_words_too() -> None:
    title, body = in_words({**EVENT, "event": "over", "over_at": "2026-11-24T15:00:00.000Z"})
    assert "over: disk" in title
    assert "15:00" in body


def test_metrics_tell_what_was_seen() -> None:
    look = Seen(NOW, facts(source(report(changes={"new": 3}))), (STALE,))
    text = metrics(look).decode()
    assert 'griffie_conditions{kind="stale"} 1.0' in text
    assert 'griffie_conditions{kind="disk"} 0.0' in text
    assert 'griffie_last_changes{change="new",source="testland"} 3.0' in text
    assert 'griffie_free_bytes{path="/srv"} 5e+010' in text.replace("5e+10", "5e+010")
    assert "griffie_up 1.0" in text
    assert "griffie_up 0.0" in metrics(Seen(NOW, None, ())).decode()

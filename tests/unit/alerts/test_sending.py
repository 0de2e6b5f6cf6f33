"""Mail goes to a real SMTP server, by a real process that is killed."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from harvester.alerts.composing import Composer
from harvester.alerts.outbox import confirm
from harvester.alerts.sending import Refused, TryLater, Unreachable, transport
from harvester.alerts.store import Alert
from harvester.settings.alerts import AlertSettings
from tests.forked import Forked
from tests.unit.alerts.town import Town
from tests.unit.site.dutch import paper


class Server:
    """Takes mail, unless it is to say something else."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.says: dict[str, str] = {}
        self.has_message = threading.Event()

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, to: str, _: Any
    ) -> str:
        if to in self.says:
            return self.says[to]
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        if "DATA" in self.says:
            return self.says["DATA"]
        self.taken.append(envelope)
        self.has_message.set()
        return "250 OK"


class Anywhere(Controller):
    """An SMTP server on any free port."""

    def _trigger_server(self) -> None:
        # The library would connect to port 0.
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def port(server: Server) -> Iterator[int]:
    controller = Anywhere(server, hostname="127.0.0.1", port=0)
    controller.start()
    yield controller.port
    controller.stop()


def settings(port: int, **more: object) -> AlertSettings:
    return AlertSettings.model_validate(
        {"sender": "griffie@example.org", "smtp_host": "127.0.0.1", "smtp_port": port, **more}
    )


MESSAGE = b"From: griffie@example.org\r\nTo: ann@example.org\r\nSubject: x\r\n\r\nHello\r\n"


def test_a_message_is_handed_over(server: Server, port: int) -> None:
    transport(settings(port))("ann@example.org", MESSAGE)
    [envelope] = server.taken
    assert envelope.rcpt_tos == ["ann@example.org"]
    assert envelope.mail_from == "griffie@example.org"
    assert b"Hello" in envelope.content


def test_a_message_arrives_byte_for_byte(server: Server, port: int) -> None:
    at = datetime(2026, 12, 1, tzinfo=UTC)
    alert = Alert(1, "t" * 43, "mail", "ann@example.org", "search", "q=x", "daily", "en", "", "",
                  "2026", "")  # fmt: skip
    event = dict.fromkeys(("published_on", "people", "outcome", "advice", "title", "dossier"))
    told = {**event, "id": "kst-1-1", "subject": "Café " * 30, "happened": "new", "detail": "",
            "sentence": "", "kind": "letter"}  # fmt: skip
    composer = Composer("https://griffie.a-rather-long-name.example.org", "g@example.org", 5)
    message = composer.mail(alert, "id", [told], at)
    transport(settings(port))("ann@example.org", message)
    [envelope] = server.taken
    assert envelope.content == message
    # Mail programs do not decode this header (RFC 8058).
    url = f"https://griffie.a-rather-long-name.example.org/alert/{'t' * 43}/end"
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in message
    assert max(map(len, message.split(b"\r\n"))) < 998


def test_an_address_beyond_ascii_is_sent_to(server: Server, port: int) -> None:
    transport(settings(port))("jürgen@example.org", MESSAGE)
    assert server.taken[0].rcpt_tos == ["jürgen@example.org"]


def test_replies_are_read_as_what_they_mean(server: Server, port: int) -> None:
    send = transport(settings(port))
    server.says = {"a@example.org": "550 no such user", "b@example.org": "451 later"}
    with pytest.raises(Refused):
        send("a@example.org", MESSAGE)
    with pytest.raises(TryLater):
        send("b@example.org", MESSAGE)
    server.says = {"DATA": "554 we do not like your content"}
    with pytest.raises(TryLater):  # that is not the reader's fault
        send("c@example.org", MESSAGE)
    assert server.taken == []


def test_a_server_that_is_not_there_is_nobodys_bounce() -> None:
    with pytest.raises(Unreachable):
        transport(settings(1))("ann@example.org", MESSAGE)


def test_a_program_takes_messages_too(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    transport(settings(1, command=["tee", str(taken)]))("ann@example.org", MESSAGE)
    assert taken.read_bytes() == MESSAGE
    with pytest.raises(TryLater):
        transport(settings(1, command=["false"]))("ann@example.org", MESSAGE)


def test_the_sender_killed_amid_many_mails_sends_each_reader_one(
    tmp_path: Path, server: Server, port: int
) -> None:
    town = Town(tmp_path)
    readers = [f"reader{n}@example.org" for n in range(30)]
    with town.store.transaction() as connection:
        connection.executemany(
            "INSERT INTO alert VALUES (NULL, ?, 'mail', ?, 'search', 'q=stikstof', 'at-once', "
            "'nl', '', '2026', NULL, '2026')",
            [(f"token{n}" * 5, reader) for n, reader in enumerate(readers)],
        )
    for alert in town.store.alerts():
        confirm(town.store, alert, town.now)
    town.run()
    town.store.close()
    town.site.add(paper("2", "De stikstof daalt."))
    (tmp_path / "griffie.toml").write_text(
        'archive = "archive"\nindex = "index.sqlite"\n[site]\n'
        'public_url = "https://griffie.example.org"\n[alerts]\nsender = "griffie@example.org"\n'
        f'smtp_host = "127.0.0.1"\nsmtp_port = {port}\n'
    )
    for _ in range(8):
        sender = Forked("harvester.cli:main", ("alerts", "send", "--keep"), tmp_path)
        with sender.stdout, sender.stderr:
            server.has_message.clear()
            server.has_message.wait(5)
            time.sleep(0.02)
            sender.kill()
            sender.wait()
    last = Forked("harvester.cli:main", ("alerts", "send"), tmp_path)
    last.communicate(60)
    assert last.returncode == 0
    got: dict[str, set[bytes]] = {}
    for envelope in server.taken:
        id_ = next(ln for ln in envelope.content.splitlines() if ln.startswith(b"Message-ID"))
        got.setdefault(envelope.rcpt_tos[0], set()).add(id_)
    assert {reader: len(ids) for reader, ids in got.items()} == dict.fromkeys(readers, 1)
    assert len(server.taken) <= len(readers) + 8
    with closing(sqlite3.connect(tmp_path / "subscriptions.sqlite")) as store:
        assert store.execute("SELECT count(*) FROM message").fetchone() == (0,)

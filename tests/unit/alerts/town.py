"""A small parliament with readers: papers come in, alerts go out, whatever is killed."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from harvester.alerts.asking import Wish, ask
from harvester.alerts.collecting import collect
from harvester.alerts.outbox import Outbox, Posts, confirm
from harvester.alerts.pages import composer_of
from harvester.alerts.sending import Refused, TryLater
from harvester.alerts.store import Alert, Store
from harvester.settings import Settings
from harvester.settings.alerts import AlertSettings
from tests.unit.site.dutch import Site

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Killed(BaseException):
    """The process is killed here."""


class Mailbox:
    """A mail server and its readers, who drop what they have already (by Message-ID)."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self.is_down = False
        self.unknown: set[str] = set()
        self.after: Callable[[], None] = lambda: None

    def __call__(self, address: str, message: bytes) -> None:
        if self.is_down:
            raise TryLater("down")
        if address in self.unknown:
            raise Refused("550 no such user")
        parsed = BytesParser(policy=policy.default).parsebytes(message)
        assert isinstance(parsed, EmailMessage)
        self.taken.append((address, parsed))
        self.after()

    def read(self, address: str) -> list[EmailMessage]:
        """Return the messages of a reader, each once."""
        found = {m["Message-ID"]: m for to, m in self.taken if to == address}
        return [m for m in found.values() if m["List-Unsubscribe"]]


def text(message: EmailMessage, kind: str = "plain") -> str:
    """Return a part of a message."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


class Town:
    """The site, its subscriptions, and a clock."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.site = Site(folder)
        self.index = folder / "index.sqlite"
        self.now = START
        self.mail = Mailbox()
        self.posted: list[tuple[str, bytes, str]] = []
        self.settings = Settings.model_validate(
            {
                "index": self.index,
                "site": {"public_url": "https://griffie.example.org"},
                "alerts": {"sender": "griffie@example.org", **settings},
            }
        )
        self.store = Store(self.settings.alerts.file(self.index))
        self.ids = Counter[str]()

    def restart(self) -> None:
        """Begin anew with the files that are there."""
        self.store.close()
        self.store = Store(self.settings.alerts.file(self.index))

    @property
    def alerts(self) -> AlertSettings:
        return self.settings.alerts

    def outbox(self) -> Outbox:
        posts = Posts(
            lambda url, body, secret: self.posted.append((url, body, secret)),
            lambda url, token: "agrees" in url,
        )
        return Outbox(self.store, self.alerts, composer_of(self.settings), self.mail, posts)

    def run(self, minutes: float = 1) -> int:
        """Let time pass and the sender look once."""
        self.now += timedelta(minutes=minutes)
        collect(self.index, self.store, self.now, self.alerts.mass)
        return self.outbox().work(self.now)

    def wish(
        self, about: str, value: str, address: str = "ann@example.org", **more: str
    ) -> Alert | str:
        """Ask for an alert."""
        given = {"channel": "mail", "rhythm": "at-once", "language": "en", "client": "", **more}
        wish = Wish(address=address, about=about, value=value, **given)
        composer = composer_of(self.settings)
        return ask(self.store, self.alerts, composer, wish, self.now)

    def has(self, about: str, value: str, address: str = "ann@example.org", **more: str) -> Alert:
        """Ask for an alert and confirm it."""
        self.now += timedelta(days=1)  # beyond the limit of requests
        self.run(0)
        alert = self.wish(about, value, address, client=address, **more)
        assert isinstance(alert, Alert)
        confirm(self.store, alert, self.now)
        self.run(0)
        return alert

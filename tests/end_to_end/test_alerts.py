"""The service tells a reader of what it harvested, once, and a re-publication tells nothing."""

from collections import Counter
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest

from harvester.alerts.asking import Wish, ask
from harvester.alerts.composing import Composer
from harvester.alerts.outbox import confirm
from harvester.alerts.store import Alert, Store
from harvester.settings.alerts import AlertSettings
from tests.end_to_end.processes import Griffie, running_simulator
from tests.end_to_end.services import running_service, settings, wait_for

ALERTS = """
[site]
public_url = "https://griffie.example.org"

[alerts]
sender = "griffie@example.org"
command = ["sh", "-c", "cat > mail/.$$ && mv mail/.$$ mail/$$.eml"]
mass = 100000
storm = 10000
"""


def subscribe(griffie: Griffie) -> None:
    """Have a reader be told of all motions and letters."""
    store, at = Store(griffie.index.with_name("subscriptions.sqlite")), datetime.now(UTC)
    composer = Composer("https://griffie.example.org", "griffie@example.org", 20)
    for kind in ("motion", "letter"):
        wish = Wish("mail", "ann@example.org", "search", f"kind={kind}", "at-once", "nl", kind)
        alert = ask(store, AlertSettings(), composer, wish, at)
        assert isinstance(alert, Alert)
        confirm(store, alert, at)
    store.close()


def papers_told(folder: Path) -> Counter[str]:
    """Return how often each new paper was told."""
    told: Counter[str] = Counter()
    for file in folder.glob("*.eml"):
        message = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
        assert isinstance(message, EmailMessage)
        part = message.get_body(("plain",))
        assert part is not None
        blocks = str(part.get_content()).replace("\r\n", "\n").split("\n\n")
        told.update(
            line.rpartition("/")[2]
            for block in blocks
            if block.strip().startswith("Nieuw: ")
            for line in block.splitlines()
            if line.startswith("https://griffie.example.org/paper/")
        )  # fmt: skip
    return told


@pytest.mark.long
def test_the_service_tells_of_each_new_paper_once(tmp_path: Path) -> None:
    with running_simulator("--seed", "7", "--size", "0.1", "--tidy") as source:
        griffie = Griffie.at(tmp_path / "griffie", source, extra=settings(3600) + ALERTS)
        (griffie.folder / "mail").mkdir()
        griffie.harvest()
        griffie.run("alerts", "send")  # from here on, what comes is new
        subscribe(griffie)
        with running_service(griffie) as service:
            source.advance(days=3)
            wait_for(lambda: papers_told(griffie.folder / "mail"))
            service.wait_for_harvests(3)
            source.republish()
            service.wait_for_harvests(3)
        griffie.harvest()
        griffie.run("alerts", "send")
        told = papers_told(griffie.folder / "mail")
        assert told
        assert set(told.values()) == {1}

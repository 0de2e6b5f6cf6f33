"""A sender of alerts that is killed: one look and its messages, in a process of its own."""

import os
import sys
import uuid
from datetime import datetime
from pathlib import Path

from harvester.alerts.collecting import collect
from harvester.alerts.outbox import Outbox, Posts
from harvester.alerts.pages import composer_of
from harvester.alerts.store import Store
from harvester.settings import Settings


def settings_in(folder: Path) -> Settings:
    """Return the settings of a town."""
    return Settings.model_validate(
        {
            "index": folder / "index.sqlite",
            "site": {"public_url": "https://griffie.example.org"},
            "alerts": {"sender": "griffie@example.org"},
        }
    )


def look(folder: Path, moment: datetime) -> None:
    """Look once; what is handed over lies in `mail/` then, and nowhere else."""
    settings = settings_in(folder)
    store = Store(settings.alerts.file(settings.index))

    def send(address: str, message: bytes) -> None:
        written = folder / "mail" / f".{uuid.uuid4().hex}"
        written.write_bytes(message)
        written.rename(written.with_name(written.name[1:]))

    collect(settings.index, store, moment, settings.alerts.mass)
    posts = Posts(lambda url, body, secret: None, lambda url, token: False)
    Outbox(store, settings.alerts, composer_of(settings), send, posts).work(moment)
    store.close()


def main() -> None:
    """Look once, after telling that it begins."""
    folder, moment = sys.argv[1:3]
    os.write(1, b"begins\n")
    look(Path(folder), datetime.fromisoformat(moment))

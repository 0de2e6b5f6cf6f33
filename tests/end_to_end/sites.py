"""The site over HTTP, as the tests read it: `griffie serve` on two days of a parliament."""

import json
import sqlite3
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.statements import new_key
from tests.end_to_end.processes import Griffie, Simulator

PRINTER = """
[sources.officielepublicaties]
sru_url = "{url}/sru"
delay_s = 0
confirm_after_h = 0
reconcile_days = 0
"""

SIGNING = """
[signing]
key = "griffie.key"
"""


@dataclass(frozen=True)
class Answer:
    """What the site answered; names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass(frozen=True)
class Site:
    """A running site and the index behind it."""

    url: str
    index: Path

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask for a page, in English unless told otherwise."""
        asked = {"Accept-Language": "en", **headers}
        request = urllib.request.Request(self.url + path, headers=asked, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, _lower(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, _lower(error.headers), error.read())

    def search(self, q: str, form: str = "", **more: str) -> Answer:
        """Search."""
        return self.get(f"search{form}?" + urllib.parse.urlencode({"q": q, **more}))

    def row(self, sql: str) -> Any:
        """Return the first row of a query to the index."""
        connection = sqlite3.connect(self.index)
        try:
            return connection.execute(sql).fetchone()
        finally:
            connection.close()

    def one(self, sql: str) -> Any:
        """Return the first value of a query to the index."""
        return self.row(sql)[0]


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def harvest_two_days(folder: Path, simulator: Simulator) -> Griffie:
    """Make an archive of two sources in which papers are new, changed and withdrawn."""
    griffie = Griffie.at(folder, simulator, extra=PRINTER.format(url=simulator.url) + SIGNING)
    (folder / "griffie.key").write_bytes(new_key())
    for day in range(2):
        if day:
            simulator.advance(5)
        for source in ("tweedekamer", "officielepublicaties"):
            griffie.harvest(source=source, code=None)
    return griffie


@contextmanager
def serving(griffie: Griffie) -> Iterator[Site]:
    """Run `griffie serve`; at the end it must have ended well, and nothing have failed."""
    process = griffie.start("serve", "--port", "0")
    assert process.stderr is not None
    told = (json.loads(line).get("url") for line in process.stderr)
    url = next(filter(None, told))
    yield Site(url, griffie.index)
    process.terminate()
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert b"Traceback" not in errors, errors.decode()

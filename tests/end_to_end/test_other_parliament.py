"""A parliament of another shape lives in one package outside, and everything works for it."""

import json
import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.end_to_end.lived import query
from tests.end_to_end.processes import Griffie
from tests.end_to_end.sites import serving

CHAMBER: dict[str, list[dict[str, Any]]] = {
    "motion": [
        {"id": 1, "number": "2026/27:1", "title": "Fyrar längs kusten", "date": "2026-10-05",
         "html": "<p>Riksdagen bör tända alla fyrar längs kusten.</p>", "by": ["Eva Ek"],
         "claims": [
             {"text": "Fyrarna ska tändas.", "committee": "Avslag", "chamber": "Avslag",
              "point": 1},
             {"text": "Kusten ska kartläggas.", "committee": "Bifall", "chamber": "Bifall",
              "point": 2}]},
        {"id": 2, "number": "2026/27:2", "title": "Hamnar", "date": "2026-10-06",
         "html": "<p>Om hamnarna.</p>"},
    ],
    "point": [
        {"id": 1, "text": "Utskottet föreslår avslag.", "yes": "avslag på yrkande 1"},
        {"id": 2, "text": "Utskottet föreslår bifall.", "yes": "bifall till yrkande 2"},
    ],
    "roll": [
        {"id": 1, "point": 1, "votes": [["A", "X", "Ja"], ["B", "X", "Ja"], ["C", "Y", "Nej"],
                                        ["D", "Y", "Avstår"], ["E", "Y", "Frånvarande"]]},
    ],
    "translation": [
        {"id": 1, "of": 1, "number": "2026/27:1-fi", "title": "Majakat", "date": "2026-10-05",
         "html": "<p>Majakat rannikolla.</p>"},
    ],
}  # fmt: skip
PRESS = {
    "motion": [
        {"id": 1, "number": "1999/00:1", "title": "Gamla stenar", "date": "1999-10-05",
         "html": "<p>Om gamla stenar.</p>"},
    ],
}  # fmt: skip
CONFIG = """\
archive = "archive"
index = "index.sqlite"

[fetch]
delay_s = 0
obey_robots_txt = false

[sources.chamber]
api_url = "{url}/chamber"

[sources.press]
api_url = "{url}/press"
"""
ENTRY_POINTS = """\
[griffie.sources]
chamber = otherland.sources:ChamberSpider
press = otherland.sources:PressSpider
"""


class Api(BaseHTTPRequestHandler):
    """Answers with what follows a number; nothing but its listings is ever asked for."""

    def __init__(self, said: dict[str, Any], asked: list[str], *args: object) -> None:
        """Serve these records."""
        self.said, self.asked = said, asked
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer one request."""
        self.asked.append(self.path)
        address = urlsplit(self.path)
        source, category = address.path.strip("/").split("/")
        after = int(parse_qs(address.query)["after"][0])
        records = [each for each in self.said[source][category] if each["id"] > after]
        last = max((each["id"] for each in records), default=after)
        body = json.dumps({"records": records, "last": last}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """Every path that was asked for."""
    return []


@pytest.fixture(scope="module")
def otherland(tmp_path_factory: pytest.TempPathFactory, asked: list[str]) -> Iterator[Griffie]:
    folder = tmp_path_factory.mktemp("otherland")
    installed = folder / "site-packages"
    shutil.copytree(Path(__file__).parent / "otherland", installed / "otherland")
    info = installed / "otherland-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: otherland\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.RequestHandlerClass = partial(Api, {"chamber": CHAMBER, "press": PRESS}, asked)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    (folder / "griffie.toml").write_text(CONFIG.format(url=url), encoding="utf-8")
    path = os.pathsep.join(filter(None, (str(installed), os.environ.get("PYTHONPATH"))))
    griffie = Griffie(folder, {"PYTHONPATH": path})
    griffie.run("init", "--if-missing")
    for source in ("chamber", "press"):
        assert griffie.harvest(source=source)["outcome"] == "complete"
    yield griffie
    server.shutdown()
    server.server_close()


def test_ids_that_collide_are_different_papers(otherland: Griffie) -> None:
    papers = query(otherland.index, "SELECT id, source, language, outcome FROM paper ORDER BY id")
    assert papers == [
        ("1999/00:1", "press", "sv", None),
        ("2026/27:1", "chamber", "sv", "partly adopted"),
        ("2026/27:1-fi", "chamber", "fi", None),
        ("2026/27:2", "chamber", "sv", None),
    ]


def test_texts_in_records_are_archived_and_no_address_of_theirs_is_asked(
    otherland: Griffie, asked: list[str]
) -> None:
    files = query(otherland.index, "SELECT count(*) FROM file WHERE media_type = 'text/html'")
    assert files == [(4,)]
    assert {urlsplit(path).query.partition("=")[0] for path in asked} == {"after"}
    otherland.run("verify")
    otherland.run("rebuild", "--check")


def test_a_claim_shows_its_advice_its_fate_and_the_votes_for_and_against_it(
    otherland: Griffie,
) -> None:
    with serving(otherland) as site:
        data = json.loads(site.get("paper/2026%2F27:1.json").body)
        page = site.get("paper/2026%2F27:1")
        found = site.search("fyrar")
    first, second = data["claims"]
    assert (first["advice"], first["outcome"]) == ("against", "rejected")
    # Yes was for the committee's proposal, which was to reject it.
    assert first["votes"] == {"against": 2, "for": 1, "abstain": 1, "absent": 1}
    assert (second["advice"], second["outcome"], second["votes"]) == ("for", "adopted", {})
    assert page.status == 200
    assert '<p lang="sv">Fyrarna ska tändas.</p>' in page.text
    assert "tända alla fyrar" in page.text
    assert "Majakat" in page.text
    assert "Fyrar längs kusten" in found.text


def test_a_snapshot_and_a_follower_have_it_too(otherland: Griffie, tmp_path: Path) -> None:
    otherland.run("snapshot", "create", "--name", "first")
    claims = otherland.archive / "snapshots" / "first" / "csv" / "claims.csv.gz"
    assert claims.exists()
    config = 'archive = "archive"\nindex = "index.sqlite"\n'
    (tmp_path / "griffie.toml").write_text(config, encoding="utf-8")
    follower = Griffie(tmp_path, otherland.environment)
    follower.run("follow", str(otherland.archive), "--once")
    same = "SELECT id, language, outcome FROM paper ORDER BY id"
    assert query(follower.index, same) == query(otherland.index, same)

"""CONTRIBUTING.md is followed to the letter: its package is made, installed, harvested and seen."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.end_to_end.processes import Griffie
from tests.end_to_end.sites import serving

GUIDE = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
CONFIG = """\
archive = "archive"
index = "index.sqlite"

[fetch]
delay_s = 0
backoff_s = 0.1
obey_robots_txt = false

[sources.freedonia]
api_url = "{url}/papers"
"""


class Api(BaseHTTPRequestHandler):
    """Answers with the captured page, and with a text for each file."""

    def __init__(self, page: str, *args: object) -> None:
        """Serve a page whose files are on this server."""
        self.page = page
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer one request."""
        asked = urlsplit(self.path)
        if asked.path == "/papers":
            page = json.loads(self.page)
            after = int(parse_qs(asked.query)["after"][0])
            page["papers"] = [paper for paper in page["papers"] if paper["id"] > after]
            self._send(json.dumps(page).encode(), "application/json")
        else:
            self._send(b"The lighthouse shines over the harbour.", "text/plain")

    def _send(self, body: bytes, media_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def blocks(kind: str) -> list[str]:
    """Return the code blocks of the guide of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE, flags=re.MULTILINE | re.DOTALL)


def write_files(folder: Path) -> None:
    """Write the files that the guide shows, each below its path."""
    for path, text in re.findall(
        r"^`(griffie-freedonia/[^`]+)`:\n\n```\w+\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL
    ):
        (folder / path).write_text(text, encoding="utf-8")


def install(package: Path, site: Path) -> None:
    """Make a package importable with its entry points, as pip does."""
    settings = (package / "pyproject.toml").read_text(encoding="utf-8")
    points = re.search(r'^\[project.entry-points."(.+?)"\]\n(.+?)\n$', settings, re.M | re.S)
    assert points is not None
    name, module = re.findall(r'^(\w+) = "(.+)"$', points[2].split("\n\n")[0], re.M)[0]
    (site / name).symlink_to(package / name)
    info = site / f"griffie_{name}-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: griffie-{name}\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text(f"[{points[1]}]\n{name} = {module}\n")


@pytest.fixture(scope="module")
def freedonia(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Griffie]:
    """A workspace in which the package of the guide is installed, its API beside it."""
    folder = tmp_path_factory.mktemp("freedonia")
    Griffie(folder).run("new-source", "freedonia")
    package = folder / "griffie-freedonia"
    write_files(folder)
    site = folder / "site-packages"
    site.mkdir()
    install(package, site)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    page = (package / "tests" / "page.json").read_text(encoding="utf-8")
    page = page.replace("https://api.example.org", url)
    server.RequestHandlerClass = partial(Api, page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (folder / "griffie.toml").write_text(CONFIG.format(url=url), encoding="utf-8")
    path = os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH"))))
    griffie = Griffie(folder, {"PYTHONPATH": path})
    yield griffie
    server.shutdown()
    server.server_close()


def test_the_guide_shows_the_files_that_new_source_writes(tmp_path: Path) -> None:
    Griffie(tmp_path).run("new-source", "freedonia")
    made = {
        str(path.relative_to(tmp_path)): path.read_text(encoding="utf-8")
        for path in tmp_path.rglob("*.py")
    }
    write_files(tmp_path)
    shown = {name for name in made if f"`{name}`:" in GUIDE}
    assert {Path(name).name for name in shown} >= {"parliament.py", "spider.py", "records.py"}
    for name in shown:
        assert (tmp_path / name).read_text(encoding="utf-8") == made[name], name


def test_the_tests_of_a_new_source_pass(freedonia: Griffie) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=freedonia.folder / "griffie-freedonia",
        env={**os.environ, **freedonia.environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_trial_shows_steps_and_rows_and_writes_nothing(freedonia: Griffie) -> None:
    before = sorted(freedonia.folder.iterdir())
    said = freedonia.run("try", "freedonia", "--pages", "2").stdout.decode()
    assert "step 1 of paper: 2 records, goes on at 2" in said
    assert "step 2 of paper: 0 records" in said
    assert '"title": "A motion about the lighthouse"' in said
    assert "unknown" not in said
    assert sorted(freedonia.folder.iterdir()) == before


def test_an_installed_source_is_harvested_and_seen_on_the_site(freedonia: Griffie) -> None:
    freedonia.run("init", "--if-missing")
    summary = freedonia.harvest(source="freedonia")
    assert summary["outcome"] == "complete"
    connection = sqlite3.connect(freedonia.index)
    papers = connection.execute("SELECT id, kind, title FROM paper ORDER BY id").fetchall()
    connection.close()
    assert papers == [
        ("L-1", "letter", "A letter about the harbour"),
        ("M-1", "motion", "A motion about the lighthouse"),
    ]
    with serving(freedonia) as site:
        page = site.get("paper/M-1")
        assert (page.status, "A motion about the lighthouse" in page.text) == (200, True)
        assert "M-1" in site.search("shines").text
        # The parliament's own spelling of numbers leads to the paper.
        assert "A motion about the lighthouse" in site.search("m 1").text

"""`griffie demo`: a fictional parliament, harvested three times and served, on loopback alone."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from harvester.cli.console import err
from harvester.cli.listening import check_free
from harvester.cli.serve import maker_of, serve
from harvester.cli.workspace import Workspace
from harvester.errors import ConfigurationError, HarvesterError
from harvester.index import Index
from harvester.source.demo import Demo
from harvester.source.registry import demo

EPILOG = """\b
Example:
  griffie demo --port 8001     # then open the address it prints; Ctrl-C ends it"""

CONFIG = """\
archive = "archive"
index = "index.sqlite"

[fetch]
contact = "https://example.org/griffie-demo"
delay_s = 0
backoff_s = 0.2
connections_per_host = 8
obey_robots_txt = false

"""


_SIGHT = "SELECT id FROM paper AS p WHERE {} ORDER BY kind, published_on DESC, id LIMIT 1"
_SIGHTS = {
    "a letter that changed": (
        "version > 1 AND NOT is_withdrawn AND kind = 'letter' AND "
        "(SELECT count(DISTINCT sha256) FROM file WHERE paper = p.id AND source = p.source) > 1"
    ),
    "a withdrawn letter": "is_withdrawn AND kind = 'letter'",
    "a motion with its votes": "kind = 'motion' AND votes_for > 0 AND NOT is_withdrawn",
    "a motion whose claims fared differently": (
        "kind = 'motion' AND (SELECT count(DISTINCT outcome) FROM motion_claim "
        "WHERE key = p.document_key) > 1"
    ),
    "a letter that advises against motions": (
        "kind = 'letter' AND copies > 1 AND (SELECT count(DISTINCT motion) FROM answer "
        "WHERE letter = p.id AND verdict = 'against') > 1"
    ),
    "a letter of which two sources have different words": (
        "kind = 'letter' AND id IN (SELECT paper FROM witness WHERE agrees = 0)"
    ),
    "a letter, as its ministry published it, with the advice before it": (
        "kind = 'letter' AND copies > 1 AND id IN (SELECT mine.paper FROM file AS mine "
        "JOIN file AS other ON other.sha256 = mine.sha256 AND other.paper <> mine.paper "
        "JOIN paper_document AS d ON d.paper = other.paper "
        "JOIN link AS l ON l.to_key = d.document_key AND l.relation = 'annex_document' "
        "JOIN document AS n ON n.key = l.key AND n.kind = 'note')"
    ),
    "a paper of whose file another source states another digest": (
        "id IN (SELECT paper FROM digest_witness GROUP BY paper, source, name "
        "HAVING max(agrees) = 0)"
    ),
}


class DemoFailed(HarvesterError):
    """A step of the demo failed."""


@click.command(epilog=EPILOG)
@click.option("--port", type=int, default=8001, show_default=True, help="0 takes a free one.")
@click.option("--seed", type=int, default=1848, show_default=True, help="Which parliament.")
@click.option(
    "--size", type=click.FloatRange(0.1, 10), default=1, show_default=True, help="How many papers."
)
@click.option("--parliament", metavar="NAME", help="Whose papers.")
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Keep the folder.")
@click.option("--no-serve", is_flag=True, help="Stop after the harvests.")
def command(
    port: int, seed: int, size: float, parliament: str | None, keep: Path | None, no_serve: bool
) -> int:
    """Show all of Griffie with papers of a parliament that does not exist.

    Starts a simulator of its sources, harvests them, lets the simulator's time pass twice and
    harvests again, so that some papers are new, changed or withdrawn; then serves the search
    page. Everything lies in a throw-away folder, and only loopback is used.
    """
    fictional = demo(parliament)
    _check_installed(fictional)
    if not no_serve:
        check_free("127.0.0.1", port)
    with ExitStack() as stack:
        folder = stack.enter_context(_folder(keep))
        url = stack.enter_context(_simulator(fictional, seed, size))
        settings = CONFIG + fictional.settings.format(url=url)
        (folder / "griffie.toml").write_text(settings, encoding="utf-8")
        err.print(f"a fictional parliament answers at {url}; archive and index in {folder}")
        _griffie(folder, "init", "--if-missing")
        for day in range(3):
            if day:
                err.print(f"[bold]the parliament lives on[/] (harvest {day + 1} of 3)")
                _post(f"{url}/-/simulator/advance", {"days": 5})
            # Some files are missing or late here as at a real source: 3 means incomplete.
            for source in fictional.sources:
                _griffie(folder, "harvest", source, allowed=(0, 3))
        if no_serve:
            return 0
        workspace = Workspace.load(folder / "griffie.toml")
        maker = maker_of(workspace, folder / "griffie.toml")
        return serve(workspace, "127.0.0.1", port, partial(_show_around, workspace), maker)


def _check_installed(fictional: Demo) -> None:
    """Check that everything the simulator imports is installed.

    Raises:
        ConfigurationError: something is not; the message says how to get it.
    """
    missing = [name for name in fictional.needs if importlib.util.find_spec(name) is None]
    if missing:
        raise ConfigurationError(
            f"the demo needs {', '.join(missing)}: pip install '{fictional.install}'"
        )


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="griffie-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _simulator(fictional: Demo, seed: int, size: float) -> Iterator[str]:
    process = subprocess.Popen(  # noqa: S603 - our own program
        [
            *(sys.executable, "-P", "-m", fictional.simulator, "--port", "0"),
            *("--seed", str(seed), "--size", str(size)),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise DemoFailed("the simulator did not start; its message is above")
        yield str(json.loads(line)["url"])
    finally:
        process.terminate()
        process.wait(timeout=10)


def _griffie(folder: Path, *arguments: str, allowed: tuple[int, ...] = (0,)) -> None:
    """Run a griffie command in the folder, on the same terminal."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-P", "-m", "harvester.cli", "--config", "griffie.toml", *arguments],
        cwd=folder,
        env={**os.environ},
    )
    try:
        code = process.wait()
    except KeyboardInterrupt:
        # Ctrl-C reaches the child too, which ends by itself.
        process.wait(timeout=30)
        raise
    if code not in allowed:
        raise DemoFailed(f"griffie {' '.join(arguments)} ended with {code}")


def _show_around(workspace: Workspace, url: str) -> None:
    """Print the address, and pages that show what an archive is for."""
    lines = [f"[bold]{url}[/]  the search page (Ctrl-C ends the demo)"]
    with workspace.read_index() as index:
        for what, condition in _SIGHTS.items():
            found = index.connection.execute(_SIGHT.format(condition)).fetchone()
            if found:
                lines.append(f"{url}paper/{quote(found[0], safe='')}  {what}")
        word = _word(index)
    if word:
        lines.append(f"{url}?q={quote(word)}  a word from the body of a letter")
    err.print("\n".join(lines), soft_wrap=True)


def _word(index: Index) -> str | None:
    """Return a long word from the body of a letter."""
    row = index.connection.execute(
        "SELECT f.text FROM paper AS p JOIN paper_fts AS f ON f.rowid = p.key "
        "WHERE p.kind = 'letter' AND f.text <> '' ORDER BY p.published_on DESC, p.key LIMIT 1"
    ).fetchone()
    words = re.findall(r"\b[a-z]{10,}\b", row[0]) if row else []
    return max(words, key=len, default=None)


def _post(url: str, body: dict[str, Any]) -> None:
    request = urllib.request.Request(  # noqa: S310 - our own simulator on loopback
        url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60):  # noqa: S310
        pass

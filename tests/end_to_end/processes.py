"""Real processes for the tests: the simulator, `griffie`, a folder for them to work in."""

import json
import signal
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from archive.entries import parse_segment
from archive.errors import ArchiveError
from harvester.cli import cli
from harvester.errors import HarvesterError
from harvester.index import compare
from tests.forked import Forked, start

SIMULATOR = "spiders.netherlands.simulator.__main__:command"
CONFIG = """\
archive = "{archive}"
index = "index.sqlite"

[fetch]
contact = "https://example.org/tests"
delay_s = 0
connections_per_host = 8
timeout_s = {timeout_s}
retries = 2
backoff_s = 0.05
obey_robots_txt = false

[text]
workers = 1

[sources.tweedekamer]
feed_url = "{url}/SyncFeed/2.0/Feed"
"""


@dataclass(frozen=True)
class Simulator:
    """A running simulator."""

    url: str

    def state(self) -> dict[str, Any]:
        """Return what a perfect harvester would hold."""
        return self._call("GET", "state")

    def advance(self, days: int = 1) -> None:
        """Let the parliament live on."""
        self._call("POST", "advance", {"days": days})

    def republish(self) -> None:
        """Publish everything again without change."""
        self._call("POST", "republish", {})

    def fault(self, **fault: Any) -> None:
        """Switch a fault on."""
        self._call("POST", "faults", fault)

    def heal(self) -> None:
        """Switch all faults off."""
        self._call("DELETE", "faults")

    def requests(self) -> dict[str, Any]:
        """Return counts of the requests it has had."""
        return self._call("GET", "requests")

    def file(self, document_id: str) -> bytes:
        """Return the file of a Document as it is served now."""
        url = f"{self.url}/SyncFeed/2.0/Resources/{document_id}"
        with urllib.request.urlopen(url, timeout=120) as answer:
            content: bytes = answer.read()
            return content

    def _call(self, method: str, what: str, body: Any = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.url}/-/simulator/{what}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            result: dict[str, Any] = json.loads(answer.read() or b"{}")
            return result


@contextmanager
def running_simulator(*arguments: str, program: str = SIMULATOR) -> Iterator[Simulator]:
    """Start a simulator on a free port and end it afterwards."""
    process = Forked(program, ("--port", "0", *arguments))
    try:
        line = process.stdout.readline()
        assert line, "the simulator did not start"
        yield Simulator(json.loads(line)["url"])
    finally:
        process.terminate()
        process.communicate(timeout=20)


@dataclass(frozen=True)
class Griffie:
    """A folder with settings, and the command line run in it."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to what processes have."""
    program: str = "harvester.cli:main"
    """What its commands run."""

    @classmethod
    def at(
        cls,
        folder: Path,
        simulator: Simulator,
        *,
        archive: str = "archive",
        timeout_s: float = 20,
        extra: str = "",
    ) -> "Griffie":
        """Write the settings and make the archive."""
        folder.mkdir(parents=True, exist_ok=True)
        text = CONFIG.format(url=simulator.url, archive=archive, timeout_s=timeout_s) + extra
        (folder / "griffie.toml").write_text(text, encoding="utf-8")
        griffie = cls(folder)
        griffie.run("init", "--if-missing")
        return griffie

    @classmethod
    def in_bucket(cls, folder: Path, simulator: Simulator, server: str, bucket: str) -> "Griffie":
        """Write the settings and make the archive in a bucket of an S3 server."""
        settings = f"""
[s3]
endpoint_url = "{server}"
region = "us-east-1"
path_style = true
staging = "{folder / "staging"}"
"""
        archive = f"s3://{bucket}/an/archive"
        return cls.at(folder, simulator, archive=archive, timeout_s=30, extra=settings)

    @property
    def index(self) -> Path:
        """The index file."""
        return self.folder / "index.sqlite"

    @property
    def archive(self) -> Path:
        """The archive's folder."""
        return self.folder / "archive"

    def segments(self) -> list[Path]:
        """The segments written so far."""
        return sorted((self.archive / "log").rglob("*.jsonl.gz"))

    def last_written(self) -> str:
        """When the last segment was written."""
        return str(parse_segment(self.segments()[-1].read_bytes()).header.written_at)

    def start(self, *arguments: str) -> "Forked | subprocess.Popen[bytes]":
        """Start a command without waiting for it."""
        return start(self.program, arguments, self.folder, self.environment)

    def run(
        self, *arguments: str, code: int | None = 0, timeout_s: float = 300
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run a command and check its exit code (None: any)."""
        process = self.start(*arguments)
        try:
            said = process.communicate(timeout=timeout_s)
        finally:
            process.kill()
        done = subprocess.CompletedProcess(arguments, process.wait(), *said)
        if code is not None and done.returncode != code:
            told = b"".join(said).decode(errors="replace")
            raise AssertionError(f"griffie {arguments} ended with {done.returncode}:\n{told}")
        return done

    def refused(self, *arguments: str) -> str:
        """Run a command that must refuse what it is asked, in this process; return what it says."""
        config = self.folder / "griffie.toml"
        result = CliRunner().invoke(cli, ["--config", str(config), *arguments])
        assert isinstance(result.exception, HarvesterError | ArchiveError), result.output
        assert result.exception.exit_code == 2, result.exception
        return str(result.exception)

    def harvest(
        self, *arguments: str, source: str = "tweedekamer", code: int | None = 0
    ) -> dict[str, Any]:
        """Harvest and return the summary line of the log."""
        done = self.run("harvest", source, *arguments, code=code)
        lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith(b"{")]
        return next(line for line in reversed(lines) if "outcome" in line)

    def harvest_killed_after(self, seconds: float) -> int:
        """Start a harvest, SIGKILL it after a while; return its code (0: it was faster)."""
        process = self.start("harvest", "tweedekamer")
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
        return process.returncode


def differences(first: Griffie, second: Griffie) -> list[str]:
    """Name the rows in which two indexes differ, leaving out when and where each was seen."""
    return [str(d) for d in compare(first.index, second.index, ignore_provenance=True)]

"""The report of a harvest: what was seen, what changed, what failed, how it ended."""

import platform
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any, Literal

from archive.log import Head
from harvester.harvest.parts import FILES, Part
from harvester.source.steps import Failure

Outcome = Literal["complete", "incomplete", "held", "failed"]
Walked = Literal["first", "cut short", "ended"]
"""A first walk is applied as it goes; any other once it has ended and is not held."""
EXIT_CODES: dict[Outcome, int] = {"complete": 0, "incomplete": 3, "held": 3, "failed": 75}
EXAMPLES = 5
MOST_FINDINGS = 100
DIED = "it ended without a report: killed, or the machine went down"
UNEXPECTED = "an error in the program ended it; the log of that hour has the traceback"


@dataclass(slots=True)
class Report:
    """One harvest, filled in while it runs; `to_json` is what the archive keeps.

    Counts are per category (`seen`, `unchanged`) or per kind of change (`changes`); durations per
    phase. `outcome` is "failed" until the harvest has come to its end.
    """

    harvest: str
    source: str
    software: str
    started_at: str
    parts: list[Part] = field(default_factory=list)
    """The parts that were begun (`harvester.harvest.parts`)."""
    since: str | None = None
    """The date that it was told to begin with."""
    walk: Walked | None = None
    """How the walk over the metadata ended; None without a walk."""
    ended_at: str | None = None
    outcome: Outcome = "failed"
    head_before: Head | None = None
    head_after: Head | None = None
    segments: int = 0
    durations_ms: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    file_bytes: int = 0
    texts: dict[str, int] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)
    """Requests, retries, bytes of responses (for files see `file_bytes`), and counts by status."""
    backlog: int | None = None
    """Files that papers offer and the archive lacked at the end of the harvest."""
    waiting: dict[str, Any] | None = None
    """Files that failed: how many, since when, and when they are retried."""
    freshest_updated: str | None = None
    checkpoint_before: dict[str, Any] = field(default_factory=dict)
    checkpoint: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    aside: list[dict[str, str]] = field(default_factory=list)
    """Quarantined items at the end of the harvest: name, since, reason, url."""
    met: dict[str, int] = field(default_factory=dict)
    """Which of the answers that a source's guide leaves open came, and how often."""
    findings: list[str] = field(default_factory=list)
    """What two sources say differently of one file."""
    held: tuple[str, ...] = ()
    """Why it waits for a person's decision."""
    error: str | None = None

    def settle(self, *, is_stopped: bool) -> None:
        """Decide the outcome of a harvest that came to its end by itself or was told to stop."""
        if is_stopped:
            self.failures.append(Failure("", "stopped before the end by a signal", ""))
        is_waiting = self.waiting is not None and bool(FILES & set(self.parts))
        is_left = bool(self.failures or self.aside or is_waiting)
        self.outcome = "held" if self.held else "incomplete" if is_left else "complete"

    @property
    def verdict(self) -> str:
        """The effect of the harvest: `published`, `unchanged` or `held`."""
        if self.held:
            return "held"
        return "published" if any(self.changes.values()) else "unchanged"

    def to_json(self) -> dict[str, Any]:
        """Return the report as it is stored; failures are grouped by cause with examples."""
        values = asdict(self)
        values["failures"] = grouped(self.failures)
        values["findings"] = self.findings[:MOST_FINDINGS]
        values["held"] = list(self.held)
        values["aside"] = {"count": len(self.aside), "examples": self.aside[:EXAMPLES]}
        values["verdict"] = self.verdict
        for name in ("head_before", "head_after"):
            head: Head | None = getattr(self, name)
            values[name] = None if head is None else head._asdict()
        return values


def grouped(failures: Iterable[Failure], examples: int = EXAMPLES) -> list[dict[str, Any]]:
    """Group failures by category and reason, most frequent first, with a few examples each."""
    groups: dict[tuple[str, str], list[Failure]] = {}
    for failure in failures:
        groups.setdefault((failure.category, failure.reason), []).append(failure)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        {
            "category": category,
            "reason": reason,
            "count": len(members),
            "examples": [{"url": f.url, "excerpt": f.excerpt} for f in members[:examples]],
        }
        for (category, reason), members in ordered
    ]


def request_counts(stats: dict[str, Any]) -> Counter[str]:
    """Select the statistics of Scrapy that a report keeps: requests, bytes, retries, by status."""
    kept: Counter[str] = Counter()
    for key, value in stats.items():
        if key == "downloader/request_count":
            kept["requests"] += value
        elif key == "retry/count":
            kept["retries"] += value
        elif key == "downloader/response_bytes":
            kept["bytes"] += value
        elif key.startswith("downloader/response_status_count/"):
            kept[f"status {key.rsplit('/', 1)[1]}"] += value
        elif key.startswith("downloader/exception_type_count/"):
            kept[key.rsplit(".", 1)[1]] += value
    return kept


def versions() -> dict[str, str]:
    """Return the versions of the software that a harvest uses."""
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in ("scrapy", "pypdfium2", "lxml", "boto3")},
    }

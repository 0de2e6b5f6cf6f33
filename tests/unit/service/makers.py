"""Facts for the tests of the service: a source that does well, to be changed."""

from datetime import UTC, datetime
from typing import Any

from harvester.harvest.baseline import Baseline
from harvester.index.fixity import FixityState
from harvester.index.operations import SourceActivity
from harvester.service.facts import Disk, Facts, Held, SourceFacts

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
"""A Tuesday, 15:00 in Amsterdam."""
RECENT = "2026-11-24T13:45:00.000Z"
ROOM = Disk("/srv", 50_000_000_000)


def report(
    outcome: str = "complete", *failures: tuple[str, str], backlog: int = 0, **more: Any
) -> dict[str, Any]:
    """Make a report as far as it is judged."""
    groups = [
        {"category": category, "reason": reason, "count": 1, "examples": []}
        for category, reason in failures
    ]
    return {
        "harvest": "20261124T130000Z-testland-0001",
        "outcome": outcome,
        "ended_at": "2026-11-24T14:00:00.000Z",
        "failures": groups,
        "backlog": backlog,
        "changes": {},
        **more,
    }


def source(
    *reports: dict[str, Any],
    papers: int = 5,
    last_news_at: str | None = RECENT,
    last_ended_at: str | None = RECENT,
    held: Held | None = None,
    baseline_yesterday: Baseline | None = None,
    new_yesterday: int | None = None,
) -> SourceFacts:
    """Make the facts of a source."""
    known = SourceActivity(
        source="testland",
        first_started_at="2026-01-01T00:00:00.000Z",
        last_ended_at=last_ended_at,
        last_complete_at=last_ended_at,
        last_news_at=last_news_at,
        freshest_updated=RECENT,
        reports=reports or (report(),),
        records=1000,
    )
    return SourceFacts(known, held, papers, "2026-11-23", {}, new_yesterday, baseline_yesterday)


def facts(*sources: SourceFacts, **more: Any) -> Facts:
    """Make facts."""
    values: dict[str, Any] = {
        "sources": sources or (source(),),
        "jobs": {},
        "fixity": FixityState(10, 10, RECENT, ()),
        "unchecked_since": RECENT,
        "disks": (ROOM,),
        "lasting": (),
        **more,
    }
    return Facts(**values)

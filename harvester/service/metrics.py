"""Export the facts for Prometheus."""

from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE

from harvester.service.conditions import KINDS
from harvester.service.facts import Facts
from harvester.service.watch import Seen
from harvester.times import from_text

__all__ = ["CONTENT_TYPE", "metrics"]


class _Gauges:
    """The gauges of one response."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._gauges: dict[str, Gauge] = {}

    def set(self, name: str, about: str, value: float | str | None, **labels: str) -> None:
        """Set a gauge to a number, or to a time in seconds since 1970; do nothing for None."""
        if value is None:
            return
        if name not in self._gauges:
            self._gauges[name] = Gauge(f"griffie_{name}", about, labels, registry=self.registry)
        gauge = self._gauges[name].labels(**labels) if labels else self._gauges[name]
        gauge.set(from_text(value).timestamp() if isinstance(value, str) else value)


def metrics(seen: Seen) -> bytes:
    """Return the facts in Prometheus' text format."""
    gauges = _Gauges()
    there = {(condition.kind, condition.source): condition for condition in seen.conditions}
    for kind in KINDS:
        gauges.set("conditions", "Conditions that hold now", _count(seen, kind), kind=kind)
    for (kind, source), condition in there.items():
        gauges.set(
            "condition_since_seconds",
            "When a condition was first seen",
            seen.first_seen_at(condition),
            kind=kind,
            source=source,
        )
    gauges.set("up", "Whether the index can be read", float(seen.facts is not None))
    if seen.facts is not None:
        _of_facts(gauges, seen.facts, seen.at)
    return generate_latest(gauges.registry)


def _count(seen: Seen, kind: str) -> float:
    return float(sum(condition.kind == kind for condition in seen.conditions))


def _of_facts(gauges: _Gauges, facts: Facts, at: datetime) -> None:
    for source in facts.sources:
        known, name = source.activity, source.activity.source
        for metric, about, value in (
            ("last_harvest_seconds", "End of the last harvest", known.last_ended_at),
            ("last_complete_seconds", "End of the last complete one", known.last_complete_at),
            ("last_news_seconds", "End of the last one that saw news", known.last_news_at),
            ("freshest_seconds", "The source's newest entry", known.freshest_updated),
            ("records", "Records that the source has now", float(known.records)),
        ):
            gauges.set(metric, about, value, source=name)
        for report in known.reports[:1]:
            gauges.set("missing_files", "Files to come", report.get("backlog"), source=name)
            waiting = (report.get("waiting") or {}).get("files", 0)
            gauges.set("waiting_files", "Files that the source did not give", waiting, source=name)
            aside = (report.get("aside") or {}).get("count", 0)
            gauges.set("put_aside", "Records that could not be read", aside, source=name)
            for change, count in report["changes"].items():
                gauges.set(
                    "last_changes", "What the last harvest brought", count,
                    source=name, change=change,
                )  # fmt: skip
            failed = sum(group["count"] for group in report["failures"])
            gauges.set("last_failures", "What failed in the last harvest", failed, source=name)
    for job in facts.jobs.values():
        gauges.set("job_started_seconds", "Start of a job's last run", job.started_at, job=job.name)
        gauges.set("job_running", "Whether it runs", float(job.ended_at is None), job=job.name)
    fixity = facts.fixity
    gauges.set("payloads", "Files in the archive", float(fixity.payloads))
    gauges.set("payloads_checked", "Files that were ever checked", float(fixity.checked))
    gauges.set("payloads_damaged", "Files found damaged, not seen whole since", len(fixity.damaged))
    gauges.set("unchecked_since_seconds", "Longest wait for a check", facts.unchecked_since)
    for disk in facts.disks:
        gauges.set("free_bytes", "Room left", float(disk.free_bytes), path=disk.path)
    gauges.set("looked_seconds", "When this was looked at", at.timestamp())

"""`griffie status`: show the state of the archive and sources, conditions, and next jobs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from harvester.cli.console import out
from harvester.cli.workspace import Workspace
from harvester.harvest.baseline import in_words
from harvester.index import SourceStatus
from harvester.index.fixity import fixity_state
from harvester.index.harvests import paper_counts, statuses
from harvester.index.operations import JobRun
from harvester.lock import is_locked, service_process
from harvester.service.facts import SourceFacts
from harvester.service.schedule import is_due, jobs
from harvester.service.watch import Seen
from harvester.settings.cron import next_start
from harvester.times import to_text

MOST_ASIDES = 5
EPILOG = """\b
Examples:
  griffie status
  griffie status --json | jq '.conditions[]'"""


@click.command(epilog=EPILOG)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def command(config: Path | None, as_json: bool) -> None:
    """Show conditions, papers, sources, the last harvests and checks, and the next jobs."""
    workspace = Workspace.load(config)
    with workspace.read_index() as index:
        counts, standing, fixity = (
            paper_counts(index.connection),
            statuses(index.connection),
            fixity_state(index.connection),
        )
        policies = {s.source: workspace.file_policy(s.source) for s in standing}
        missing = {
            source: index.missing_files(source, policy) if policy else 0
            for source, policy in policies.items()
        }
        asides = {s.source: index.asides(s.source) for s in standing}
        absent = {s.source: index.waiting_files(s.source) for s in standing}
        waiting = {hold.source: index.held_counts(hold.source) for hold in index.open_holds()}
    seen = workspace.watch().look()
    known = {s.activity.source: s for s in (seen.facts.sources if seen.facts else ())}
    coming = _coming(workspace, seen)
    folder = workspace.settings.index.parent
    state: dict[str, Any] = {
        "conditions": [
            {**c._asdict(), "first_seen_at": seen.first_seen_at(c)} for c in seen.conditions
        ],
        "service": service_process(folder),
        "papers": counts,
        "sources": [
            s._asdict()
            | {"missing_files": missing[s.source], "is_running": is_locked(folder, s.source)}
            | {"waiting": waiting.get(s.source, {}), "usual": _baselines(known.get(s.source))}
            | {"aside": [row._asdict() for row in asides[s.source]]}
            | {"waiting_files": w._asdict() if (w := absent[s.source]) else None}
            for s in standing
        ],
        "fixity": fixity._asdict(),
        "jobs": coming,
    }
    if as_json:
        click.echo(json.dumps(state, ensure_ascii=False, indent=2))
        return
    _show_conditions(state["conditions"])
    _show_totals(state)
    for status, values in zip(standing, state["sources"], strict=True):
        _show_source(status, known.get(status.source), values)
    _show_jobs(state)


def _baselines(known: SourceFacts | None) -> dict[str, dict[str, int]]:
    return {kind: day._asdict() for kind, day in known.baselines.items()} if known else {}


def _coming(workspace: Workspace, seen: Seen) -> list[dict[str, Any]]:
    """Return each job of the schedule with its last run and its next start."""
    runs: Mapping[str, JobRun] = seen.facts.jobs if seen.facts else {}
    found = []
    for job in jobs(workspace.settings, workspace.scheduled()):
        run = runs.get(job.name)
        following = next_start(job.trigger, seen.at)
        last = run._asdict() if run else {"name": job.name, "started_at": None}
        found.append(
            {
                **last,
                "is_due": is_due(job, run, seen.at),
                "next_start": to_text(following) if following else None,
            }
        )
    return found


def _show_conditions(conditions: list[dict[str, Any]]) -> None:
    if not conditions:
        out.print("[green]nothing is wrong")
    for condition in conditions:
        about = f"{condition['kind']} {condition['source']}".strip()
        what = escape(f"{condition['detail']} (since {condition['first_seen_at']})")
        out.print(f"[bold red]{about}[/] {what}", soft_wrap=True)


def _show_totals(state: Mapping[str, Any]) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, count in state["papers"].items():
        table.add_row(f"[dim]{name}", f"{count:,}")
    fixity = state["fixity"]
    since = f", the oldest check {fixity['oldest_check']}" if fixity["oldest_check"] else ""
    checked = f"{fixity['checked']:,} of {fixity['payloads']:,}{since}"
    table.add_row("[dim]files checked", checked)
    out.print(table)
    for key, finding, at in fixity["damaged"]:
        out.print(f"[red]damaged[/] {escape(f'{key}: {finding} ({at})')}", soft_wrap=True)


def _show_source(
    status: SourceStatus, known: SourceFacts | None, values: Mapping[str, Any]
) -> None:
    table = Table(
        title=f"[bold]{status.source}", title_justify="left", show_header=False, box=None,
        padding=(0, 2, 0, 0),
    )  # fmt: skip
    outcome = status.last_outcome or "ended without a report"
    state = "running now" if values["is_running"] else outcome
    table.add_row("[dim]last harvest", f"{status.last_harvest} ({state})")
    table.add_row("[dim]started, ended", f"{status.last_started_at}, {status.last_ended_at or '-'}")
    table.add_row("[dim]last complete", status.last_complete_at or "never")
    if known is not None:
        table.add_row("[dim]last news", known.activity.last_news_at or "never")
        if known.baselines:
            table.add_row("[dim]new records, usually", in_words(known.baselines))
    if values["waiting"]:
        what = ", ".join(f"{count:,} {kind}" for kind, count in values["waiting"].items())
        table.add_row("[yellow]not served yet", f"{what}: the walk has not ended, or is held")
    table.add_row("[dim]newest entry", status.freshest_updated or "-")
    table.add_row(
        "[dim]archive",
        f"{status.segments:,} segments, {status.records:,} records, {status.withdrawn:,} withdrawn",
    )
    table.add_row("[dim]files to come", f"{values['missing_files']:,}")
    if (absent := values["waiting_files"]) is not None:
        again = f"asked for again between {absent['next_at']} and {absent['until']}"
        table.add_row(
            "[yellow]not given", f"{absent['files']:,} files since {absent['since']}; {again}"
        )
    for row in values["aside"][:MOST_ASIDES]:
        table.add_row(
            "[yellow]put aside", escape(f"{row['name']} since {row['noted_at']}: {row['reason']}")
        )
    if len(values["aside"]) > MOST_ASIDES:
        table.add_row("", f"and {len(values['aside']) - MOST_ASIDES:,} more")
    for category, reason, count, url in status.failures:
        table.add_row("[yellow]failed", f"{count}x {category}: {reason} [dim]{url}")
    out.print(table)


def _show_jobs(state: Mapping[str, Any]) -> None:
    service = state["service"]
    runs = f"process {service} works on it" if service else "nothing works on it now"
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("schedule", "last start", "ended", "next start"):
        table.add_column(name)
    for job in state["jobs"]:
        ended = job.get("said") or ("-" if job.get("code") is None else f"code {job['code']}")
        following = "due now" if job["is_due"] and not service else job["next_start"] or "never"
        table.add_row(job["name"], job["started_at"] or "never", ended, following)
    out.print(table)
    out.print(f"[dim]{runs}")

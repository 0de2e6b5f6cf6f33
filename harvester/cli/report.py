"""`griffie report`: list harvests, or show the report of one."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from archive.archive import Archive
from archive.errors import ObjectNotFound
from harvester.cli.console import out
from harvester.cli.harvest import COLOURS
from harvester.cli.workspace import Workspace
from harvester.errors import HarvestNotFound
from harvester.harvest.parts import DEFAULT_PARTS
from harvester.index import HarvestRow, Index

EPILOG = """\b
Examples:
  griffie report                                        # the last harvests
  griffie report --source SOURCE --last 100 --json
  griffie report 20261124T221500Z-SOURCE-7f3a      # all that one of them tells

\b
Exit codes: 0 done, 2 no such harvest."""

_APART = ("harvest", "source", "outcome", "failures")


@click.command(epilog=EPILOG)
@click.argument("harvest", required=False)
@click.option("--source", help="Only this source's harvests.")
@click.option("--last", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def command(
    config: Path | None, harvest: str | None, source: str | None, last: int, as_json: bool
) -> None:
    """Show the last harvests, or the report of HARVEST.

    The archive keeps every report for good, also those of failed harvests.
    """
    workspace = Workspace.load(config)
    with workspace.read_index() as index:
        if harvest is not None:
            report = find_report(workspace.open_archive(), index, harvest)
            _tell(report, as_json=as_json)
            return
        rows = index.recent_harvests(source, last)
    if as_json:
        ledger = [{k: v for k, v in row._asdict().items() if k != "report"} for row in rows]
        click.echo(json.dumps(ledger, ensure_ascii=False, indent=2))
    else:
        out.print(_ledger(rows))


def find_report(archive: Archive, index: Index, harvest: str) -> Mapping[str, Any]:
    """Return a harvest's report from the index or, if that was rebuilt, from the archive.

    Raises:
        HarvestNotFound: neither has it.
    """
    row = index.find_harvest(harvest)
    if row is not None and row.report is None:
        return {**row._asdict(), "outcome": "running, or it died and the next harvest will say so"}
    if row is not None and row.report is not None:
        return row.report
    for source in archive.sources():
        if f"-{source}-" in harvest:
            try:
                return archive.report(source, harvest)
            except ObjectNotFound:
                continue
    raise HarvestNotFound(f"there is no harvest {harvest!r}; `griffie report` lists the last ones")


def _ledger(rows: list[HarvestRow]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in (
        "harvest",
        "parts",
        "outcome",
        "started",
        "seen",
        "new",
        "changed",
        "withdrawn",
        "files",
    ):
        table.add_column(name)
    table.add_column("failures")
    for row in rows:
        report = row.report or {}
        changes = report.get("changes", {})
        failures = sum(group["count"] for group in report.get("failures", ()))
        outcome = row.outcome or "no report yet"
        counts = (
            sum(report.get("seen", {}).values()),
            *(changes.get(name, 0) for name in ("new", "changed", "withdrawn", "files")),
        )
        shown = [f"{count:,}" for count in (*counts, failures)]
        colour = COLOURS.get(row.outcome or "", "white")
        said = report.get("parts", ())
        parts = "all" if set(said) >= DEFAULT_PARTS else " ".join(said)
        table.add_row(row.id, parts, f"[{colour}]{outcome}", row.started_at[:16], *shown)
    return table


def _tell(report: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    colour = COLOURS.get(report["outcome"], "white")
    out.print(f"[bold]{report.get('harvest', report.get('id'))}[/] [{colour}]{report['outcome']}")
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in report.items():
        if name not in _APART and value not in (None, {}, []):
            table.add_row(f"[dim]{name}", escape(_shown(value)))
    out.print(table)
    for group in report.get("failures", ()):
        what = f"{group['count']}x {group['category']}: {group['reason']}"
        out.print(f"[yellow]failed[/] {escape(what)}", soft_wrap=True)
        for example in group["examples"]:
            out.print(f"   [dim]{escape(example['url'])}", soft_wrap=True)


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_shown(item)}" for name, item in value.items())
    if isinstance(value, list):
        return "; ".join(map(_shown, value))
    return f"{value:,}" if isinstance(value, int) else str(value)

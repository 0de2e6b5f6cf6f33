"""`griffie status`: how the archive and each source stand."""

import json
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from harvester.cli.console import out
from harvester.cli.workspace import Workspace
from harvester.index import SourceStatus
from harvester.lock import is_locked

EPILOG = """\b
Examples:
  griffie status
  griffie status --json | jq '.sources[].last_outcome'"""


@click.command(epilog=EPILOG)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def command(config: Path | None, as_json: bool) -> None:
    """Show papers, sources, the last harvests and what failed in them."""
    workspace = Workspace.load(config)
    with workspace.read_index() as index:
        counts, statuses, fixity = index.paper_counts(), index.statuses(), index.fixity_state()
        kinds = workspace.settings.files.kinds
        missing = {s.source: index.missing_files(s.source, kinds) for s in statuses}
    if as_json:
        sources = [s._asdict() | {"missing_files": missing[s.source]} for s in statuses]
        state = {"papers": counts, "sources": sources, "fixity": fixity._asdict()}
        click.echo(json.dumps(state, ensure_ascii=False, indent=2))
        return
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, count in counts.items():
        table.add_row(f"[dim]{name}", f"{count:,}")
    checked = f"{fixity.checked:,} of {fixity.payloads:,}"
    since = f", the oldest check {fixity.oldest_check}" if fixity.oldest_check else ""
    table.add_row("[dim]files checked", f"{checked}{since}")
    out.print(table)
    for key, finding, at in fixity.damaged:
        out.print(f"[red]damaged[/] {escape(f'{key}: {finding} ({at})')}", soft_wrap=True)
    for status in statuses:
        is_running = is_locked(workspace.settings.index.parent, status.source)
        _show(status, missing[status.source], is_running=is_running)


def _show(status: SourceStatus, missing_files: int, *, is_running: bool) -> None:
    table = Table(
        title=f"[bold]{status.source}", title_justify="left", show_header=False, box=None,
        padding=(0, 2, 0, 0),
    )  # fmt: skip
    state = "running now" if is_running else status.last_outcome or "ended without a report"
    table.add_row("[dim]last harvest", f"{status.last_harvest} ({state})")
    table.add_row("[dim]started, ended", f"{status.last_started_at}, {status.last_ended_at or '-'}")
    table.add_row("[dim]last complete", status.last_complete_at or "never")
    table.add_row("[dim]newest entry", status.freshest_updated or "-")
    table.add_row(
        "[dim]archive",
        f"{status.segments:,} segments, {status.records:,} records, {status.withdrawn:,} withdrawn",
    )
    table.add_row("[dim]files to come", f"{missing_files:,}")
    for category, reason, count, url in status.failures:
        table.add_row("[yellow]failed", f"{count}x {category}: {reason} [dim]{url}")
    out.print(table)

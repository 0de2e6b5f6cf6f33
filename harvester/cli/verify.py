"""`griffie verify`: is everything in the archive what it was when it was written?"""

from pathlib import Path

import click
from rich.markup import escape

from archive.fixity import verify
from harvester import settings as settings_module
from harvester.cli.console import out, progress
from harvester.cli.workspace import open_archive

EPILOG = """\b
Examples:
  griffie verify                   # chain, footers and every payload's digest
  griffie verify --log-only        # the chain alone, in seconds
\b
Exit codes: 0 nothing found, 4 damage (the objects are named)."""


@click.command(epilog=EPILOG)
@click.option("--source", "sources", multiple=True, help="Only this source; may be repeated.")
@click.option("--log-only", is_flag=True, help="Leave the payloads unread.")
@click.pass_obj
def command(config: Path | None, sources: tuple[str, ...], log_only: bool) -> int:
    """Check the hash chain of each log and the digest of each payload. Changes nothing."""
    archive = open_archive(settings_module.load(config))
    with progress() as bars:
        bars.phase("verify")
        report = verify(
            archive,
            sources=sources or None,
            payloads=not log_only,
            progress=lambda _: bars.advance(),
        )
    for finding in report.findings:
        out.print(
            f"[red]damaged[/] {escape(f'{finding.object_key}: {finding.what}')}", soft_wrap=True
        )
    for note in report.notes:
        out.print(f"[yellow]note[/] {escape(f'{note.object_key}: {note.what}')}", soft_wrap=True)
    out.print(
        f"{report.segments} segments, {report.entries} entries, {report.payloads} payloads, "
        f"{report.size_bytes} bytes: {len(report.findings)} damaged"
    )
    return 4 if report.findings else 0

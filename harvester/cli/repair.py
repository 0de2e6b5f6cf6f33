"""`griffie repair`: put back what is damaged or missing, from a second copy."""

from pathlib import Path

import click
from rich.markup import escape

from archive.archive import Archive
from archive.fixity import verify
from archive.repairing import repair
from harvester import settings as settings_module
from harvester.cli.console import out, progress
from harvester.cli.workspace import open_archive

EPILOG = """\b
Example:
  griffie repair --from s3://second-copy/griffie
\b
Exit codes: 0 nothing is damaged any more, 4 something still is (the objects are named)."""


@click.command(epilog=EPILOG)
@click.option("--from", "other", required=True, help="The second copy: a folder or s3://….")
@click.pass_obj
def command(config: Path | None, other: str) -> int:
    """Verify the archive and replace exactly what is damaged, after checking the second copy's."""
    settings = settings_module.load(config)
    archive = open_archive(settings)
    second = Archive.open(other, settings.s3.options())
    with progress() as bars:
        bars.phase("verify")
        found = verify(archive, progress=lambda _: bars.advance())
        bars.phase("repair", len(found.findings))
        for leftover in found.leftovers:
            archive.store.erase(leftover.object_key)
        damaged = [finding for finding in found.findings if finding not in found.leftovers]
        left = repair(archive, second, damaged, lambda info: bars.advance(detail=info.key))
        bars.phase("verify")
        after = verify(archive, progress=lambda _: bars.advance()) if found.findings else found
    for finding in left:
        out.print(f"[red]not repaired[/] {escape(f'{finding.object_key}: {finding.what}')}")
    out.print(f"{len(found.findings)} damaged before, {len(after.findings)} now")
    return 4 if after.findings else 0

"""`griffie repair`: restore damaged or missing objects from a second copy."""

from pathlib import Path

import click
from rich.markup import escape

from archive.archive import Archive
from archive.repairing import mend
from harvester import settings as settings_module
from harvester.cli.console import out, progress
from harvester.cli.verify_download import trust_in
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
    """Verify the archive and replace only damaged objects, by verified ones of the second copy."""
    settings = settings_module.load(config)
    archive = open_archive(settings)
    second = Archive.open(other, settings.s3.options())
    trust = trust_in(settings.signing, None, settings.index)
    with progress() as bars:
        bars.phase("repair")
        mended = mend(archive, second, trust, lambda info: bars.advance(detail=info.key))
    for finding in mended.left:
        out.print(f"[red]not repaired[/] {escape(f'{finding.object_key}: {finding.what}')}")
    out.print(f"{len(mended.before)} damaged before, {len(mended.after)} now")
    return 4 if mended.after else 0

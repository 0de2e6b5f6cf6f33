"""`griffie init`: make an archive."""

from pathlib import Path

import click

from archive.archive import Archive
from archive.errors import ArchiveExists
from harvester import settings as settings_module
from harvester.cli.console import out
from harvester.times import now, to_text


@click.command(epilog="Example: griffie init && griffie harvest tweedekamer --since 2026-11-01")
@click.option("--if-missing", is_flag=True, help="Do nothing, and succeed, if there is one.")
@click.pass_obj
def command(config: Path | None, if_missing: bool) -> None:
    """Make an empty archive where the settings say (`archive`)."""
    settings = settings_module.load(config)
    try:
        Archive.create(settings.archive, created_at=to_text(now()))
    except ArchiveExists:
        if not if_missing:
            raise
        return
    out.print(f"made an archive at {settings.archive}")

"""`griffie init`: create an archive."""

from pathlib import Path

import click

from archive.archive import Archive
from archive.errors import ArchiveExists
from harvester import settings as settings_module
from harvester.cli.console import out
from harvester.times import now, to_text


@click.command(epilog="Example: griffie init && griffie harvest SOURCE --since 2026-11-01")
@click.option("--if-missing", is_flag=True, help="Do nothing, and succeed, if there is one.")
@click.pass_obj
def command(config: Path | None, if_missing: bool) -> None:
    """Create an empty archive where the settings say (`archive`): a folder or a bucket.

    A missing bucket is created; versioning is enabled in any bucket.
    """
    settings = settings_module.load(config)
    try:
        Archive.create(settings.archive, to_text(now()), settings.s3.options())
    except ArchiveExists:
        if not if_missing:
            raise
        return
    out.print(f"made an archive at {settings.archive}")

"""`griffie doctor`: test whether the archive's store keeps its promises."""

from pathlib import Path

import click
from rich.markup import escape

from archive.stores.location import is_bucket, open_store
from archive.stores.promises import try_promises
from harvester import settings as settings_module
from harvester.cli.console import out
from harvester.times import now

EPILOG = """\b
Examples:
  griffie doctor                  # before `griffie init`, and when something is odd

\b
Exit codes: 0 every promise holds, 2 one does not, 75 the place cannot be used now."""


@click.command(epilog=EPILOG)
@click.pass_obj
def command(config: Path | None) -> int:
    """Test each promise that an archive needs of its folder or bucket, and print the results.

    Tests use a hidden place, which is removed again. A missing folder or bucket is not created.
    """
    settings = settings_module.load(config)
    store = open_store(settings.archive, settings.s3.options())
    out.print(f"[bold]{escape(settings.archive)}[/]")
    if is_bucket(settings.archive):
        from archive.stores.s3 import S3Store  # noqa: PLC0415 - boto3 only where it is used

        assert isinstance(store, S3Store)
        for name, value in store.facts(now()).items():
            out.print(f"  [dim]{name}: {escape(value)}")
    broken = 0
    for tried in try_promises(store):
        broken += not tried.holds
        mark = "[green]holds[/] " if tried.holds else "[red]BROKEN[/]"
        out.print(f"  {mark} {tried.promise}")
    if broken:
        out.print("do not keep an archive here: what was written could be lost")
    return 2 if broken else 0

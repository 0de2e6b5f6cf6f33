"""`griffie copy`: a full, verified second copy of an archive."""

from pathlib import Path

import click
from rich.markup import escape

from archive.archive import Archive
from archive.copying import copy, open_copy
from archive.stores.location import create_store
from harvester import settings as settings_module
from harvester.cli.console import out, progress

EPILOG = """\b
Examples:
  griffie copy griffie-data/archive /mnt/backup/griffie
  griffie copy griffie-data/archive s3://second-copy/griffie   # again: only what is new

\b
Exit codes: 0 the copy is up to date, 4 something in the original is damaged and was left out."""


@click.command(epilog=EPILOG)
@click.argument("original")
@click.argument("target")
@click.pass_obj
def command(config: Path | None, original: str, target: str) -> int:
    """Bring TARGET up to date with ORIGINAL (folders or s3://bucket/prefix), checking all bytes.

    Texts are left out: they are made again. Safe to interrupt, safe to repeat; buckets are
    reached as the settings in [s3] say.
    """
    options = settings_module.load(config).s3.options()
    source = Archive.open(original, options)
    with progress() as bars:
        bars.phase("copy")
        second = open_copy(source, create_store(target, options))
        report = copy(source, second, lambda info: bars.advance(detail=info.key))
    for finding in report.findings:
        out.print(f"[red]left out[/] {escape(f'{finding.object_key}: {finding.what}')}")
    out.print(
        f"{report.payloads} payloads, {report.segments} segments, {report.reports} reports, "
        f"{report.heads} signed heads, {report.size_bytes} bytes copied to {escape(target)}"
    )
    return 4 if report.findings else 0

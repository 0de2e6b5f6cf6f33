"""`griffie verify`: verify that everything in the archive is as it was written."""

import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from archive.archive import Archive
from archive.evidence import Trust
from archive.fixity import Ledger, VerifyReport, verify
from archive.memory import memory_path, write_memory
from harvester import settings as settings_module
from harvester.cli.console import err, out, progress
from harvester.cli.verify_download import own_key, trust_in, verify_path
from harvester.cli.workspace import open_archive
from harvester.errors import ConfigurationError
from harvester.index import FixityLedger, IndexFault
from harvester.settings import Settings
from harvester.settings.service import duration
from harvester.snapshot.download import with_due_snapshots, with_published
from harvester.snapshot.origin import read_origin
from harvester.times import now

EPILOG = """\b
Examples:
  griffie verify                                  # chain, footers and every payload's digest
  griffie verify --log-only                       # the chain alone
  griffie verify --budget 10min --older-than 30d  # every night: a share, the oldest checks first
  griffie verify download/20261124T120000Z-1a2b3c4d       # a snapshot, offline
  griffie verify proof.json --file motion.pdf --key 5f0c…  # a proof, offline

\b
Exit codes: 0 nothing found, 4 damage (the objects are named)."""


class Duration(click.ParamType[timedelta]):
    """A time span such as 90s, 10min, 1h or 30d."""

    name = "DURATION"

    def convert(self, value: Any, param: Any, ctx: Any) -> timedelta:
        """Parse the value."""
        try:
            return duration(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command(epilog=EPILOG)
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--source", "sources", multiple=True, help="Only this source; may be repeated.")
@click.option("--log-only", is_flag=True, help="Leave the payloads unread.")
@click.option(
    "--budget", type=Duration(), help="Check for so long; the next run goes on with what is due."
)
@click.option(
    "--older-than", type=Duration(), help="Only payloads that were last checked longer ago."
)
@click.option("--key", help="The operator's public key, as hex; others' signatures do not count.")
@click.option(
    "--witnesses",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="How many of signing.witnesses must have signed the last checkpoints, or a proof.",
)
@click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="With a proof: a file that must be one that it names.",
)
@click.pass_obj
def command(
    config: Path | None,
    path: Path | None,
    sources: tuple[str, ...],
    log_only: bool,
    budget: timedelta | None,
    older_than: timedelta | None,
    key: str | None,
    witnesses: int,
    files: tuple[Path, ...],
) -> int:
    """Check the hash chain of each log and the digest of each payload. Changes nothing in it.

    Signed heads, their timestamps and published snapshots are checked too. With PATH, check only
    that folder of a snapshot or that proof, which needs nothing else.

    The index remembers when each payload was checked. Damaged ones are checked first, then those
    never checked or longest ago, so that an interrupted run loses nothing.
    """
    settings = settings_module.load(config)
    if path is not None:
        trust = trust_in(settings.signing, key)._replace(needed=witnesses)
        return verify_path(path, trust, files, own_key(settings.signing))
    origin = read_origin(settings.index)
    trust = trust_in(settings.signing, key, settings.index)._replace(needed=witnesses)
    if origin is not None:  # another key than ours signed it
        trust = trust._replace(key=key or origin.key)
    archive = open_archive(settings)
    begun = time.monotonic()

    def is_over() -> bool:
        return budget is not None and time.monotonic() - begun >= budget.total_seconds()

    needs_ledger = budget is not None or older_than is not None
    with _ledger(settings.index, older_than, is_needed=needs_ledger) as ledger:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with progress() as bars:
            bars.phase("verify")
            report = verify(
                archive,
                sources=sources or None,
                payloads=not log_only,
                ledger=_kept_here(archive, settings, ledger),
                is_over=None if budget is None else is_over,
                progress=lambda _: bars.advance(),
                trust=trust,
                is_copy=origin is not None,
            )
            if not sources and budget is None:
                report = with_published(archive, report, trust, snapshots=not log_only)
            elif not sources and ledger is not None and not log_only:
                report = with_due_snapshots(archive, report, trust, ledger, is_over)
    _remember(settings.index, trust, report)
    tell(report)
    return 4 if report.findings else 0


def _remember(index: Path, trust: Trust, report: VerifyReport) -> None:
    """Remember the signatures of an intact archive, so that their removal is noticed."""
    if report.signer is None or report.findings or not report.seen:
        return
    try:
        write_memory(memory_path(index), trust.memory.with_seen(report.signer, report.seen))
    except OSError as error:
        err.print(f"signatures are not remembered: {error}", soft_wrap=True, markup=False)


@contextmanager
def _ledger(
    path: Path, older_than: timedelta | None, *, is_needed: bool
) -> Iterator[FixityLedger | None]:
    """Yield the index's ledger of checks; without one, check everything and record nothing.

    An index that cannot be written is only read.
    """
    try:
        ledger = FixityLedger(path, now(), older_than)
    except IndexFault as error:
        if is_needed:
            raise ConfigurationError(
                f"the index remembers what was checked when, but cannot be used: {error}"
            ) from error
        if path.exists():
            _tell_forgetful(str(error))
        yield None
        return
    try:
        yield ledger
    finally:
        ledger.close()
        if ledger.why_forgetful is not None:
            _tell_forgetful(ledger.why_forgetful)


def _tell_forgetful(reason: str) -> None:
    err.print(f"checks are not remembered: {reason}", soft_wrap=True, markup=False)


def _kept_here(archive: Archive, settings: Settings, ledger: Ledger | None) -> Ledger | None:
    """Return a ledger without the files that a follower does not keep."""
    origin = read_origin(settings.index)
    if origin is None or origin.files == "all":
        return ledger
    return _KeptHere(archive, ledger)


class _KeptHere:
    """A ledger of the files that are here; missing ones are no damage."""

    def __init__(self, archive: Archive, ledger: Ledger | None) -> None:
        self._archive = archive
        self._ledger = ledger

    def due(self, digests: Iterable[str]) -> Sequence[str]:
        """See `Ledger.due`."""
        here = [sha256 for sha256 in digests if self._archive.payloads.exists(sha256)]
        return here if self._ledger is None else self._ledger.due(here)

    def due_objects(self, keys: Iterable[str]) -> Sequence[str]:
        """See `Ledger.due_objects`."""
        return list(keys) if self._ledger is None else self._ledger.due_objects(keys)

    def note(self, checked: Sequence[tuple[str, str | None]]) -> None:
        """See `Ledger.note`."""
        if self._ledger is not None:
            self._ledger.note(checked)


def tell(report: VerifyReport) -> None:
    """Print the result."""
    for finding in report.findings:
        out.print(
            f"[red]damaged[/] {escape(f'{finding.object_key}: {finding.what}')}", soft_wrap=True
        )
    for note in report.notes:
        out.print(f"[yellow]note[/] {escape(f'{note.object_key}: {note.what}')}", soft_wrap=True)
    left = f" ({report.payloads_left} not this time)" if report.payloads_left else ""
    taken = f", {report.taken_down} taken down" if report.taken_down else ""
    out.print(
        f"{report.segments} segments, {report.entries} entries, {report.payloads} payloads{left}"
        f"{taken}, {report.size_bytes} bytes: {len(report.findings)} damaged"
    )

"""`griffie release` and `griffie discard`: decide about a held harvest."""

import getpass
from collections.abc import Callable
from pathlib import Path

import click

from archive.entries import Verdict
from harvester.cli.console import out, progress
from harvester.cli.harvest import writing_lease
from harvester.cli.workspace import Workspace
from harvester.harvest.decisions import DecisionWriter
from harvester.harvest.holds import decide, find_held
from harvester.lock import harvest_lock

EPILOG = """\b
Examples:
  griffie {name} 20261124T221500Z-SOURCE-7f3a --reason "{why}"
  griffie {name} SOURCE --reason "{why}"   # of a source

\b
Exit codes: 0 done, 2 nothing of that name waits, 75 the archive cannot be written now."""


def _command(
    name: str, verdict: Verdict, why: str
) -> Callable[[Callable[..., None]], click.Command]:
    """Make the command of a verdict; the decorated function's docstring is the help."""

    def make(described: Callable[..., None]) -> click.Command:
        @click.command(name, epilog=EPILOG.format(name=name, why=why), help=described.__doc__)
        @click.argument("harvest", metavar="HARVEST|SOURCE")
        @click.option("--reason", required=True, help="Why; it stays in the log.")
        @click.option("--by", help="Who decided; without it your user name.")
        @click.pass_obj
        def command(config: Path | None, harvest: str, reason: str, by: str | None) -> None:
            _decide_about(config, harvest, verdict, reason, by)

        return command

    return make


@_command("release", "released", "expected: a recess list")
def release() -> None:
    """Release a held harvest: apply all that it saw, as if it had never been held.

    `griffie status` says which harvest is held and why, `griffie report` what it saw. The next
    harvest continues where it ended, and fetches the files.
    """


@_command("discard", "discarded", "the source was broken")
def discard() -> None:
    """Discard a held harvest: what is served stays unchanged.

    Its segments stay in the log. The next harvest begins where this one began; if the source is
    still implausible, it is held again.
    """


def _decide_about(
    config: Path | None, name: str, verdict: Verdict, reason: str, by: str | None
) -> None:
    """Decide about a held harvest, and print what that changes.

    Raises:
        HarvestNotFound: no hold of that name is open.
    """
    workspace = Workspace.load(config)
    archive = workspace.open_archive()
    with progress() as bars, workspace.open_index(archive, bars) as index:
        hold = find_held(index, name)
        source = hold.source
        with (
            harvest_lock(workspace.settings.index.parent, source) as holder,
            writing_lease(archive, source, holder) as lease,
        ):
            index.catch_up(archive.log(source))
            counts = index.held_counts(source)
            writer = DecisionWriter(archive, index, lease)
            decide(writer, hold, verdict, reason, by or getpass.getuser())
    what = ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items())) or "no records"
    out.print(f"{verdict}: {what}", soft_wrap=True)

"""`griffie takedown`: take a file out of the archive, with a trace that stays."""

import getpass
from pathlib import Path

import click
from rich.markup import escape

from archive.archive import Archive
from harvester.cli.console import out, progress
from harvester.cli.harvest import writing_lease
from harvester.cli.workspace import Workspace
from harvester.index import Index, Target
from harvester.lock import harvest_lock
from harvester.takedown import erase, find_target, is_taken_down, take_down

EPILOG = """\b
Examples:
  griffie takedown kst-26485-379 --reason "court order of 3 December 2026, case 12/345"
  griffie takedown 5f0c…e1 --reason "names a minor" --by "J. Jansen, clerk"   # these bytes alone
\b
Exit codes: 0 done, 2 no such paper or file, 75 the archive cannot be written now."""


@click.command(epilog=EPILOG)
@click.argument("what", metavar="PAPER|SHA256")
@click.option("--reason", required=True, help="Why; it is shown where the paper was.")
@click.option("--by", help="Who decided; without it your user name.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(config: Path | None, what: str, reason: str, by: str | None, yes: bool) -> int:
    """Remove the files and texts of a paper, or one file by its digest, for good.

    What stays: the source's metadata of the paper (its title too), the digests of what was
    removed, and who decided it when and why. Of a paper that was taken down no file
    is fetched again; of bytes alone, the paper's other files are kept and fetched as before.
    Copies learn of it with their next `griffie copy`.
    """
    workspace = Workspace.load(config)
    archive = workspace.open_archive()
    with progress() as bars, workspace.open_index(archive, bars) as index:
        target = find_target(index, what)
        with (
            harvest_lock(workspace.settings.index.parent, target.source) as holder,
            writing_lease(archive, target.source, holder) as lease,
        ):
            index.catch_up(archive.log(target.source))
            target = find_target(index, what)
            if is_taken_down(index, target):
                out.print("this was taken down already")
            else:
                _tell(target)
                if not yes:
                    click.confirm("Remove this for good?", abort=True)
                take_down(
                    archive, index, target, reason=reason, by=by or getpass.getuser(), lease=lease
                )
            return _erase(archive, index)


def _erase(archive: Archive, index: Index) -> int:
    out.print(f"{erase(archive, index)} objects removed")
    return 0


def _tell(target: Target) -> None:
    for paper in target.papers:
        out.print(f"[bold]{escape(paper)}")
    for sha256 in target.payloads:
        out.print(f"  file {sha256}")
    if target.annexes:
        out.print(f"not meant, they are papers of their own: {', '.join(target.annexes)}")

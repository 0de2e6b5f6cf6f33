"""The command line: `griffie`. The only place that prints, and with `settings.py` the only one
that reads the environment.
"""

import importlib
import logging
import os
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from archive.errors import ArchiveError
from harvester import __version__
from harvester.cli.console import explain_error, show_life, start_logging
from harvester.cli.exit_codes import DONE, FAULT, INTERRUPTED, TRY_LATER, USAGE
from harvester.cli.printing import harmless_streams
from harvester.errors import HarvesterError
from harvester.service.child import be_supervised

COMMANDS = {
    "init": "init",
    "harvest": "harvest",
    "run": "run",
    "reload": "reload",
    "config": "config",
    "status": "status",
    "report": "report",
    "release": "decide:release",
    "discard": "decide:discard",
    "doctor": "doctor",
    "verify": "verify",
    "repair": "repair",
    "copy": "copy",
    "takedown": "takedown",
    "rebuild": "rebuild",
    "changes": "changes",
    "snapshot": "snapshot",
    "key": "key",
    "sign": "sign",
    "proof": "proof",
    "follow": "follow",
    "sync": "sync",
    "witness": "witness",
    "search": "search",
    "get": "get",
    "export": "export",
    "serve": "serve",
    "alerts": "alerts",
    "mcp": "mcp",
    "simulate": "simulate",
    "demo": "demo",
    "new-source": "new_source",
    "try": "try_source",
}

_logger = logging.getLogger(__name__)


class LazyGroup(click.Group):
    """Import commands lazily, since Scrapy and Datasette take 0.4 s each to import."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = importlib.import_module(f"harvester.cli.{module}")
        command: click.Command = getattr(found, name or "command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; suggest one for a mistyped name."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.exceptions.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, epilog="Start with: griffie demo")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file; without it ./griffie.toml, if it is there.",
)
@click.option("-v", "--verbose", count=True, help="Say more: -v what is done, -vv everything.")
@click.option("--supervised", hidden=True, help="Set by `griffie run` for its jobs.")
@click.version_option(__version__, prog_name="griffie")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, verbose: int, supervised: str | None) -> None:
    """Archive parliamentary letters and motions: harvest, keep every version, search, prove."""
    if supervised:
        show_life(be_supervised(supervised))
    start_logging(verbose)
    ctx.obj = config


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with a code of `exit_codes.py`."""
    with harmless_streams():
        code = _run(arguments)
    sys.exit(code)


def _run(arguments: Sequence[str] | None) -> int:
    code: object
    try:
        code = cli.main(arguments, prog_name="griffie", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = USAGE
    except (click.exceptions.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        code = TRY_LATER
    except (HarvesterError, ArchiveError) as error:
        explain_error(str(error))
        code = error.exit_code
    except sqlite3.OperationalError as error:
        explain_error(f"the index cannot be used: {error}; is another program writing to it?")
        code = TRY_LATER
    except sqlite3.DatabaseError as error:
        explain_error(f"the index is damaged: {error}; make it again with `griffie rebuild`")
        code = TRY_LATER
    except OSError as error:
        explain_error(f"{error.filename or ''}: {error.strerror or error}".lstrip(": "))
        code = TRY_LATER
    except MemoryError:
        explain_error("there is not enough memory")
        code = TRY_LATER
    except Exception as error:
        _logger.critical("a fault of Griffie itself", exc_info=True)
        explain_error(f"a fault of Griffie itself: {type(error).__name__}: {error}")
        code = FAULT
    return code if isinstance(code, int) else DONE


def _forget_output() -> None:
    """Discard further output to a closed pipe, also when Python exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

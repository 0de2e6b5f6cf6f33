"""`griffie reload`: have the running service reload its settings."""

import os
import signal
from pathlib import Path

import click

from harvester.cli.console import out
from harvester.cli.workspace import Workspace
from harvester.errors import ConfigurationError
from harvester.lock import service_process

EPILOG = """\b
Example:
  griffie reload

\b
Exit codes: 0 reloaded, 2 the settings are wrong (nothing was done), or no service runs."""


@click.command(epilog=EPILOG)
@click.pass_obj
def command(config: Path | None) -> None:
    """Check the settings, then have the running service reload them.

    Running jobs are left alone; schedule, expectations and alarms change at once.
    """
    workspace = Workspace.load(config)
    folder = workspace.settings.index.parent
    process = service_process(folder)
    if process is None:
        raise ConfigurationError(f"no service runs on {folder}; start it with `griffie run`")
    os.kill(process, signal.SIGHUP)
    out.print(f"process {process} reads its settings again")

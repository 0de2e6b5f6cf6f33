"""`griffie reload`: have the running service read its settings again."""

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
Exit codes: 0 told, 2 the settings are wrong (nothing was told), or no service runs."""


@click.command(epilog=EPILOG)
@click.pass_obj
def command(config: Path | None) -> None:
    """Check the settings, then have the running service take them over.

    Jobs under way are left alone; the schedule, expectations and alarms are the new ones at once.
    """
    workspace = Workspace.load(config)
    folder = workspace.settings.index.parent
    process = service_process(folder)
    if process is None:
        raise ConfigurationError(f"no service runs on {folder}; start it with `griffie run`")
    os.kill(process, signal.SIGHUP)
    out.print(f"process {process} reads its settings again")

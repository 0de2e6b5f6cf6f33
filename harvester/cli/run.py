"""`griffie run`: the service that harvests, checks and watches, for years."""

import asyncio
import logging
import os
import signal
from pathlib import Path

import click

from harvester.cli.console import progress
from harvester.cli.workspace import Workspace
from harvester.lock import service_lock
from harvester.service.notify import Notifier
from harvester.service.service import LOOK_EVERY_S, Service
from harvester.service.watch import Watch

EPILOG = """\b
Examples:
  griffie run                    # what [schedule] says, until it is told to end
  griffie run --serve            # and the site beside it

\b
Signals: SIGTERM and Ctrl-C end it in order (exit code 0), SIGHUP (`griffie reload`) reads the
settings again. Where no service is to run, cron can call `griffie harvest --all --due`."""


@click.command(epilog=EPILOG)
@click.option("--serve", is_flag=True, help="Serve the site too, in a process of its own.")
@click.option("--host", help="Of the site; without it the setting site.host.")
@click.option("--port", type=click.IntRange(0, 65535), help="Of the site.")
@click.option("--look-every", type=float, default=LOOK_EVERY_S, hidden=True)
@click.pass_obj
def command(
    config: Path | None, serve: bool, host: str | None, port: int | None, look_every: float
) -> int:
    """Do what the schedule says: harvest, reconcile, verify; watch, and raise alarms.

    Each job is a process of its own with a limit of time and signs of life. Jobs that were missed
    meanwhile run once. `griffie status` shows what comes next and what is wrong.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # Ignore reloads until the service handles them; the default would end the process.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    workspace = Workspace.load(config)
    archive = workspace.open_archive()
    with service_lock(workspace.settings.index.parent):
        with progress() as bars, workspace.open_index(archive, bars):
            pass  # creates a missing or outdated index

        def load() -> Watch:
            return Workspace.load(config).watch()

        site = _site(host, port) if serve else None
        service = Service(config, load, Notifier(os.environ), site, look_every)
        asyncio.run(service.run())
    return 0


def _site(host: str | None, port: int | None) -> tuple[str, ...]:
    where = ("--host", host) if host else ()
    return ("serve", *where, *(("--port", str(port)) if port is not None else ()))

"""`griffie serve`: Datasette on the index, with pages for people."""

import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import click
import uvicorn
from datasette.app import Datasette

from harvester.alerts.pages import AlertPages
from harvester.alerts.store import store_of
from harvester.cli.assistants import with_assistants
from harvester.cli.console import err, progress
from harvester.cli.listening import BACKLOG, listening
from harvester.cli.serve_workers import Ready, Workers, default_workers
from harvester.cli.workspace import Workspace
from harvester.errors import HarvesterError
from harvester.settings.settings import SiteSettings
from harvester.site.app import make_site
from harvester.site.limits import ClientLimit, Load
from harvester.site.making import Maker
from harvester.site.reader import open_all
from harvester.site.traffic import Traffic
from harvester.snapshot.kept import KeptIndexes
from harvester.snapshot.moments import make_index
from harvester.snapshot.witnesses import watchers
from harvester.times import read_moment

GRACE_S = 5
"""Time for open requests when the site is told to end."""
_logger = logging.getLogger(__name__)

EPILOG = """\b
Examples:
  griffie serve
  griffie serve --host 0.0.0.0 --port 80      # behind a proxy that speaks TLS
  griffie serve --as-of 2026-11-22            # search and papers as they were known that day"""


@click.command(epilog=EPILOG)
@click.option("--host", help="Address to listen on; without it the setting site.host.")
@click.option("--port", type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--as-of", help="A day (its end, UTC) or time: serve what was known then.")
@click.pass_obj
def command(
    config: Path | None, host: str | None, port: int | None, as_of: str | None = None
) -> int:
    """Serve search, papers and files, and the tables behind them. Read-only.

    It may run during harvests, whose results appear at once.
    """
    workspace = Workspace.load(config)
    if as_of is not None:
        workspace = _as_of(workspace, read_moment(as_of))
    site = workspace.settings.site
    maker = None if as_of else maker_of(workspace, config)
    return serve(workspace, host or site.host, site.port if port is None else port, maker=maker)


def maker_of(workspace: Workspace, config: Path | None) -> Maker:
    """Return a maker of indexes as of earlier times, with the settings of this site."""
    named = () if config is None else ("--config", str(config))
    rebuild = (sys.executable, "-P", "-m", "harvester.cli", *named, "rebuild", "--kept", "--parent")
    kept = KeptIndexes(workspace.settings.index, workspace.settings.site.as_of_kept)
    return Maker(kept, lambda moment: (*rebuild, str(os.getpid()), "--as-of", moment))


def _as_of(workspace: Workspace, moment: str) -> Workspace:
    """Return the workspace with an index as of a time, made now, so that later takedowns count."""
    settings, archive = workspace.settings, workspace.open_with_origin()
    name = "".join(c for c in moment if c.isalnum())
    path = settings.index.with_name(f"{settings.index.stem}-as-of-{name}.sqlite")
    with progress() as bars:
        make_index(archive, path, settings, workspace.sources, bars, as_of=moment)
    changed = settings.model_copy(update={"index": path})
    return Workspace(changed, workspace.sources)


def serve(
    workspace: Workspace,
    host: str,
    port: int,
    on_start: Callable[[str], object] | None = None,
    maker: Maker | None = None,
) -> int:
    """Serve until interrupted.

    Args:
        port: 0 for any free one.
        on_start: called with the address once connections are accepted.
        maker: makes indexes as of earlier times; None disables them.

    Raises:
        ConfigurationError: no index yet, or the address cannot be listened on.
    """
    # Both report what is missing. Each process then opens its own.
    workspace.open_archive()
    with workspace.read_index():
        pass
    count = workspace.settings.site.workers or default_workers()
    with ExitStack() as opened:
        looks = opened.enter_context(TemporaryFile())
        load = Load(Traffic(count), _limit(workspace.settings.site))
        listeners = [opened.enter_context(one) for one in listening(host, port, count)]
        shown, at = listeners[0].getsockname()[:2]
        url = f"http://{f'[{shown}]' if ':' in shown else shown}:{at}/"

        def work(place: int, ready: Ready) -> None:
            own = replace(load, traffic=load.traffic.at(place))
            site = site_of(workspace, looks, maker, own)
            _serve_on(listeners[place], site, with_assistants(workspace, site), ready)

        def tell() -> None:
            (on_start or _tell)(url)

        # Also for one process: its parent can end it, whatever it runs.
        is_done = Workers(work, count, grace_s=GRACE_S + 1).run(tell)
        return 0 if is_done else HarvesterError.exit_code


def _limit(site: SiteSettings) -> ClientLimit | None:
    if not site.client_limit:
        return None
    return ClientLimit(site.client_limit, site.client_header, key=os.urandom(16))


def site_of(
    workspace: Workspace,
    looks: IO[bytes] | None = None,
    maker: Maker | None = None,
    load: Load | None = None,
) -> Datasette:
    """Create the site of a workspace; see `make_site`."""
    settings, site = workspace.settings, workspace.settings.site
    alerts = AlertPages(settings, store_of(settings)) if settings.has_alerts else None
    return make_site(
        workspace.settings.index,
        workspace.open_with_origin(),
        workspace.watch(),
        public_url=site.public_url,
        redirect_files=site.redirect_files,
        names={name: spider.about.name for name, spider in workspace.sources.items()},
        looks=looks,
        maker=maker,
        load=load,
        witnesses=tuple(watcher.key for watcher in watchers(workspace.settings.signing)),
        alerts=alerts.routes() if alerts else (),
    )


class _Server(uvicorn.Server):
    """A uvicorn server that reports when it is ready."""

    def __init__(self, site: Datasette, app: Any, ready: Ready) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                server_header=False,
                lifespan="on",
                backlog=BACKLOG,
                timeout_graceful_shutdown=GRACE_S,  # by default it waits for ever
            )
        )
        self._site = site
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await open_all(self._site)
        await super().startup(sockets=sockets)
        self._ready()


def _serve_on(listener: socket.socket, site: Datasette, app: Any, ready: Ready) -> None:
    """Serve in this process until it is told to end."""
    # uvicorn re-raises the signal that ended it, which is no failure.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    _Server(site, app, ready).run(sockets=[listener])


def _tell(url: str) -> None:
    if err.is_terminal:
        err.print(f"serving [bold]{url}[/]  (Ctrl-C ends it)", soft_wrap=True)
    else:
        _logger.info("serving", extra={"fields": {"url": url}})

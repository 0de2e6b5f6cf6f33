"""`griffie witness`: cosign the checkpoints of others over HTTP."""

import logging
import signal
from pathlib import Path

import click
import uvicorn

from archive.archive import Archive
from harvester.cli.console import err, out
from harvester.cli.listening import listening
from harvester.cli.workspace import Workspace
from harvester.errors import ConfigurationError
from harvester.site.witness import WitnessApp
from harvester.snapshot.origin import read_origin
from harvester.snapshot.signing import public_key, witness_key, witness_of
from harvester.snapshot.watching import watched_logs

AT_ONCE = 64
"""Connections; a witness is asked by few, and rarely."""
GRACE_S = 5

_logger = logging.getLogger(__name__)

EPILOG = """\b
Examples:
  griffie witness witness.key                  # then, behind a proxy that speaks TLS:
  griffie witness witness.key --port 8098      # others submit to https://witness.example.org

\b
`signing.watched` names the logs by their verifier keys (`griffie key logs` prints one's own). Where
this copy follows an archive, its logs are cosigned too, with the record of `griffie follow
--witness`: two processes with one key never vouch for two histories."""


@click.command(epilog=EPILOG)
@click.argument("key", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8098, show_default=True, help="0: a free one."
)
@click.pass_obj
def command(config: Path | None, key: Path, host: str, port: int) -> None:
    """Cosign checkpoints as C2SP tlog-witness says: POST /add-checkpoint.

    A checkpoint is signed with KEY when a key that counts signed it, and a proof shows that its log
    begins with what was cosigned before. What contradicts that is refused, and kept.
    """
    workspace = Workspace.load(config)
    settings = workspace.settings
    record = witness_of(key, settings.index)
    followed = _followed(workspace)
    if followed is None and not settings.signing.watched:
        raise ConfigurationError(
            "there is nothing to watch: signing.watched names no logs, and no archive is followed"
        )
    app = WitnessApp(record, watched_logs(settings.signing, followed))
    [listener] = listening(host, port, 1)
    shown, at = listener.getsockname()[:2]
    _tell(f"http://{f'[{shown}]' if ':' in shown else shown}:{at}/", key)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)  # uvicorn raises again what ended it
    server = uvicorn.Config(
        app,
        log_config=None,
        server_header=False,
        lifespan="off",
        limit_concurrency=AT_ONCE,
        timeout_graceful_shutdown=GRACE_S,  # the default waits for ever
    )
    uvicorn.Server(server).run(sockets=[listener])


def _followed(workspace: Workspace) -> Archive | None:
    """Return the copy that is kept here, if it follows an archive."""
    return workspace.open_archive() if read_origin(workspace.settings.index) else None


def _tell(url: str, key: Path) -> None:
    name = witness_key(public_key(key))
    if err.is_terminal:
        out.print(f"{url} cosigns as\n{name}", soft_wrap=True, markup=False)
    else:
        _logger.info("serving", extra={"fields": {"url": url, "witness": str(name)}})

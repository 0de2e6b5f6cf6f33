"""`griffie alerts`: how many there are, send what is due, delete an address, try the mail."""

import signal
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import click

from harvester.alerts.asking import is_mail
from harvester.alerts.pages import composer_of
from harvester.alerts.sender import keep_sending, outbox_of, send_once
from harvester.alerts.sending import transport
from harvester.alerts.store import Alert, store_of
from harvester.cli.console import err, out, progress
from harvester.cli.workspace import Workspace
from harvester.errors import ConfigurationError
from harvester.lock import sending_lock
from harvester.settings import Settings

EPILOG = """\b
Examples:
  griffie alerts                          # how many there are, and what became of them
  griffie alerts send                     # send what is due now; from cron, without `griffie run`
  griffie alerts remove someone@example.org   # delete an address with all its alerts
  griffie alerts test someone@example.org # is the mail server set up?"""


@click.group(epilog=EPILOG, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> int:
    """Tell of the alerts that readers have, without their addresses."""
    if ctx.invoked_subcommand is None:
        _list(_settings(ctx.obj))
    return 0


def _settings(config: Path | None) -> Settings:
    """Load the settings of an installation that has alerts.

    Raises:
        ConfigurationError: it has none.
    """
    settings = Workspace.load(config).settings
    if not settings.has_alerts:
        raise ConfigurationError(
            "alerts are off: set alerts.sender and site.public_url in griffie.toml"
        )
    return settings


def _list(settings: Settings) -> None:
    store = store_of(settings)
    for about, channel, number, confirmed in store.connection.execute(
        "SELECT about, channel, count(*), count(confirmed_at) FROM alert "
        "GROUP BY about, channel ORDER BY about, channel"
    ):
        out.print(f"{about} by {channel}: {number}, confirmed {confirmed}")
    [(waiting,)] = store.connection.execute("SELECT count(*) FROM message")
    out.print(f"messages that wait: {waiting}")
    for what, number in store.tallies().items():
        out.print(f"{what}: {number}")
    store.close()


@command.command()
@click.option("--keep", is_flag=True, help="Go on until told to end; `griffie run` does this.")
@click.pass_obj
def send(config: Path | None, keep: bool) -> int:
    """Send what is due."""
    settings = _settings(config)
    with sending_lock(settings.index.parent):
        store = store_of(settings)
        try:
            if keep:
                stop = Event()
                for number in (signal.SIGTERM, signal.SIGINT):
                    signal.signal(number, lambda *_: stop.set())
                with progress() as bars:
                    bars.phase("alerts")
                    keep_sending(settings, store, stop, bars.advance)
            else:
                sent = send_once(settings, store, outbox_of(settings, store))
                out.print(f"messages sent: {sent}")
        finally:
            store.close()
    return 0


@command.command()
@click.argument("address")
@click.pass_obj
def remove(config: Path | None, address: str) -> int:
    """Delete an address with all its alerts."""
    store = store_of(_settings(config))
    alerts = store.alerts("address = ? COLLATE NOCASE", address)
    for alert in alerts:
        store.end(alert.id, "removed on request")
    store.close()
    out.print(f"alerts deleted: {len(alerts)}")
    return 0


@command.command()
@click.argument("address")
@click.pass_obj
def test(config: Path | None, address: str) -> int:
    """Send a mail like those that ask for confirmation; its link leads nowhere."""
    if not is_mail(address):
        raise ConfigurationError(f"{address!r} is no e-mail address")
    settings, at = _settings(config), datetime.now(UTC)
    alert = Alert(0, "test" * 8, "mail", address, "search", "q=test", "at-once", "en", "", "",
                  None, "")  # fmt: skip
    message = composer_of(settings).confirmation(alert, f"test-{at.timestamp():.0f}", at)
    transport(settings.alerts)(address, message)
    err.print("the mail was handed over")
    return 0

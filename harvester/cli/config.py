"""`griffie config`: check the settings, and show where each comes from."""

import json
import os
import tomllib
from pathlib import Path

import click
from rich.table import Table

from harvester.cli.console import out
from harvester.cli.workspace import Workspace
from harvester.service.schedule import jobs
from harvester.settings import DEFAULT_FILE, FetchSettings, Settings
from harvester.settings.cron import next_start
from harvester.settings.origins import Origin, origins
from harvester.settings.sources import source_options
from harvester.times import now

EPILOG = """\b
Examples:
  griffie config check                    # before a reload, or in a deployment
  griffie config show                     # every setting and where its value comes from
  griffie config show --changed --json"""


@click.group(epilog=EPILOG)
def command() -> None:
    """Check the settings, or show where each comes from."""


@command.command()
@click.pass_obj
def check(config: Path | None) -> None:
    """Check the settings and say what they do; exit code 2 if one is wrong."""
    workspace = Workspace.load(config)
    settings = workspace.settings
    out.print(f"[green]the settings are sound[/] ({_name(config)})", soft_wrap=True)
    for advice in advised(settings):
        out.print(f"[yellow]advice[/] {advice}", soft_wrap=True)
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for job in jobs(settings, workspace.scheduled()):
        following = next_start(job.trigger, now())
        when = following.isoformat(timespec="seconds") if following else "never"
        table.add_row(f"[dim]{job.name}", when)
    out.print(table)


@command.command()
@click.option("--changed", is_flag=True, help="Only what is not at its default.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def show(config: Path | None, changed: bool, as_json: bool) -> None:
    """Show every setting with its value and origin. Secrets are masked."""
    workspace = Workspace.load(config)
    sources = workspace.settings.sources
    options = {
        name: source_options(spider, sources.get(name, {}))
        for name, spider in sorted(workspace.sources.items())
    }
    found = [
        origin
        for origin in origins(
            workspace.settings, options, _written(config), _name(config), os.environ
        )
        if not changed or origin.origin != "default"
    ]
    if as_json:
        click.echo(json.dumps([o._asdict() for o in found], ensure_ascii=False, indent=2))
        return
    out.print(_table(found))


def _table(found: list[Origin]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("setting", "value", "from"):
        table.add_column(name, overflow="fold")
    for key, value, origin in found:
        colour = "dim" if origin == "default" else "bold"
        table.add_row(key, value.replace("[", r"\["), f"[{colour}]{origin}")
    return table


def advised(settings: Settings) -> list[str]:
    """Return the settings that an operator should set and has not."""
    found = []
    if settings.fetch.contact == FetchSettings().contact:
        found.append("fetch.contact: say whom the sources' operators can reach")
    alarm = settings.alarm
    if not (alarm.command or alarm.webhook_url or alarm.apprise_urls.get_secret_value()):
        found.append("alarm: nobody hears of alarms; name a command, a webhook or an address")
    if alarm.webhook_url and not alarm.webhook_secret.get_secret_value():
        found.append("GRIFFIE_ALARM_WEBHOOK_SECRET: without it the webhook cannot be sure of us")
    return found


def _written(config: Path | None) -> dict[str, object]:
    path = config or DEFAULT_FILE
    if config is None and not path.exists():
        return {}
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _name(config: Path | None) -> str:
    path = config or DEFAULT_FILE
    return str(path) if path.exists() else "no settings file"

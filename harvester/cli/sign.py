"""`griffie sign`: vouch for what the archive holds now."""

from pathlib import Path

import click
from rich.markup import escape

from harvester.cli.console import out
from harvester.cli.workspace import Workspace
from harvester.errors import ConfigurationError
from harvester.snapshot.signing import sign_now

EPILOG = """\b
Example:
  griffie key new griffie.key && GRIFFIE_SIGNING_KEY=griffie.key griffie sign
\b
Exit codes: 0 signed (or signed before), 3 signed, but the authority gave no timestamp."""


@click.command(epilog=EPILOG)
@click.pass_obj
def command(config: Path | None) -> None:
    """Sign the heads of the logs with the key in the settings; each harvest does it at its end."""
    workspace = Workspace.load(config)
    settings = workspace.settings
    if not settings.signing.key:
        raise ConfigurationError("no signing.key in the settings; make one with `griffie key new`")
    archive = workspace.open_archive()
    with workspace.read_index():
        pass  # says what to do when there is none
    made = sign_now(archive, settings.index, settings.signing)
    out.print(f"signed: {escape(made)}" if made else "signed before; nothing is new")

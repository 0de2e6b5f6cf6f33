"""`griffie sign`: sign what the archive has now."""

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
Exit codes: 0 signed (or signed before), 3 signed, but the authority gave no timestamp, or a
witness did not cosign: the next harvest, or the next `griffie sign`, asks it again."""


@click.command(epilog=EPILOG)
@click.pass_obj
def command(config: Path | None) -> int:
    """Sign the archive with the key in the settings; each harvest does so at its end.

    A harvest signs what it brought. This command also looks for other unsigned objects, such as
    texts of a killed harvest.
    """
    workspace = Workspace.load(config)
    settings = workspace.settings
    if not settings.signing.key:
        raise ConfigurationError("no signing.key in the settings; make one with `griffie key new`")
    archive = workspace.open_archive()
    found = sign_now(archive, settings, all_objects=True)
    for key in found.made:
        out.print(f"signed: {escape(key)}", soft_wrap=True)
    if not found.made:
        out.print("signed before; nothing is new")
    for name, reason in found.unwitnessed.items():
        out.print(f"[yellow]not cosigned[/] by {escape(f'{name}: {reason}')}", soft_wrap=True)
    return 3 if found.unwitnessed else 0

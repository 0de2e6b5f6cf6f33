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
    """Sign what the archive holds with the key in the settings; each harvest does it at its end.

    A harvest signs what it brought. This command also looks for what nobody has signed yet, such as
    texts that were made by a harvest that was killed.
    """
    workspace = Workspace.load(config)
    settings = workspace.settings
    if not settings.signing.key:
        raise ConfigurationError("no signing.key in the settings; make one with `griffie key new`")
    archive = workspace.open_archive()
    made = sign_now(
        archive, settings.index, settings.signing, all_objects=True, options=settings.s3.options()
    )
    for key in made:
        out.print(f"signed: {escape(key)}", soft_wrap=True)
    if not made:
        out.print("signed before; nothing is new")

"""`griffie key`: manage the operator's signing key."""

import os
from pathlib import Path

import click
from rich.markup import escape

from archive.checkpoints import OBJECTS, origin_of
from archive.notes import NoteKey
from archive.signers import read_signers
from archive.statements import new_key, public_pem
from harvester.cli.console import out
from harvester.cli.workspace import Workspace
from harvester.errors import ConfigurationError
from harvester.snapshot.signing import hand_over, public_key, sign_now, witness_key

EPILOG = """\b
Examples:
  griffie key new griffie.key      # then, in griffie.toml: [signing] key = "griffie.key"
  griffie key show griffie.key     # its public half, as hex and as PEM, to publish
  griffie key logs                 # the verifier key of each log here, for others' witnesses
  griffie key rotate next.key      # hand over to another key: when one was stolen, or every year

\b
Keep the file secret: whoever has it can sign as you. Publish the public half where people know that
it is yours."""


@click.group(epilog=EPILOG)
def command() -> None:
    """Create an Ed25519 key to sign the archive with, or show its public half."""


@command.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
def new(path: Path) -> None:
    """Create a private key at PATH, readable only by you; nothing is overwritten."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ConfigurationError(f"{path} exists already; it was left as it is") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(new_key())
    out.print(f"made {escape(str(path))}; its public half is\n{public_key(path)}", soft_wrap=True)


@command.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def show(path: Path) -> None:
    """Print the public half of the key at PATH."""
    public = public_key(path)
    out.print(public, soft_wrap=True)
    out.print(public_pem(public).decode(), end="")
    out.print(f"as a witness it is\n{witness_key(public)}", soft_wrap=True)


@command.command()
@click.pass_obj
def logs(config: Path | None) -> None:
    """Print the verifier key of each log here, which witnesses need."""
    archive = Workspace.load(config).open_archive()
    signers = read_signers(archive.store)
    if signers is None:
        raise ConfigurationError("nobody has signed this archive yet; `griffie sign` does")
    for log in (*archive.sources(), OBJECTS):
        out.print(str(NoteKey(origin_of(archive, log), signers.current)), soft_wrap=True)


@command.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_obj
def rotate(config: Path | None, path: Path) -> None:
    """Hand over from the key in the settings to the one at PATH; then change the settings.

    Earlier signatures stay valid. From now on the old key's signatures are rejected.
    """
    workspace = Workspace.load(config)
    settings = workspace.settings
    if not settings.signing.key:
        raise ConfigurationError("no signing.key in the settings; there is nothing to hand over")
    archive = workspace.open_archive()
    sign_now(archive, settings)
    number = hand_over(archive, Path(settings.signing.key), path)
    out.print(
        f"{public_key(path)} signs from now on, as key {number} of this archive: "
        f'set signing.key = "{escape(str(path))}", and publish its public half',
        soft_wrap=True,
    )

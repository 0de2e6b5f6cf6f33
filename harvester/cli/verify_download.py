"""`griffie verify PATH`: a snapshot or a proof that somebody handed over, checked offline."""

import os
from pathlib import Path

from rich.markup import escape

from archive.evidence import Trust
from archive.memory import Memory, memory_path, read_memory
from archive.proofs import read_proof
from archive.snapshots import MANIFEST
from archive.stores.local import LocalStore
from harvester.cli.console import out
from harvester.errors import ConfigurationError
from harvester.settings import SigningSettings
from harvester.snapshot.download import (
    describe,
    is_file_of,
    signature_of,
    verify_snapshot,
)
from harvester.snapshot.signing import public_key


def trust_in(settings: SigningSettings, key: str | None, index: Path | None = None) -> Trust:
    """Return whom to believe: a public key, as hex, and the settings' authorities.

    Args:
        settings: without `key`, the key that this archive is signed with here counts.
        key: from the command line.
        index: beside which it is remembered who signed, and what.

    Raises:
        ConfigurationError: a file cannot be read, or this is no key.
    """
    roots = None
    if settings.timestamp_roots:
        try:
            roots = Path(settings.timestamp_roots).read_bytes()
        except OSError as error:
            raise ConfigurationError(f"signing.timestamp_roots: {error}") from error
    if key is not None and (len(key) != 64 or set(key) - set("0123456789abcdef")):
        raise ConfigurationError(f"{key!r} is no public key; `griffie key show` prints it")
    memory = read_memory(memory_path(index)) if index is not None else Memory()
    if key is None and index is not None and settings.key and os.access(settings.key, os.R_OK):
        key = public_key(Path(settings.key))
    return Trust(key, roots, memory)


def verify_path(path: Path, trust: Trust, files: tuple[Path, ...]) -> int:
    """Check a folder that holds a snapshot, or a file that is a proof; print what was found.

    Returns:
        The exit code: 0 or 4.

    Raises:
        ConfigurationError: it is neither.
    """
    if path.is_dir():
        if not (path / MANIFEST).exists():
            raise ConfigurationError(f"{path} is no snapshot: it has no {MANIFEST}")
        return _verify_snapshot(path, trust)
    return _verify_proof(path, trust, files)


def _verify_snapshot(path: Path, trust: Trust) -> int:
    store = LocalStore(path)
    findings = list(verify_snapshot(store, "", trust))
    for finding in findings:
        out.print(
            f"[red]damaged[/] {escape(f'{finding.object_key}: {finding.what}')}", soft_wrap=True
        )
    if findings:
        return 4
    signature = signature_of(store, "", trust)
    if signature is None:
        out.print("whole; nobody has signed it")
        return 0
    out.print(f"whole; signed at {signature.signed_at} by\n{signature.key}", soft_wrap=True)
    _tell_time(signature.stamped_at, trust)
    return 0


def _verify_proof(path: Path, trust: Trust, files: tuple[Path, ...]) -> int:
    try:
        proof = read_proof(path.read_bytes(), key=trust.key, roots=trust.roots)
    except ValueError as error:
        out.print(f"[red]does not hold[/] {escape(f'{path}: {error}')}", soft_wrap=True)
        return 4
    out.print(escape(f"proof about {proof.about}:"), soft_wrap=True)
    for shown in proof.entries:
        out.print(escape(f"  {describe(shown)}"), soft_wrap=True)
    out.print(f"signed at {proof.heads.signed_at} by\n{proof.heads.key}", soft_wrap=True)
    _tell_time(proof.stamped_at, trust)
    strange = [file for file in files if not is_file_of(proof, file)]
    for file in files:
        verdict = "[red]is not[/] a" if file in strange else "is a"
        out.print(f"{escape(str(file))} {verdict} file of this proof", soft_wrap=True)
    return 4 if strange else 0


def _tell_time(stamped_at: str | None, trust: Trust) -> None:
    if stamped_at is None:
        out.print("no authority has put the time on it")
    elif trust.roots is None:
        out.print(f"an authority put the time {stamped_at} on it, which was not checked: "
                  "signing.timestamp_roots names nobody")  # fmt: skip
    else:
        out.print(f"an authority that is trusted saw it at {stamped_at}")

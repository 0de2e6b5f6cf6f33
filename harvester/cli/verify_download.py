"""`griffie verify PATH`: verify a snapshot or a proof offline."""

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from rich.markup import escape

from archive.entries import Entry, PayloadEntry
from archive.evidence import Trust
from archive.line_proofs import read_line_proof
from archive.memory import Memory, memory_path, read_memory
from archive.proofs import is_old_proof, read_proof
from archive.snapshots import MANIFEST, digest_of
from archive.stores.local import LocalStore
from harvester.cli.console import out
from harvester.errors import ConfigurationError
from harvester.settings import SigningSettings
from harvester.snapshot.download import (
    describe,
    describe_line,
    signature_of,
    verify_snapshot,
)
from harvester.snapshot.proof_page import read_page
from harvester.snapshot.signing import public_key
from harvester.snapshot.witnesses import watchers
from harvester.times import to_text


def own_key(settings: SigningSettings) -> str | None:
    """Return the public key that signs here, as hex; None where there is none that can be read."""
    if settings.key and os.access(settings.key, os.R_OK):
        return public_key(Path(settings.key))
    return None


def trust_in(settings: SigningSettings, key: str | None, index: Path | None = None) -> Trust:
    """Return the trusted public key, as hex, and timestamp authorities.

    Args:
        settings: name the key to trust if `key` is None.
        key: from the command line.
        index: beside which the memory of signatures is.

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
    if key is None and index is not None:
        key = own_key(settings)
    witnesses = tuple(watcher.key for watcher in watchers(settings))
    return Trust(key, roots, memory, witnesses)


def verify_path(path: Path, trust: Trust, files: tuple[Path, ...], own: str | None = None) -> int:
    """Verify the folder of a snapshot, or a proof; print the result.

    Args:
        path: of it.
        trust: whose signatures count.
        files: that a proof must name.
        own: the key that signs here: where `trust` names no key, another signer is told.

    Returns:
        The exit code: 0 or 4.

    Raises:
        ConfigurationError: this is neither.
    """
    if path.is_dir():
        if not (path / MANIFEST).exists():
            raise ConfigurationError(f"{path} is no snapshot: it has no {MANIFEST}")
        return _verify_snapshot(path, trust, own)
    return _verify_proof(path, trust, files, own)


def _verify_snapshot(path: Path, trust: Trust, own: str | None) -> int:
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
    _tell_whose(signature.key, trust, own)
    _tell_time(signature.stamped_at, trust)
    return 0


def _verify_proof(path: Path, trust: Trust, files: tuple[Path, ...], own: str | None) -> int:
    data = path.read_bytes()
    try:
        data = read_page(data) or data
        checked = _old_proof(data, trust) if is_old_proof(data) else _proof(data, trust)
    except ValueError as error:
        out.print(f"[red]does not hold[/] {escape(f'{path}: {error}')}", soft_wrap=True)
        return 4
    for line in checked.told:
        out.print(escape(printable(line)), soft_wrap=True)
    _tell_whose(checked.signer, trust, own)
    _tell_time(checked.stamped_at, trust)
    out.print(escape(f"a proof about {printable(checked.about)}, as its maker says: compare"),
              soft_wrap=True)  # fmt: skip
    strange = [file for file in files if not _is_one_of(checked.sha256s, file)]
    for file in files:
        verdict = "[red]is not[/] a" if file in strange else "is a"
        out.print(f"{escape(str(file))} {verdict} file of this proof", soft_wrap=True)
    return 4 if strange else 0


class _Checked(NamedTuple):
    """A verified proof of either form."""

    about: str
    signer: str
    told: list[str]
    stamped_at: str | None
    sha256s: frozenset[str]
    """Digests of the files that it proves."""


def _proof(data: bytes, trust: Trust) -> _Checked:
    proof = read_line_proof(data, trust)
    told = [f"  {describe_line(shown)}" for shown in proof.entries]
    for source, (checkpoint, _) in proof.checkpoints.items():
        at = proof.stamped_at.get(source)
        stamped = f", which an authority saw at {at}" if at else ""
        told.append(
            f"log of {source}: {checkpoint.size} lines signed at {checkpoint.time}{stamped}"
        )
        told += [f"a witness signed at {_utc(at)}" for at in proof.witnessed_at[source]]
    told.append(f"signed by\n{proof.signer}")
    stamped_at = max(proof.stamped_at.values(), default=None)
    return _Checked(
        proof.about, proof.signer, told, stamped_at, _sha256s(s.entry for s in proof.entries)
    )


def _old_proof(data: bytes, trust: Trust) -> _Checked:
    proof = read_proof(data, key=trust.key, roots=trust.roots)
    told = [f"  {describe(shown)}" for shown in proof.entries]
    told.append(f"signed at {proof.heads.signed_at} by\n{proof.heads.key}")
    entries = (shown.entry for shown in proof.entries)
    return _Checked(proof.about, proof.heads.key, told, proof.stamped_at, _sha256s(entries))


def printable(text: str) -> str:
    """Return a text without control characters and without those that hide words."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def _utc(time_s: int) -> str:
    return to_text(datetime.fromtimestamp(time_s, UTC))


def _sha256s(entries: Iterable[Entry]) -> frozenset[str]:
    return frozenset(
        entry.sha256 for entry in entries if isinstance(entry, PayloadEntry) and entry.sha256
    )


def _is_one_of(sha256s: frozenset[str], path: Path) -> bool:
    with path.open("rb") as file:
        return digest_of(file)[0] in sha256s


def _tell_whose(signer: str, trust: Trust, own: str | None) -> None:
    """Say that it is not certain who signed, where nobody said whose signature counts."""
    if trust.key is None and own is not None and signer != own:
        out.print(f"[yellow]note[/] signing.key is another key, {own}: `--key` insists on one",
                  soft_wrap=True)  # fmt: skip
    elif trust.key is None and own is None:
        out.print("whose key that is was not checked: `--key` insists on one")


def _tell_time(stamped_at: str | None, trust: Trust) -> None:
    if stamped_at is None:
        out.print("no authority has put the time on it")
    elif trust.roots is None:
        out.print(f"an authority put the time {stamped_at} on it, which was not checked: "
                  "signing.timestamp_roots names nobody")  # fmt: skip
    else:
        out.print(f"an authority that is trusted saw it at {stamped_at}")

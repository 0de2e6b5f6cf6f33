"""An archive with everything that can be in one, signed."""

import random
from pathlib import Path

from archive import canonical
from archive.archive import Archive
from archive.signing import Signing
from archive.statements import load_key, new_key
from tests.unit.archive.makers import TIME, append, digest, payload, put_payload, record

KEY = load_key(new_key())
OTHER_KEY = load_key(new_key())
SOURCES = ("officielepublicaties", "tweedekamer")


def grow(archive: Archive, number: int) -> None:
    """Let a harvest of each source bring a segment, a file, a text and a report."""
    for source in SOURCES:
        content = f"%PDF-1.7 {source} {number} ".encode() * 20
        put_payload(archive, content)
        sha256 = digest(content)
        key = f"texts/griffie-text-2/{sha256[:2]}/{sha256}.json.gz"
        archive.put_text(key, canonical.pack(b'{"text":"%d"}' % number))
        log = archive.log(source)
        head = append(log, [record(number), payload(number, content)], log.head(), number).head
        archive.put_report(source, f"harvest-{number:04}", {"head_after": head._asdict()})


def sign(archive: Archive, time: str = TIME) -> list[str]:
    """Sign what is new, as a harvest does."""
    made = Signing(archive, KEY, time).sign(archive.unsigned)
    archive.unsigned = set()
    return made


def signed_archive(location: Path, rounds: int = 4) -> Archive:
    """Make one that was signed after each harvest."""
    archive = Archive.create(location, TIME)
    for number in range(1, rounds + 1):
        grow(archive, number)
        sign(archive, f"2026-11-{number:02}T00:00:00.000Z")
    return archive


def changed(data: bytes, dice: random.Random) -> bytes:
    """Change one byte, or add the only one."""
    if not data:
        return b"x"
    place, bit = dice.randrange(len(data)), 1 << dice.randrange(8)
    return data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]

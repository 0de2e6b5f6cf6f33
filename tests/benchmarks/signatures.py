"""What signing and proving cost, beside a log of a given length.

    python -m tests.benchmarks.signatures --lines 7300000

The older lines are hashes alone: neither a signer nor a prover reads them.
"""

import argparse
import tempfile
import time
from pathlib import Path

from archive.archive import Archive
from archive.checkpoints import Checkpoint, kept_key, last_checkpoint, log_place, origin_of
from archive.evidence import Trust
from archive.line_proofs import Place, make_line_proof, read_line_proof
from archive.merkle import leaf_hashes
from archive.mutable import replace
from archive.notes import Note, sign_note
from archive.signing import Signing
from archive.statements import load_key, new_key, public_hex
from archive.tiles import Growing, put_tile
from tests.unit.archive.makers import TIME, append, record

SOURCE = "tweedekamer"
RECORDS = 250
"""In a segment: a page of the feed."""
KEY = load_key(new_key())


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=7_300_000)
    parser.add_argument("--segments", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.create(Path(folder) / "archive", TIME)
        log = archive.log(SOURCE)
        entries = [record(number) for number in range(RECORDS)]
        first = append(log, list(entries), None)
        Signing(archive, KEY, TIME).sign()
        lengthen(archive, asked.lines)
        began = time.perf_counter()
        head = first.head
        for _ in range(asked.segments):
            head = append(log, list(entries), head).head
        written_s = time.perf_counter() - began
        began, worked = time.perf_counter(), time.process_time()
        Signing(archive, KEY, TIME).sign()
        signed_s, cpu_s = time.perf_counter() - began, time.process_time() - worked
        count = asked.segments * RECORDS
        print(
            f"signing {count} new entries after {asked.lines} lines: {signed_s:.2f} s, "
            f"{cpu_s / count * 1e6:.1f} us of CPU each (writing their segments: {written_s:.2f} s)"
        )
        began = time.perf_counter()
        Signing(archive, KEY, TIME).sign()
        print(f"signing nothing: {(time.perf_counter() - began) * 1e3:.1f} ms")
        place = Place(SOURCE, 1, 7, 0)
        began = time.perf_counter()
        proof = make_line_proof(archive, "a letter", [place])
        made_s = time.perf_counter() - began
        read_line_proof(proof, Trust(public_hex(KEY)))
        print(f"a proof: {made_s * 1e3:.1f} ms, {len(proof)} bytes with its line")


def lengthen(archive: Archive, lines: int) -> None:
    """Have the log's checkpoint cover many more lines than it has."""
    last = last_checkpoint(archive.store, SOURCE)
    assert last is not None
    growing = Growing.read(archive.store, log_place(SOURCE), last.checkpoint.size)
    filler = leaf_hashes([b"x"]) * 65_536
    while growing.size < lines:
        for tile, data in growing.add(filler):
            # Tiles of the lowest level that nobody reads are left out.
            if tile.level or tile.number == 0:
                put_tile(archive.store, f"{log_place(SOURCE)}{tile.path}", data)
    for tile, data in growing.edge():
        put_tile(archive.store, f"{log_place(SOURCE)}{tile.path}", data)
    origin = origin_of(archive, SOURCE)
    told = last.checkpoint.extension
    checkpoint = Checkpoint(origin, growing.size, growing.root(), told)
    note = Note(checkpoint.text, (sign_note(checkpoint.text, origin, KEY),))
    archive.store.erase(kept_key(SOURCE, last.checkpoint.size))
    archive.store.put_new(kept_key(SOURCE, growing.size), str(note).encode())
    replace(archive.store, f"{log_place(SOURCE)}checkpoint", str(note).encode())


if __name__ == "__main__":
    main()

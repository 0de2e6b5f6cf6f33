"""Go's own checksum-database code, which shares nothing with Griffie, agrees with it."""

import base64
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from archive import merkle
from archive.archive import Archive
from archive.checkpoints import kept_key, kept_sizes, origin_of
from archive.line_proofs import Place, make_line_proof
from archive.notes import COSIGNATURE, NoteKey, is_signed, parse_note
from archive.statements import public_hex
from archive.stores.local import LocalStore
from archive.tiles import Growing, TileReader, put_tile
from tests.unit.archive.signed import KEY, OTHER_KEY, signed_archive
from tests.unit.snapshot.operators import Operator

SOURCE = "tweedekamer"
GOCODE = Path("/usr/share/gocode")
PROGRAMS = Path(__file__).parent.parent / "go"


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compile what checks archives and proofs."""
    return compiled("checker", tmp_path_factory)


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compile what is a witness, and has a log that is witnessed."""
    return compiled("witness", tmp_path_factory)


def compiled(name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compile a program against Debian's golang-golang-x-mod-dev, offline."""
    if shutil.which("go") is None or not (GOCODE / "src/golang.org/x/mod/sumdb/note").exists():
        pytest.skip(
            "*** NO GO HERE: proofs are not checked by an independent implementation; install "
            "golang-go and golang-golang-x-mod-dev ***"
        )
    folder = tmp_path_factory.mktemp("go")
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GOCODE),
                   "GOCACHE": str(folder / "cache"), "GOFLAGS": ""}  # fmt: skip
    built, source = folder / name, PROGRAMS / f"{name}.go"
    subprocess.run(["go", "build", "-o", str(built), str(source)], check=True, env=environment)
    return built


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("signed") / "archive"
    signed_archive(made, rounds=80)
    return made


def run(checker: Path, *arguments: object, code: int = 0) -> str:
    done = subprocess.run([checker, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def tlog_proof(proof: bytes, entry: int) -> tuple[str, str]:
    """Return a proof as the standard has it, and the line that it proves."""
    said = json.loads(proof)
    told = said["entries"][entry]
    return f"{told['proof']}\n{said['checkpoints'][told['source']]}", told["text"]


def test_go_verifies_what_griffie_signed(checker: Path, folder: Path, tmp_path: Path) -> None:
    archive = Archive.open(folder)
    vkey = NoteKey(origin_of(archive, SOURCE), public_hex(KEY))
    sizes = kept_sizes(archive.store, SOURCE)
    for sequence, old in ((1, sizes[0]), (70, sizes[3]), (80, sizes[-1])):
        proof = make_line_proof(archive, "x", [Place(SOURCE, sequence, 2, (sequence - 1) * 4)])
        text, line = tlog_proof(proof, 0)
        (tmp_path / "proof").write_text(text, encoding="utf-8")
        (tmp_path / "line").write_text(line, encoding="utf-8")
        kept = kept_key(SOURCE, old).rpartition("/")[2]
        asked = ("verify", folder, SOURCE, vkey, tmp_path / "proof", tmp_path / "line", kept)
        assert run(checker, *asked).startswith("holds: 320 lines")
        (tmp_path / "line").write_text(line.replace("Motie", "Leugen"), encoding="utf-8")
        run(checker, *asked, code=1)
        (tmp_path / "line").write_text(line, encoding="utf-8")
        other = NoteKey(origin_of(archive, SOURCE), public_hex(OTHER_KEY))
        run(checker, *asked[:3], other, *asked[4:], code=1)


@pytest.mark.skipif(shutil.which("jq") is None, reason="*** NO JQ HERE: .ci/run installs it ***")
def test_the_documented_steps_lead_from_a_proof_to_what_go_checks(
    checker: Path, folder: Path, tmp_path: Path
) -> None:
    archive = Archive.open(folder)
    proof = make_line_proof(archive, "x", [Place(SOURCE, 70, 2, 69 * 4)])
    (tmp_path / "proof.json").write_bytes(proof)
    page = Path(__file__).parents[2] / "archive" / "PROOFS.md"
    [steps] = re.findall(r"^```sh\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)
    subprocess.run(["sh", "-ec", steps], cwd=tmp_path, check=True)
    # The verifier key as the page puts it together, by hand.
    origin, key = origin_of(archive, SOURCE), b"\x01" + bytes.fromhex(public_hex(KEY))
    key_id = hashlib.sha256(f"{origin}\n".encode() + key).digest()[:4].hex()
    vkey = f"{origin}+{key_id}+{base64.b64encode(key).decode()}"
    old = kept_key(SOURCE, kept_sizes(archive.store, SOURCE)[3]).rpartition("/")[2]
    files = tmp_path / "paper.tlog-proof", tmp_path / "paper.entry"
    assert run(checker, "verify", folder, SOURCE, vkey, *files, old).startswith("holds: ")


def test_griffie_reads_what_go_signed(checker: Path) -> None:
    name = "example.org/witness"
    key = NoteKey(name, public_hex(KEY))
    secret = base64.b64encode(b"\x01" + KEY.private_bytes_raw()).decode()
    text = "example.org/log\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    signed = run(checker, "sign", f"PRIVATE+KEY+{name}+{key.id.hex()}+{secret}", text)
    note = parse_note(signed.encode())
    assert note.text == text
    assert is_signed(note, key)
    assert not is_signed(note._replace(text=text.replace("5", "6")), key)


@pytest.mark.parametrize("seed", range(6))
def test_roots_and_proofs_are_gos(checker: Path, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    size = dice.randrange(2, 3000)
    place, old = dice.randrange(size), dice.randrange(1, size + 1)
    store = LocalStore.create(tmp_path / "store")
    growing = Growing()
    hashes = merkle.leaf_hashes([b"%d" % number for number in range(size)])
    for tile, data in (*growing.add(hashes), *growing.edge()):
        put_tile(store, tile.path, data)
    roots, record, consistency = run(checker, "tree", size, place, old).split("\n")[:3]
    root, before = map(base64.b64decode, roots.split())
    node = TileReader(store, "", size, growing.root()).node
    assert root == growing.root()
    assert before == merkle.root_hash(node, old)
    theirs = [base64.b64decode(one) for one in record.split()]
    assert theirs == merkle.inclusion_proof(node, place, size)
    theirs = [base64.b64decode(one) for one in consistency.split()]
    assert theirs == merkle.consistency_proof(node, old, size)
    assert merkle.is_consistent(old, before, size, root, theirs)


def test_a_witness_in_go_cosigns_what_griffie_signs(stranger: Path, tmp_path: Path) -> None:
    one = Operator.at(tmp_path / "one")
    name = "example.org/witness"
    witness = NoteKey(name, public_hex(OTHER_KEY), COSIGNATURE)
    seed = base64.b64encode(OTHER_KEY.private_bytes_raw()).decode()
    with subprocess.Popen(
        [stranger, "serve", seed, name, *one.log_keys()], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            for number in (2, 3, 4):
                one.harvest(number)
                assert one.sign(f"{witness} submit {url}").unwitnessed == {}
                assert one.lacks(witness) == []
        finally:
            process.terminate()


def test_griffie_cosigns_a_log_in_go_while_it_only_grows(stranger: Path, tmp_path: Path) -> None:
    one = Operator.at(tmp_path / "one")
    name = "example.org/log"
    key = NoteKey(name, public_hex(KEY))
    secret = base64.b64encode(b"\x01" + KEY.private_bytes_raw()).decode()
    skey = f"PRIVATE+KEY+{name}+{key.id.hex()}+{secret}"
    with one.witnessing(str(key)) as url:

        def submit(old: int, size: int, part: int = 1000) -> str:
            return run(stranger, "submit", url, one.witness, skey, old, size, part).strip()

        assert submit(0, 5) == "cosigned"
        assert submit(5, 300) == "cosigned"
        assert submit(300, 300) == "cosigned"
        assert submit(0, 5) == "409 text/x.tlog.size 300"
        assert submit(300, 300, part=200) == "409 text/x.tlog.size 300"
        assert submit(300, 400, part=200).startswith("422")
        assert submit(300, 400, part=350) == "cosigned"
        assert submit(401, 400).startswith("400")

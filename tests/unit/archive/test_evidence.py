"""What was signed stays what it is: every change, removal and forgery is found and named."""

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import canonical, keys
from archive.archive import Archive, read_marker
from archive.checkpoints import kept_key, kept_sizes, last_checkpoint
from archive.errors import SignatureMissing
from archive.evidence import ANYBODY, Trust
from archive.fixity import VerifyReport, verify
from archive.memory import Memory
from archive.repairing import mend
from archive.signing import Signing
from archive.statements import public_hex
from tests.unit.archive.makers import TIME, digest
from tests.unit.archive.signed import KEY, OTHER_KEY, SOURCES, changed, grow, sign, signed_archive

PUBLIC = public_hex(KEY)
CHANGES = 150
"""By hand as many as one likes: `pytest tests/end_to_end/test_snapshots.py --changed-bytes N`."""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signed") / "archive"
    signed_archive(folder)
    return folder


@pytest.fixture
def root(model: Path, tmp_path: Path) -> Path:
    shutil.copytree(model, tmp_path / "archive")
    return tmp_path / "archive"


def found(root: Path, trust: Trust = ANYBODY) -> dict[str, str]:
    report = verify(Archive.open(root), trust=trust, workers=1)
    return {finding.object_key: finding.what for finding in report.findings}


def seen(root: Path) -> Memory:
    report = verify(Archive.open(root), workers=1)
    assert report.signer is not None
    return Memory().with_seen(report.signer, report.seen)


def write(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file() and ".tmp" not in path.parts)


def test_a_signed_archive_is_whole(root: Path) -> None:
    report: VerifyReport = verify(Archive.open(root), trust=Trust(PUBLIC), workers=1)
    assert report.findings == report.notes == ()
    assert report.signer == PUBLIC
    assert set(report.seen) == {*SOURCES, "_objects"}
    assert read_marker(Archive.open(root).store)["signed_by"] == PUBLIC


def test_no_changed_byte_is_missed_anywhere(root: Path) -> None:
    dice = random.Random(20)
    paths = files(root)
    missed = []
    for _ in range(CHANGES):
        path = dice.choice(paths)
        data = path.read_bytes()
        write(path, changed(data, dice))
        key = path.relative_to(root).as_posix()
        try:
            said = found(root)
        except Exception as error:  # noqa: BLE001 - named here, whatever it is
            said = {str(error): ""}
        if key not in said and key != "griffie.json":
            missed.append((key, list(said)[:3]))
        write(path, data)
    assert missed == []


def test_no_removed_object_is_missed(root: Path) -> None:
    missed = []
    for path in files(root):
        key = path.relative_to(root).as_posix()
        if key == "griffie.json" or key.startswith("texts/"):
            continue  # without a marker it is no archive; a lost text is made again
        data = path.read_bytes()
        path.unlink()
        if not found(root) and ".p/" not in key:
            missed.append(key)
        write(path, data)
    assert missed == []


def test_what_comes_later_is_signed_without_reading_what_was(root: Path) -> None:
    archive = Archive.open(root)
    grow(archive, 90)
    assert found(root) == {}
    for source in SOURCES:
        first = root / keys.segment_key(source, 1)
        first.rename(root / f"{source}.away")
    assert len(sign(archive)) == 3
    for source in SOURCES:
        (root / f"{source}.away").rename(root / keys.segment_key(source, 1))
    assert found(root, Trust(PUBLIC)) == {}
    assert sign(archive) == []


def test_a_killed_signer_goes_on(root: Path) -> None:
    archive = Archive.open(root)
    grow(archive, 91)
    before = {path: path.read_bytes() for path in files(root)}
    sign(archive)
    after = {path: path.read_bytes() for path in files(root)}
    dice = random.Random(3)
    for _ in range(12):
        made = [path for path in after if before.get(path) != after[path]]
        for path in dice.sample([path for path in made if "checkpoint" not in path.name
                                 and path.parent.name != "checkpoints"], 2):  # fmt: skip
            path.unlink(missing_ok=True)
        for path in made:
            if "evidence" in path.parts and (path.name == "checkpoint" or
                                             path.parent.name == "checkpoints"):  # fmt: skip
                path.unlink()
                if path in before:
                    write(path, before[path])
        again = Archive.open(root)
        Signing(again, KEY, TIME).sign(all_objects=True)
        assert found(root, Trust(PUBLIC)) == {}
        after |= {path: path.read_bytes() for path in files(root)}


# Attacks -----------------------------------------------------------------------------------------


def strip(root: Path) -> None:
    """Take away all that was signed."""
    shutil.rmtree(root / "evidence")


def unmark(root: Path) -> None:
    marker = json.loads((root / "griffie.json").read_bytes())
    del marker["signed_by"]
    write(root / "griffie.json", canonical.seal(marker))


def rewrite(root: Path) -> None:
    """Write every title anew, and seal the chain anew."""
    for source in SOURCES:
        previous = None
        for path in sorted((root / "log" / source).iterdir()):
            lines = [json.loads(line) for line in canonical.unpack(path.read_bytes()).splitlines()]
            for line in lines:
                if "raw" in line:
                    line["raw"] = line["raw"].replace("Motie", "Leugen")
            lines[0]["previous"] = previous
            data = canonical.pack(b"".join(canonical.encode(line) + b"\n" for line in lines))
            write(path, data)
            previous = digest(data)
        for path in (root / "harvests" / source).iterdir():
            path.unlink()


def cut(root: Path) -> None:
    """Take away the last segment, its report, and what was signed after it."""
    for source in SOURCES:
        sorted((root / "log" / source).iterdir())[-1].unlink()
        sorted((root / "harvests" / source).iterdir())[-1].unlink()


def resign(root: Path) -> None:
    archive = Archive.open(root)
    Signing(archive, OTHER_KEY, TIME).sign(all_objects=True)


def roll_back(root: Path) -> None:
    """Put everything back to where it was one harvest before, with its right signatures."""
    cut(root)
    archive = Archive.open(root)
    for log in (*SOURCES, "_objects"):
        place = root / "evidence" / log
        *_, before, last = kept_sizes(archive.store, log)
        (root / kept_key(log, last)).unlink()
        write(place / "checkpoint", (root / kept_key(log, before)).read_bytes())
        for path in (place / "tile").rglob(f"{last % 256}"):
            path.unlink()


def step(*steps: Callable[[Path], None]) -> Callable[[Path], None]:
    def run(root: Path) -> None:
        for one in steps:
            one(root)

    return run


@pytest.mark.parametrize(
    "attack",
    [step(strip), step(strip, rewrite), step(rewrite), step(cut), step(strip, cut),
     step(strip, unmark), step(strip, unmark, rewrite), step(strip, unmark, resign),
     step(strip, unmark, rewrite, resign), step(roll_back)],
    ids=["strip", "strip-rewrite", "rewrite", "cut", "strip-cut", "strip-unmark",
         "strip-unmark-rewrite", "resign", "rewrite-resign", "roll-back"],
)  # fmt: skip
def test_who_remembers_is_not_fooled(root: Path, attack: Callable[[Path], None]) -> None:
    memory = seen(root)
    attack(root)
    assert found(root, Trust(memory=memory))


@pytest.mark.parametrize("attack", [strip, rewrite, cut])
def test_the_archive_itself_tells_who_did_not_take_everything(
    root: Path, attack: Callable[[Path], None]
) -> None:
    attack(root)
    assert found(root)


def test_a_pinned_key_is_insisted_on(root: Path) -> None:
    assert found(root, Trust(public_hex(OTHER_KEY)))
    step(strip, unmark, resign)(root)
    assert found(root, Trust(PUBLIC))
    assert found(root, Trust(public_hex(OTHER_KEY))) == {}


def test_an_empty_archive_need_not_be_signed_yet(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "new", TIME)
    assert verify(archive, trust=Trust(PUBLIC), workers=1).findings == ()
    grow(archive, 1)
    assert len(verify(archive, trust=Trust(PUBLIC), workers=1).findings) == 1


def test_nobody_signs_over_what_another_signed(root: Path) -> None:
    archive = Archive.open(root)
    with pytest.raises(SignatureMissing):
        Signing(archive, OTHER_KEY, TIME).sign()
    memory = seen(root)
    roll_back(root)
    with pytest.raises(SignatureMissing):
        Signing(Archive.open(root), KEY, TIME).sign((), memory)
    strip(root)
    with pytest.raises(SignatureMissing):
        Signing(Archive.open(root), KEY, TIME).sign((), memory)


@pytest.mark.parametrize("folder", ["texts", "harvests"])
def test_a_forged_text_or_report_is_named(root: Path, folder: str) -> None:
    forged = [path for path in files(root) if folder in path.parts]
    for path in forged:
        data = path.read_bytes()
        write(path, canonical.pack(b"forged") if folder == "texts" else
              canonical.seal({**json.loads(data), "seen": 1}))  # fmt: skip
    assert set(found(root)) == {path.relative_to(root).as_posix() for path in forged}


def test_swapped_reports_are_named(root: Path) -> None:
    one, two = sorted((root / "harvests" / SOURCES[0]).iterdir())[:2]
    data = one.read_bytes()
    write(one, two.read_bytes())
    write(two, data)
    assert len(found(root)) == 2


def test_a_clock_that_was_wrong_once_does_no_harm(root: Path) -> None:
    archive = Archive.open(root)
    for number, time in enumerate(["2028-01-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z"], 50):
        grow(archive, number)
        sign(archive, time)
    assert found(root, Trust(PUBLIC)) == {}
    last = last_checkpoint(archive.store, SOURCES[0])
    assert last is not None
    assert last.checkpoint.time == "2026-12-01T00:00:00.000Z"


def test_everything_is_mended_in_one_run(root: Path, model: Path) -> None:
    dice = random.Random(11)
    original = {path.relative_to(root): path.read_bytes() for path in files(root)}
    for path in files(root):
        if path.name != "griffie.json" and ".p" not in path.parent.name and dice.random() < 0.6:
            write(path, changed(path.read_bytes(), dice)) if dice.random() < 0.7 else path.unlink()
    mended = mend(Archive.open(root), Archive.open(model), Trust(PUBLIC), lambda _: None)
    assert mended.before
    assert mended.after == mended.left == ()
    assert found(root) == {}
    found_now = {path.relative_to(root): path.read_bytes() for path in files(root)}
    texts = {path for path in original if path.parts[0] == "texts"}
    assert {path: data for path, data in found_now.items() if path not in texts} == {
        path: data for path, data in original.items() if path not in texts
    }

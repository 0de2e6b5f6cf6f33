"""A signed archive in a bucket: changed objects are named, and mended in one run."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from archive.archive import Archive
from archive.copying import copy, open_copy
from archive.errors import DocumentDamaged
from archive.evidence import Trust
from archive.fixity import verify
from archive.repairing import mend
from archive.statements import public_hex
from archive.stores.local import LocalStore
from archive.stores.location import create_store
from archive.stores.options import S3Options
from tests.contract.servers import ENVIRONMENT, moto_server
from tests.unit.archive.signed import KEY, changed, signed_archive

BUCKET = "papers"
CHANGES = 12
TRUST = Trust(public_hex(KEY))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with moto_server() as running:
        yield running


@pytest.fixture
def options(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> S3Options:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return S3Options(
        endpoint_url=url, region="eu-west-1", path_style=True, staging=tmp_path / "staging"
    )


def copied(model: Archive, place: str, options: S3Options) -> Archive:
    """Copy an archive into a bucket, with its texts, which a copy makes itself elsewhere."""
    archive = open_copy(model, create_store(place, options))
    copy(model, archive, lambda _: None)
    for info in model.store.list("texts/"):
        archive.store.put_derived(info.key, model.store.get(info.key))
    assert verify(archive, trust=TRUST).findings == ()
    return archive


def test_changes_in_a_bucket_are_named_and_mended(options: S3Options, tmp_path: Path) -> None:
    model = signed_archive(tmp_path / "model", rounds=3)
    archive = copied(model, f"s3://{BUCKET}/griffie", options)
    client: Any = boto3.client("s3", endpoint_url=options.endpoint_url, region_name=options.region)
    dice = random.Random(7)
    keys = [info.key for info in archive.store.list() if info.key != "griffie.json"]
    broken = dice.sample(keys, CHANGES)
    for key in broken:
        data = changed(archive.store.get(key), dice)
        client.put_object(Bucket=BUCKET, Key=f"griffie/{key}", Body=data)
    found = {finding.object_key for finding in verify(archive, trust=TRUST).findings}
    assert found, broken
    mended = mend(archive, model, TRUST, lambda _: None)
    assert mended.after == mended.left == ()
    for key in keys:
        assert archive.store.get(key) == model.store.get(key), key


@pytest.mark.long
def test_no_changed_byte_in_a_bucket_is_missed(
    options: S3Options, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    model = signed_archive(tmp_path / "model", rounds=3)
    archive = copied(model, f"s3://{BUCKET}/changed", options)
    keys = sorted(info.key for info in archive.store.list())
    assert {key.partition("/")[0] for key in keys} == {
        "griffie.json", "log", "payloads", "harvests", "evidence", "texts"
    }  # fmt: skip
    dice = random.Random(12)
    path = tmp_path / "changed"
    for _ in range(request.config.getoption("--changed-bytes")):
        key = dice.choice(keys)
        path.write_bytes(changed(archive.store.get(key), dice))
        archive.store.replace(key, path)
        assert key in named(archive), key
        path.write_bytes(model.store.get(key))
        archive.store.replace(key, path)
    assert named(archive) == set()


def named(archive: Archive) -> set[str]:
    """Return what is damaged; a marker that cannot be read stops all that reads an archive."""
    try:
        report = verify(Archive(archive.store), trust=TRUST)
    except DocumentDamaged as error:
        return {error.key}
    return {finding.object_key for finding in report.findings}


def test_a_copy_has_what_was_signed(tmp_path: Path) -> None:
    model = signed_archive(tmp_path / "model", rounds=3)
    target = open_copy(model, LocalStore.create(tmp_path / "copy"))
    copy(model, target, lambda _: None)
    assert verify(target, trust=TRUST, workers=1).findings == ()
    assert copy(model, target, lambda _: None).size_bytes == 0

"""What a bucket adds to the promises of every store."""

import hashlib
import pickle
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest

from archive.archive import Archive
from archive.errors import (
    ArchiveNotFound,
    LeaseHeld,
    LeaseLost,
    StoreForbidden,
    StoreUnavailable,
)
from archive.keys import segment_key
from archive.log import Log
from archive.stores import bucket_lease, multipart
from archive.stores.location import open_store
from archive.stores.options import S3Options
from archive.stores.s3 import S3Store
from tests.contract.proxy import misbehaving
from tests.contract.servers import ENVIRONMENT

BUCKET = "papers"


@pytest.fixture
def options(moto: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> S3Options:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return S3Options(
        endpoint_url=moto, region="eu-west-1", path_style=True, staging=tmp_path / "staging"
    )


@pytest.fixture
def client(moto: str, options: S3Options) -> Any:
    return boto3.client("s3", endpoint_url=moto, region_name=options.region)


@pytest.fixture
def store(options: S3Options, tmp_path: Path) -> S3Store:
    made = S3Store(BUCKET, f"{tmp_path.name}/", options)
    made.prepare()
    return made


def test_a_bucket_is_made_and_keeps_versions(store: S3Store, client: Any) -> None:
    assert client.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    store.prepare()


def test_of_a_part_no_more_is_fetched(store: S3Store) -> None:
    store.put_new("a", bytes(range(256)) * 40_000)
    sizes = []
    store._bucket.client.meta.events.register(
        "after-call.s3.GetObject", lambda parsed, **_: sizes.append(parsed["ContentLength"])
    )
    with store.open_range("a", 9_000_000, 9_000_100) as part:
        assert part.read(1000) == (bytes(range(256)) * 40_000)[9_000_000:9_000_100]
    assert sizes == [100]


def test_a_large_file_goes_in_parts_and_comes_back_the_same(
    store: S3Store, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multipart, "PART_BYTES", 5 * 1024 * 1024)
    content = bytes(range(251)) * 50_000
    paths = [tmp_path / "large", tmp_path / "again"]
    for path in paths:
        path.write_bytes(content)
        store.put_files({"payloads/aa/large": path})
        assert not path.exists()
    with store.open("payloads/aa/large") as file:
        assert hashlib.sha256(file.read()).digest() == hashlib.sha256(content).digest()
        assert Path(file.name).is_file()
    assert not Path(file.name).exists()
    head = client.head_object(Bucket=BUCKET, Key=f"{tmp_path.name}/payloads/aa/large")
    assert head["ETag"].strip('"').endswith("-3")
    assert "Uploads" not in client.list_multipart_uploads(Bucket=BUCKET)


def test_many_files_go_at_once(store: S3Store, tmp_path: Path) -> None:
    files = {f"payloads/{n:02x}/{n}": tmp_path / f"f{n}" for n in range(100)}
    for key, path in files.items():
        path.write_bytes(key.encode())
    store.put_files(files)
    assert [info.key for info in store.list("payloads/")] == sorted(files)


def test_an_object_says_how_it_is_stored(options: S3Options, client: Any, tmp_path: Path) -> None:
    store = S3Store(
        BUCKET,
        f"{tmp_path.name}/",
        replace(options, storage_class="STANDARD_IA", encryption="AES256"),
    )
    store.prepare()
    store.put_new("a", b"x")
    head = client.head_object(Bucket=BUCKET, Key=f"{tmp_path.name}/a")
    assert (head["StorageClass"], head["ServerSideEncryption"]) == ("STANDARD_IA", "AES256")


def test_what_is_locked_cannot_be_deleted(options: S3Options, client: Any) -> None:
    store = S3Store("locked", "", replace(options, lock_days=30))
    store.prepare()
    store.put_new("a", b"x")
    head = client.head_object(Bucket="locked", Key="a")
    assert head["ObjectLockMode"] == "GOVERNANCE"
    with pytest.raises(client.exceptions.ClientError):
        client.delete_object(Bucket="locked", Key="a", VersionId=head["VersionId"])


def test_what_is_erased_leaves_no_version(options: S3Options, client: Any, tmp_path: Path) -> None:
    for lock_days in (0, 30):
        store = S3Store(f"erased-{lock_days}", "", replace(options, lock_days=lock_days))
        store.prepare()
        store.put_new("payloads/aa/x", b"first")
        source = tmp_path / "source"
        source.write_bytes(b"second")
        store.replace("payloads/aa/x", source)
        store.erase("payloads/aa/x")
        assert "Versions" not in client.list_object_versions(
            Bucket=f"erased-{lock_days}", Prefix="payloads/"
        )


def test_what_nobody_may_erase_is_said(options: S3Options, client: Any) -> None:
    store = S3Store("kept", "", replace(options, lock_days=30, lock_mode="COMPLIANCE"))
    store.prepare()
    store.put_new("a", b"x")
    with pytest.raises(StoreForbidden):
        store.erase("a")
    assert store.get("a") == b"x"


def test_what_killed_writers_began_to_send_is_given_up(
    store: S3Store, client: Any, tmp_path: Path
) -> None:
    client.create_multipart_upload(Bucket=BUCKET, Key=f"{tmp_path.name}/payloads/aa/half")
    (store.staging / "left").write_bytes(b"half")
    store.sweep(3600)
    assert (store.staging / "left").exists()
    store.sweep(-60)
    assert not (store.staging / "left").exists()
    assert "Uploads" not in client.list_multipart_uploads(Bucket=BUCKET)


@pytest.mark.parametrize("seed", range(4))
def test_a_bad_way_changes_no_byte(
    options: S3Options, store: S3Store, moto: str, tmp_path: Path, seed: int
) -> None:
    with misbehaving(moto, seed=seed, share=0.3) as (bad_url, proxy):
        far = S3Store(BUCKET, f"{tmp_path.name}/", replace(options, endpoint_url=bad_url))
        for number in range(12):
            content = bytes([number]) * 30_000
            try:
                far.put_new(f"log/{number}", content)
            except StoreUnavailable:
                store.put_new(f"log/{number}", content)
            try:
                assert far.get(f"log/{number}") == content
            except StoreUnavailable:
                assert store.get(f"log/{number}") == content
        assert proxy.struck
    assert [store.get(info.key)[0] for info in store.list()] == sorted(
        range(12), key=lambda n: f"log/{n}"
    )


def test_strangers_in_the_bucket_are_no_objects(
    store: S3Store, client: Any, tmp_path: Path
) -> None:
    store.put_new("a", b"x")
    for key in (
        f"{tmp_path.name}/.hidden",
        f"{tmp_path.name}/b/",
        "elsewhere",
        f"{tmp_path.name}x",
    ):
        client.put_object(Bucket=BUCKET, Key=key, Body=b"")
    assert [info.key for info in store.list()] == ["a"]


def test_where_a_second_put_was_refused_readers_do_not_look_which_came_first(
    store: S3Store,
) -> None:
    for number in (1, 2):
        store.put_new(segment_key("a", number), b"x")
    reader = copy(store)
    asked: list[str] = []
    reader._bucket.client.meta.events.register(
        "before-call.s3", lambda model, **_: asked.append(model.name)
    )
    for number in (1, 2):
        reader.get(segment_key("a", number))
    assert asked == ["HeadObject", "GetObject", "GetObject"]


def test_a_store_travels_to_another_process_as_a_name(store: S3Store) -> None:
    store.put_new("a", b"x")
    assert pickle.loads(pickle.dumps(store)).get("a") == b"x"


def test_a_missing_bucket_is_said(options: S3Options) -> None:
    with pytest.raises(ArchiveNotFound, match="s3://nowhere"):
        Archive.open("s3://nowhere/x", options)
    with pytest.raises(ArchiveNotFound):
        list(open_store("s3://nowhere/x", options).list())


def test_missing_credentials_are_said(
    options: S3Options, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    with pytest.raises(StoreForbidden, match="credentials"):
        S3Store(BUCKET, "", options).get("a")


class Lossy(BaseHTTPRequestHandler):
    """Takes a put, loses the answer, and says at the second attempt that the key is taken."""

    stored: bytes | None = None
    status = 503

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if Lossy.stored is None:
            Lossy.stored = body
            self.close_connection = True
            return
        self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")

    def do_GET(self) -> None:
        if Lossy.stored is None:
            self._answer(Lossy.status, b"<Error><Code>SlowDown</Code></Error>")
        else:
            self._answer(200, Lossy.stored)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def lossy(options: S3Options) -> Iterator[S3Store]:
    Lossy.stored = None
    server = ThreadingHTTPServer(("127.0.0.1", 0), Lossy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield S3Store(
        BUCKET, "", replace(options, endpoint_url=f"http://127.0.0.1:{server.server_port}")
    )
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_put_whose_answer_was_lost_is_no_lost_race(lossy: S3Store) -> None:
    # The checksum trailer that botocore adds would be part of what this small server stores.
    lossy._bucket.client.meta.config.request_checksum_calculation = "when_required"
    lossy.put_new("a", b"ours")
    assert Lossy.stored == b"ours"


def test_a_server_that_stays_overloaded_is_said(
    lossy: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    with pytest.raises(StoreUnavailable):
        lossy.get("a")


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let leases live for four seconds; servers tell times in whole ones."""
    for name, seconds in (("LIFE_S", 4.0), ("RENEWAL_S", 0.3), ("TRUST_S", 1.5)):
        monkeypatch.setattr(bucket_lease, name, seconds)


@pytest.mark.usefixtures("hasty")
def test_a_lease_lasts_as_long_as_it_is_renewed(store: S3Store, client: Any) -> None:
    with store.lease("testland", "a") as lease:
        time.sleep(5)
        lease.check()
        with pytest.raises(LeaseHeld), store.lease("testland", "b"):
            pass
    versions = client.list_object_versions(Bucket=BUCKET, Prefix=store._bucket.prefix)
    assert "Versions" not in versions
    assert "DeleteMarkers" not in versions


@pytest.mark.usefixtures("hasty")
def test_a_lease_that_cannot_be_renewed_is_lost_before_another_can_have_it(
    store: S3Store, options: S3Options, moto: str
) -> None:
    with (
        misbehaving(moto, seed=1, share=0.0) as (proxied, proxy),
        S3Store(BUCKET, store._bucket.prefix, replace(options, endpoint_url=proxied)).lease(
            "testland", "a"
        ) as lease,
    ):
        lease.check()
        proxy.share = 1.0
        taken_at = lost_at = 0.0
        while not (taken_at and lost_at):
            if not lost_at:
                try:
                    lease.check()
                except LeaseLost:
                    lost_at = time.monotonic()
            if not taken_at:
                with suppress(LeaseHeld), store.lease("testland", "b"):
                    taken_at = time.monotonic()
            time.sleep(0.02)
        assert lost_at < taken_at
        proxy.share = 0.0


@pytest.mark.usefixtures("hasty")
def test_a_writer_that_was_killed_goes_on_at_once_and_others_when_its_claim_has_ended(
    store: S3Store, client: Any
) -> None:
    client.put_object(
        Bucket=BUCKET, Key=f"{store._bucket.prefix}.lease/testland/killed", Body=b"no json"
    )
    with pytest.raises(LeaseHeld, match="killed"), store.lease("testland", "other"):
        pass
    with store.lease("testland", "killed"):
        pass
    client.put_object(
        Bucket=BUCKET,
        Key=f"{store._bucket.prefix}.lease/testland/killed",
        Body=b'{"host": "far", "pid": 12}',
    )
    with pytest.raises(LeaseHeld, match="process 12 of far"), store.lease("testland", "other"):
        pass
    time.sleep(5)
    with store.lease("testland", "other"):
        pass


def test_a_segment_is_not_written_when_the_lease_was_lost(store: S3Store) -> None:
    class Lost:
        def check(self) -> None:
            raise LeaseLost("testland")

    log = Log(store, "testland", Lost())
    with pytest.raises(LeaseLost):
        log.append([], {}, after=None, harvest="h", written_at="2026-11-23T20:15:09.120Z")
    assert list(store.list()) == []

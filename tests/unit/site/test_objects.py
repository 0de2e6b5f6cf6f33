"""A site gives the archive's objects by their keys, whole or in part, and nothing else."""

import asyncio
import re
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from datasette.app import Datasette

from archive.archive import Archive
from archive.stores.local import LocalStore
from archive.stores.ranged_read import RangedRead, ranged_read
from harvester.index import Index
from harvester.site.app import make_site
from harvester.site.objects import PATTERN
from tests.unit.archive.makers import small_archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return small_archive(tmp_path / "archive")


@pytest.fixture
def site(tmp_path: Path, archive: Archive) -> Datasette:
    Index.open(tmp_path / "index.sqlite", {}).close()
    return make_site(tmp_path / "index.sqlite", archive)


def ask(site: Datasette, path: str, method: str = "GET", **headers: str) -> Any:
    async def answer() -> Any:
        return await site.client.request(method, path, headers=headers)

    return asyncio.run(answer())


def test_every_object_is_given_as_it_is(site: Datasette, archive: Archive) -> None:
    for info in archive.store.list():
        answer = ask(site, f"/archive/{info.key}")
        assert (answer.status_code, answer.content) == (200, archive.store.get(info.key))
        # What may be taken down is asked for again, whatever a cache between holds.
        is_takeable = info.key.startswith(("payloads/", "texts/"))
        kept = "no-cache" if is_takeable else "public, max-age=31536000, immutable"
        assert answer.headers["cache-control"] == kept
        head = ask(site, f"/archive/{info.key}", "HEAD")
        assert head.headers["content-length"] == str(info.size_bytes)
        assert head.content == b""


@pytest.mark.parametrize(
    ("asked", "part"),
    [("bytes=2-5", slice(2, 6)), ("bytes=10-", slice(10, None)), ("bytes=-7", slice(-7, None))],
)
def test_a_part_is_given_where_it_is_asked_for(
    site: Datasette, archive: Archive, asked: str, part: slice
) -> None:
    key = next(archive.store.list("payloads/")).key
    whole = archive.store.get(key)
    answer = ask(site, f"/archive/{key}", Range=asked)
    assert (answer.status_code, answer.content) == (206, whole[part])
    first = range(len(whole))[part].start
    assert answer.headers["content-range"].startswith(f"bytes {first}-")
    beyond = ask(site, f"/archive/{key}", Range=f"bytes={len(whole)}-")
    assert (beyond.status_code, beyond.content) == (416, b"")
    assert ask(site, f"/archive/{key}", Range="bytes=a-b").content == whole


def test_what_is_replaced_is_asked_for_again_each_time(site: Datasette, archive: Archive) -> None:
    for key in ("heads.json", "snapshots/snapshots.json", "evidence/testland/checkpoint"):
        archive.store.put_new(key, b"{}")
        answer = ask(site, f"/archive/{key}")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")


class Piecemeal(LocalStore):
    """A store of which large objects are never opened whole."""

    def open(self, key: str) -> BinaryIO:
        assert not key.startswith(("snapshots/", "payloads/"))
        return super().open(key)

    def open_range(self, key: str, first: int, stop: int) -> RangedRead:
        return ranged_read(partial(super().open, key), first, stop, key)


def test_of_a_large_object_no_more_is_read_than_is_sent(tmp_path: Path, archive: Archive) -> None:
    key, content = "snapshots/one/files/2026.tar", bytes(range(256)) * 4000
    archive.store.put_new(key, content)
    Index.open(tmp_path / "index.sqlite", {}).close()
    site = make_site(tmp_path / "index.sqlite", Archive(Piecemeal(tmp_path / "archive")))
    part = ask(site, f"/archive/{key}", Range="bytes=1000-299999")
    assert (part.status_code, part.content) == (206, content[1000:300_000])
    whole = ask(site, f"/archive/{key}")
    assert (whole.status_code, whole.content) == (200, content)
    head = ask(site, f"/archive/{key}", "HEAD", Range="bytes=5-9")
    assert (head.status_code, head.headers["content-length"], head.content) == (206, "5", b"")


@pytest.mark.parametrize(
    "path",
    [
        "/log/tweedekamer/0000000099.jsonl.gz",
        "/payloads/ab/" + "0" * 64,
        "/snapshots/none/snapshot.json",
        "/snapshots/x/.hidden",
        "/snapshots/x//y",
    ],
)
def test_what_is_not_there_is_not_found(site: Datasette, path: str) -> None:
    assert ask(site, f"/archive{path}").status_code == 404


@pytest.mark.parametrize("key", ["harvests/x/y.json", ".lease/x", "log/x", "log/../griffie.json"])
def test_other_addresses_are_not_its_business(key: str) -> None:
    assert not re.match(PATTERN, f"/archive/{key}")

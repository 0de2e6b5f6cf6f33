"""A file in a bucket is lent by an address that is valid for minutes, if the site may."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import boto3
import pytest
from moto.server import ThreadedMotoServer

from archive.archive import Archive
from archive.stores.options import S3Options
from harvester.site.app import make_site
from tests.unit.index.makers import TIME, document, file, filled


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = S3Options(
        endpoint_url=f"http://{host}:{port}", region="us-east-1", path_style=True,
        staging=tmp_path / "staging", versioning=False,
    )  # fmt: skip
    boto3.client("s3", endpoint_url=options.endpoint_url, region_name="us-east-1").create_bucket(
        Bucket="papers"
    )
    yield Archive.create("s3://papers/a", TIME, options)
    server.stop()


def test_a_file_is_lent_by_the_bucket(archive: Archive, tmp_path: Path) -> None:
    content = b"words of a paper"
    writer = archive.payloads.writer()
    writer.write(content)
    staged = writer.close()
    archive.payloads.commit([staged])
    filled(tmp_path / "index.sqlite", [document("d"), file("d", content.decode())]).close()
    path = f"/file/{staged.sha256}"
    direct = make_site(tmp_path / "index.sqlite", archive)
    assert asyncio.run(_get(direct, path)).content == content
    answer = asyncio.run(
        _get(make_site(tmp_path / "index.sqlite", archive, redirect_files=True), path)
    )
    assert answer.status_code == 302
    assert answer.headers["cache-control"] == "no-store"
    address = answer.headers["location"]
    assert int(parse_qs(urlsplit(address).query)["X-Amz-Expires"][0]) <= 600
    with urlopen(address) as lent:
        assert lent.read() == content
        assert lent.headers["content-disposition"] == 'attachment; filename="N-d-version-1.pdf"'


async def _get(site: Any, path: str) -> Any:
    return await site.client.get(path, follow_redirects=False)

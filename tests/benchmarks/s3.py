"""Measure puts into a bucket against bare boto3: `make bench-s3`.

The same files, the same number of connections, the same server, in turns; on a real Ceph gateway
where that is installed, else on moto's server.
"""

import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import boto3
from botocore.config import Config

from archive.stores.options import S3Options
from archive.stores.s3 import S3Store
from tests.contract.ceph import ceph_gateway, is_installed
from tests.contract.servers import ENVIRONMENT, moto_server

FILES = 1000
FILE_BYTES = 50_000
TURNS = 7


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, str]]:
    """Run a server; gives its name and URL."""
    if is_installed():
        with ceph_gateway(folder) as ceph:
            yield "Ceph", ceph.url
    else:
        with moto_server() as url:
            yield "moto", url


def bare(url: str, bucket: str, files: dict[str, Path], connections: int) -> float:
    """Put files with nothing but boto3; return seconds."""
    client = boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        config=Config(max_pool_connections=connections, s3={"addressing_style": "path"}),
    )

    def put(item: tuple[str, Path]) -> None:
        client.put_object(Bucket=bucket, Key=item[0], Body=item[1].read_bytes())

    started = time.monotonic()
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(put, files.items()))
    return time.monotonic() - started


def ours(store: S3Store, files: dict[str, Path]) -> float:
    """Put files as a harvest does; return seconds."""
    started = time.monotonic()
    store.put_files(files)
    return time.monotonic() - started


def make_files(folder: Path) -> dict[str, Path]:
    """Make files that are sent once."""
    files = {}
    for _ in range(FILES):
        name = uuid.uuid4().hex
        files[f"payloads/{name[:2]}/{name}"] = folder / name
        (folder / name).write_bytes(os.urandom(FILE_BYTES))
    return files


def main() -> None:
    """Print the figures."""
    os.environ.update(ENVIRONMENT)
    with tempfile.TemporaryDirectory() as name, server(Path(name) / "server") as (kind, url):
        files = Path(name) / "files"
        files.mkdir()
        options = S3Options(
            endpoint_url=url, region="us-east-1", path_style=True, staging=Path(name) / "staging"
        )
        store = S3Store("bench", "archive/", options)
        store.prepare()
        times: dict[str, list[float]] = {"bare": [], "ours": []}
        bare(url, "bench", make_files(files), options.connections)
        ours(store, make_files(files))
        for _ in range(TURNS):
            times["bare"].append(bare(url, "bench", make_files(files), options.connections))
            times["ours"].append(ours(store, make_files(files)))
        rates = {who: FILES / statistics.median(seconds) for who, seconds in times.items()}
        ratios = sorted(b / o for b, o in zip(times["bare"], times["ours"], strict=True))
        print(
            f"{kind}, {FILES} files of {FILE_BYTES:,} bytes, {options.connections} connections, "
            f"{TURNS} turns each, medians"
        )
        print(f"bare boto3 put_object            {rates['bare']:,.0f} files/s")
        print(f"put_files of the archive         {rates['ours']:,.0f} files/s")
        print(
            f"ours of bare, by turn            {statistics.median(ratios):.0%} "
            f"({ratios[0]:.0%} to {ratios[-1]:.0%})"
        )


if __name__ == "__main__":
    main()

"""Every store keeps the promises of `ObjectStore`."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.stores.local import LocalStore
from archive.stores.options import S3Options
from archive.stores.s3 import S3Store
from tests.contract.object_store_contract import ObjectStoreContract
from tests.contract.servers import ENVIRONMENT, moto_server


class TestLocalStore(ObjectStoreContract):
    """A folder."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> LocalStore:
        return LocalStore.create(tmp_path / "archive")


class TestLocalStoreWithoutSyncfs(ObjectStoreContract):
    """A folder on a system that cannot flush a group at once."""

    @pytest.fixture
    def store(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalStore:
        monkeypatch.setattr("archive.stores.durability._syncfs", None)
        return LocalStore.create(tmp_path / "archive")


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    with moto_server() as url:
        yield url


class TestS3StoreOnMoto(ObjectStoreContract):
    """A bucket of moto's server."""

    @pytest.fixture
    def store(self, moto: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> S3Store:
        for name, value in ENVIRONMENT.items():
            monkeypatch.setenv(name, value)
        options = S3Options(
            endpoint_url=moto, region="us-east-1", path_style=True, staging=tmp_path / "staging"
        )
        store = S3Store(f"test-{uuid.uuid4().hex}", "an/archive/", options)
        store.prepare()
        return store

"""Every store keeps the promises of `ObjectStore`."""

from pathlib import Path

import pytest

from archive.stores.local import LocalStore
from tests.contract.object_store_contract import ObjectStoreContract


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

"""What the tests of the index share: testland has the customs of the Dutch parliament."""

import pytest

from spiders.netherlands.parliament import NETHERLANDS


@pytest.fixture(autouse=True)
def _customs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.index.texts.parliament_of", lambda source: NETHERLANDS)

"""Every process of a site tells the same of its health."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, cast

import pytest

from harvester.service.conditions import Condition
from harvester.service.watch import Seen, Watch
from harvester.site import health
from harvester.site.health import FRESH_S, Health


class Looking:
    """A watch that sees an index that cannot be read, each time an hour later."""

    def __init__(self) -> None:
        self.looks = 0

    def look(self) -> Seen:
        self.looks += 1
        at = datetime(2026, 11, 24, tzinfo=UTC) + timedelta(hours=self.looks)
        return Seen(at, None, (Condition("index", "", "gone"),))


def test_what_one_process_saw_all_tell_while_it_is_fresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(health, "monotonic", lambda: now)
    looking, nothing = Looking(), cast(Any, None)
    with TemporaryFile() as looks:
        first, second = (Health(cast(Watch, looking), looks) for _ in range(2))

        def told(by: Health) -> tuple[int, str]:
            answer = asyncio.run(by.health(nothing, nothing))
            return answer.status, json.loads(answer.body)["at"]

        assert told(first) == told(second) == (503, "2026-11-24T01:00:00.000Z")
        text = asyncio.run(second.metrics(nothing, nothing)).body
        assert 'griffie_conditions{kind="index"} 1.0' in text
        assert looking.looks == 1
        now += FRESH_S + 1
        assert told(second) == told(first) == (503, "2026-11-24T02:00:00.000Z")
        assert looking.looks == 2

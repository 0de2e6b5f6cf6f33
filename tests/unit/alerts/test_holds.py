"""What a held harvest says is told when it is released, and never if it is discarded."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive.entries import DecisionEntry, HoldEntry
from tests.unit.alerts.town import Town
from tests.unit.archive.makers import digest
from tests.unit.index.makers import LATER, TIME, file
from tests.unit.site.dutch import SOURCE, paper


@pytest.mark.parametrize(("verdict", "messages"), [("released", 1), ("discarded", 0)])
def test_a_held_harvest_tells_nothing_until_it_is_decided(
    tmp_path: Path, verdict: Any, messages: int
) -> None:
    town = Town(tmp_path)
    town.site.add(paper("1", "Over iets."))
    town.has("search", "q=stikstof")
    site, new = town.site, paper("2", "De stikstof daalt.")
    site._words[digest(new.words)] = new.words
    held = site._log.segment([HoldEntry(TIME, ("why",)), new.record, file(new.id, new.words)])
    site.index.apply(held)
    site.add()
    town.run()
    assert town.mail.read("ann@example.org") == []
    log: Any = SimpleNamespace(
        source=SOURCE, read=lambda after: [held] if after.sequence < held.sequence else []
    )
    site.index.apply(site._log.segment([DecisionEntry(LATER, verdict, "so", "ann")]), log)
    site.add()
    town.run()
    town.run()
    assert len(town.mail.read("ann@example.org")) == messages

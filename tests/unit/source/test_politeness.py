"""What sources may ask for: to be asked slowly, and to have only some files fetched."""

import pytest

from harvester.settings import FetchSettings
from harvester.settings.sources import polite, source_options
from harvester.source.registry import load_sources
from harvester.source.spider import Politeness


@pytest.mark.parametrize(
    ("set_s", "wanted_s", "told_s"), [(0.25, 0.5, 0.5), (2.0, 0.5, 2.0), (0.25, 0.0, 0.25)]
)
def test_the_slower_of_source_and_settings_counts(
    set_s: float, wanted_s: float, told_s: float
) -> None:
    assert polite(FetchSettings(delay_s=set_s), Politeness(wanted_s)).delay_s == told_s


@pytest.mark.parametrize(("set_to", "wanted", "told"), [(2, 1, 1), (1, 8, 1), (3, None, 3)])
def test_the_fewer_connections_count(set_to: int, wanted: int | None, told: int) -> None:
    wishes = Politeness(connections_per_host=wanted)
    fetch = FetchSettings(connections_per_host=set_to)
    assert polite(fetch, wishes).connections_per_host == told


def test_a_source_that_asks_for_nothing_is_asked_as_set() -> None:
    spider = load_sources()["tweedekamer"]
    fetch = FetchSettings()
    assert polite(fetch, spider.politeness(spider.Options())) == fetch
    assert spider.wanted_files(spider.Options()) is None


def test_official_publications_are_asked_one_at_a_time() -> None:
    spider = load_sources()["officielepublicaties"]
    options = source_options(spider, {"manifestations": ["pdf"], "delay_s": 1})
    fetch = polite(FetchSettings(), spider.politeness(options))
    assert (fetch.delay_s, fetch.connections_per_host) == (1, 1)
    assert spider.wanted_files(options) == frozenset({"pdf"})
    assert spider.hosts(options) == frozenset({"repository.overheid.nl"})

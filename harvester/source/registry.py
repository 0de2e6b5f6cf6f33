"""Find the sources and parliaments that are installed.

A source is a subclass of `SourceSpider` in a module called `spider` anywhere below `spiders/`, or
in a module that an installed distribution names in its entry points of the group `griffie.sources`:

    [project.entry-points."griffie.sources"]
    freedonia = "freedonia.gazette.spider"
"""

import logging
import pkgutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

from scrapy.utils.spider import iter_spider_classes

from harvester.errors import ConfigurationError, did_you_mean
from harvester.source.demo import Demo
from harvester.source.domain import Reader
from harvester.source.language import PLAIN, Language, together
from harvester.source.parliament import UNKNOWN, Edition, Parliament, Whereabouts
from harvester.source.spider import SourceSpider

GROUP = "griffie.sources"
PACKAGE = "spiders"

_logger = logging.getLogger(__name__)


def load_sources() -> dict[str, type[SourceSpider]]:
    """Return the spider of each installed source, by name.

    A distribution whose module cannot be imported is reported and left out, so that it does not
    stop the other sources.

    Raises:
        ConfigurationError: two modules define a source of the same name.
    """
    found: dict[str, type[SourceSpider]] = {}
    for module in _modules():
        for spider in iter_spider_classes(module):
            if not issubclass(spider, SourceSpider):
                continue
            other = found.setdefault(spider.name, spider)
            if other is not spider:
                raise ConfigurationError(
                    f"both {other.__module__} and {spider.__module__} define the source "
                    f"{spider.name!r}: rename or uninstall one of them"
                )
    return dict(sorted(found.items()))


def _modules() -> Iterator[ModuleType]:
    for name in _own_modules():
        yield import_module(name)
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        module = _imported(point)
        if module is not None:
            yield module


def _own_modules() -> Iterator[str]:
    """Yield the modules called `spider` below `spiders/`, without importing any other.

    A simulator needs packages that an archive in use need not have.
    """
    for path in import_module(PACKAGE).__path__:
        for info in pkgutil.iter_modules([path]):
            yield from _spiders_below(Path(path) / info.name, f"{PACKAGE}.{info.name}")


def _spiders_below(folder: Path, name: str) -> Iterator[str]:
    for info in pkgutil.iter_modules([str(folder)]):
        if info.ispkg:
            yield from _spiders_below(folder / info.name, f"{name}.{info.name}")
        elif info.name == "spider":
            yield f"{name}.spider"


def _imported(point: EntryPoint) -> ModuleType | None:
    try:
        return import_module(point.module)
    except Exception:  # a third-party package may raise anything on import
        _logger.exception(
            "the source %s is left out: %s cannot be imported; mend or uninstall %s",
            point.name,
            point.module,
            point.dist.name if point.dist else "its distribution",
        )
        return None


def readers(sources: Mapping[str, type[SourceSpider]]) -> dict[str, Reader]:
    """Return each source's reader, which turns records into rows."""
    return {name: spider.read for name, spider in sources.items()}


def source_named(name: str, sources: Mapping[str, type[SourceSpider]]) -> type[SourceSpider]:
    """Return the spider of a source.

    Raises:
        ConfigurationError: no such source; the message lists those there are.
    """
    if name not in sources:
        known = ", ".join(sorted(sources))
        raise ConfigurationError(
            f"there is no source {name!r}; the sources are: {known}{did_you_mean(name, sources)}"
        )
    return sources[name]


# What parliaments do their own way ---------------------------------------------------------------


@cache
def _by_source() -> dict[str, Parliament]:
    return {name: spider.parliament for name, spider in load_sources().items()}


def parliament_of(source: str) -> Parliament:
    """Return the parliament of a source; `UNKNOWN` if the source is not installed."""
    return _by_source().get(source, UNKNOWN)


_used: set[str] = set()


def use(sources: Collection[str]) -> None:
    """Set which sources the settings name: only their parliaments count for the site and search.

    Without any, those of all installed sources count that need not be asked for.
    """
    if _used != set(sources):
        _used.clear()
        _used.update(sources)
        for cached in (
            parliaments, search_language, ministry_names, time_zone, paper_language, main_chambers,
        ):  # fmt: skip
            cached.cache_clear()


@cache
def parliaments() -> tuple[Parliament, ...]:
    """Return each parliament in use once, in order of their names."""
    names = _used & _by_source().keys() or used_by_default(load_sources())
    by_name = {_by_source()[name].name: _by_source()[name] for name in names}
    return tuple(by_name[name] for name in sorted(by_name))


def used_by_default(sources: Mapping[str, type[SourceSpider]]) -> list[str]:
    """Return the sources that are harvested where the settings name none."""
    return sorted(name for name, spider in sources.items() if not spider.is_opt_in)


def spellings(name: str) -> Iterator[str]:
    """Yield the ids that a name may mean at any parliament."""
    seen = set()
    for parliament in parliaments() or (UNKNOWN,):
        for spelling in parliament.spellings(name):
            if spelling not in seen:
                seen.add(spelling)
                yield spelling


def is_number(text: str) -> bool:
    """Tell whether a search is the number of a paper at any parliament."""
    return any(parliament.is_number(text) for parliament in parliaments())


def body_start(text: str) -> int:
    """Return where a paper's own words begin, below the masthead of any parliament."""
    return max((parliament.body_start(text) for parliament in parliaments()), default=0)


def edition(id_: str) -> Edition | None:
    """Return the edition of an official id; None if no parliament knows it."""
    found = (parliament.edition(id_) for parliament in parliaments())
    return next((one for one in found if one is not None), None)


def whereabouts(id_: str) -> Whereabouts:
    """Return what an official id tells of a paper; nothing if no parliament knows it."""
    found = (parliament.whereabouts(id_) for parliament in parliaments())
    return next((one for one in found if one != Whereabouts()), Whereabouts())


@cache
def search_language() -> Language:
    """Return the combined language of all parliaments in use, for search."""
    named = [one.words for one in parliaments() if one.words is not PLAIN]
    return together(named) if named else PLAIN


@lru_cache(maxsize=1000)
def ministry_names(name: str) -> tuple[str, ...]:
    """Return every name of the ministries that have, or had, this name, also abbreviated."""
    wanted = name.casefold()
    return tuple(
        other
        for parliament in parliaments()
        for names in parliament.ministries
        if any(one.casefold() == wanted for one in names)
        for other in names
    )


def offices() -> set[str]:
    """Return the folded words for an office of government: `minister`."""
    return {word for parliament in parliaments() for word in parliament.offices[0]}


def without_office(words: Sequence[str]) -> list[str]:
    """Return folded words without those before the name of a ministry: its office."""
    for parliament in parliaments():
        offices, links = parliament.offices
        if len(words) > 1 and words[0] in offices:
            return list(words[2:] if words[1] in links and len(words) > 2 else words[1:])
    return list(words)


def after_committee(words: Sequence[str]) -> list[str]:
    """Return the folded words that follow the word for a committee; none if it is not there."""
    for parliament in parliaments():
        for at, word in enumerate(words[:-1]):
            if word in parliament.committees:
                is_linked = words[at + 1] in parliament.offices[1] and len(words) > at + 2
                return list(words[at + 2 :] if is_linked else words[at + 1 :])
    return []


@cache
def time_zone() -> ZoneInfo:
    """Return the zone in which times are shown; UTC if the parliaments are in several."""
    zones = {parliament.time_zone for parliament in parliaments() if parliament is not UNKNOWN}
    return ZoneInfo(zones.pop() if len(zones) == 1 else "UTC")


@cache
def paper_language() -> str:
    """Return the language code of all papers; empty if the parliaments have several."""
    languages = {parliament.language for parliament in parliaments() if parliament is not UNKNOWN}
    return languages.pop() if len(languages) == 1 else ""


@cache
def main_chambers() -> frozenset[str]:
    """Return the chambers whose papers are listed without the chamber's name."""
    return frozenset(one.main_chamber for one in parliaments() if one.main_chamber)


def dossier_label(text: str) -> str | None:
    """Return the label of the dossier that a search names at any parliament; None if none."""
    found = (parliament.dossier_label(text) for parliament in parliaments())
    return next((label for label in found if label is not None), None)


def printed_dossier(label: str) -> str:
    """Return a dossier's label as the first parliament prints it that does so in its own way."""
    found = (parliament.printed_dossier(label) for parliament in parliaments())
    return next((printed for printed in found if printed != label), label)


def demo(parliament: str | None = None) -> Demo:
    """Return the fictional parliament that a package brings.

    Args:
        parliament: its name; None takes the first of those in use.

    Raises:
        ConfigurationError: there is none.
    """
    if parliament is None:
        found = next((one.demo for one in parliaments() if one.demo is not None), None)
        if found is None:
            raise ConfigurationError("no installed parliament has a demo")
        return found
    demos = {one.name: one.demo for one in _by_source().values() if one.demo is not None}
    if parliament not in demos:
        raise ConfigurationError(
            f"there is no demo of {parliament!r}; there are: {', '.join(sorted(demos))}"
            f"{did_you_mean(parliament, demos)}"
        )
    return demos[parliament]

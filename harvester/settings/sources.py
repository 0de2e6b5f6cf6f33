"""Settings of sources: their own sections, politeness, wanted files."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from harvester.errors import ConfigurationError
from harvester.settings.settings import FetchSettings, FileSettings, explain
from harvester.source.files import FilePolicy
from harvester.source.spider import Politeness, SourceSpider


def polite(fetch: FetchSettings, politeness: Politeness) -> FetchSettings:
    """Return the politeness for a source: the stricter of the settings and its own limits."""
    connections = politeness.connections_per_host or fetch.connections_per_host
    return fetch.model_copy(
        update={
            "delay_s": max(fetch.delay_s, politeness.delay_s),
            "connections_per_host": min(fetch.connections_per_host, connections),
        }
    )


def source_options(
    spider: type[SourceSpider], values: Mapping[str, Any], origin: str = "settings"
) -> BaseModel:
    """Read a source's section of the settings, which came from `origin`.

    Raises:
        ConfigurationError: an unknown key or a bad value.
    """
    try:
        return spider.Options(**values)
    except ValidationError as error:
        section = f"sources.{spider.name}"
        raise ConfigurationError(explain(error, origin, spider.Options, section)) from error


def file_policy(files: FileSettings, spider: type[SourceSpider], options: BaseModel) -> FilePolicy:
    """Return which files of a source to fetch and re-check, from `[files]` and its options."""
    return FilePolicy(
        kinds=files.kinds,
        recheck_days=files.recheck_days,
        recheck_every_h=files.recheck_every_h,
        rotation_days=files.rotation_days,
        names=spider.wanted_files(options),
    )

"""The context of most commands: settings, sources, archive, index."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.archive import Archive
from harvester import settings as settings_module
from harvester.cli.console import err
from harvester.errors import ConfigurationError, did_you_mean
from harvester.index import FilePolicy, Index, SchemaOutdated, rebuild
from harvester.progress import Progress
from harvester.service.watch import Watch
from harvester.settings import Settings
from harvester.settings.sources import file_policy, source_options
from harvester.snapshot.origin import with_origin
from harvester.source.registry import load_sources, readers, used_by_default
from harvester.source.spider import SourceSpider


@dataclass(frozen=True, slots=True)
class Workspace:
    """The settings and the installed sources."""

    settings: Settings
    sources: dict[str, type[SourceSpider]]

    @classmethod
    def load(cls, config: Path | None) -> "Workspace":
        """Read the settings and find the sources.

        Raises:
            ConfigurationError: an unknown key, a bad value, or a source that does not exist.
        """
        settings = settings_module.load(config)
        sources = load_sources()
        origin = str(config or settings_module.DEFAULT_FILE)
        for name, values in settings.sources.items():
            if name not in sources:
                raise ConfigurationError(
                    f"{origin}: unknown section [sources.{name}]; the sources are: "
                    f"{', '.join(sorted(sources))}{did_you_mean(name, sources)}"
                )
            source_options(sources[name], values, origin)
        for section in ("schedule", "expect"):
            for name in getattr(settings, section).sources:
                if name not in sources:
                    raise ConfigurationError(
                        f"{origin}: unknown section [{section}.sources.{name}]; the sources are: "
                        f"{', '.join(sorted(sources))}{did_you_mean(name, sources)}"
                    )
        return cls(settings, sources)

    def open_archive(self) -> Archive:
        """Open the archive.

        Raises:
            ArchiveNotFound: there is none; the message says how to make one.
        """
        return open_archive(self.settings)

    def watch(self) -> Watch:
        """Return what looks at the sources that are scheduled here, or were ever harvested."""
        return Watch(self.settings, self.scheduled())

    def scheduled(self) -> list[str]:
        """Return the sources that are harvested here.

        They are those that have a section of their own in the settings; without any, all that
        need not be asked for.
        """
        return sorted(self.settings.sources) or used_by_default(self.sources)

    def file_policy(self, source: str) -> FilePolicy | None:
        """Say which files of a source are fetched; None for one that has no package here."""
        if source not in self.sources:
            return None
        spider = self.sources[source]
        options = source_options(spider, self.settings.sources.get(source, {}))
        return file_policy(self.settings.files, spider, options)

    def open_with_origin(self) -> Archive:
        """Open the archive to read; of one that follows another, with that behind it."""
        settings = self.settings
        options, sources = settings.s3.options(), tuple(self.sources)
        return with_origin(self.open_archive(), settings.index, options, sources)

    @contextmanager
    def open_index(self, archive: Archive, progress: Progress) -> Iterator[Index]:
        """Open the index to write; make it if there is none, or only one of another version."""
        path = self.settings.index
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            index = Index.open(path, readers(self.sources))
        except SchemaOutdated as error:
            err.print(f"{error}; it is made again from the archive")
            rebuild(archive, path, readers(self.sources), progress=progress)
            index = Index.open(path, readers(self.sources))
        try:
            yield index
        finally:
            index.close()

    @contextmanager
    def read_index(self) -> Iterator[Index]:
        """Open the index of a finished harvest, only to read: nobody need be allowed to write.

        Raises:
            ConfigurationError: there is none yet.
        """
        path = self.settings.index
        if not path.exists():
            raise ConfigurationError(f"there is no index at {path}; run `griffie harvest` first")
        index = Index.open_to_read(path, readers(self.sources))
        try:
            yield index
        finally:
            index.close()


def open_archive(settings: Settings) -> Archive:
    """Open the archive where the settings say.

    Raises:
        ArchiveNotFound: there is none; the message says how to make one.
    """
    return Archive.open(settings.archive, settings.s3.options())

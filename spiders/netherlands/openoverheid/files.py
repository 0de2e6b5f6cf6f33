"""The versions of a document and their files (README.md 4, 6). Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from harvester.source.domain import OfferedFile, Ref, StatedDigest
from harvester.source.tree import Tree
from spiders.netherlands.openoverheid import observing, values

_is_sha1 = re.compile(r"[0-9a-fA-F]{40}").fullmatch
_is_web_address = re.compile(r"https?://[^/\s]+/\S*").fullmatch
_is_name = re.compile(r"[0-9A-Za-z][0-9A-Za-z._ -]{0,79}").fullmatch


class Versions:
    """The versions of a document, the latest last."""

    def __init__(self, tree: Tree) -> None:
        """Take them out of all about a document."""
        versions = tree.objects("versies")
        self._events = observing.events_of({"versies": [v.value for v in versions]})
        self._trees = {id(v.value): v for v in versions}
        for version in versions:
            version.ignore(
                "nummer", "oorzaak", "redenVerwijderingVervanging", "openbaarmakingsdatum",
                "wijzigingsdatum", "mutatiedatumtijd", "blokkades", "zichtbaarheidsdatumtijd",
                "openbaarmakingsdatumtijd",
            )  # fmt: skip
        self._files = {id(v.value): v.objects("bestanden") for v in versions}
        current = self._current()
        for event in self._events:
            if event is not current:
                for file in self._files[id(event)]:
                    _digest(file)
                    file.ignore("id", "url", "label", "mime-type", "grootte", "gepubliceerd")
                    ignore_rest(file)

    @property
    def published_on(self) -> str | None:
        """The first day on which it was made public."""
        days = [event.get("openbaarmakingsdatum") for event in self._events]
        return min((day[:10] for day in days if isinstance(day, str) and is_day(day)), default=None)

    def current_id(self, id_: str) -> Ref | None:
        """Return the record of the version that stands."""
        current = self._current()
        return None if current is None else Ref(f"version/{id_}{observing.suffix_of(current)}")

    def files(self) -> list[Tree]:
        """Return the files of the version that stands."""
        current = self._current()
        return [] if current is None else self._files[id(current)]

    def _current(self) -> dict[str, Any] | None:
        """Return the version that stands: the last; of a republication what it brings back."""
        if not self._events:
            return None
        last = self._events[-1]
        if last.get("bestanden"):
            return last
        number = observing.number_of(last)
        numbered = [
            event
            for event in self._events
            if observing.number_of(event) == number and event.get("bestanden")
        ]
        return numbered[-1] if numbered and number is not None else last


def is_day(text: str) -> bool:
    """Tell whether a text begins with a day."""
    return Tree("", {"day": text}).day("day") is not None


def witnessed(files: Sequence[Tree]) -> Iterator[StatedDigest]:
    """Yield the digests of the publisher's own files; they are compared, not fetched again."""
    names: set[str] = set()
    for file in files:
        label, url, size = file.text("label"), file.text("url"), file.number("grootte")
        digest, media_type = _digest(file), file.text("mime-type")
        ignore_rest(file)
        if digest is not None and url is not None and _is_web_address(url):
            yield StatedDigest(_unique(label, names), url, media_type, size, digest)


def offered(files: Sequence[Tree], fallback_url: str) -> Iterator[OfferedFile]:
    """Yield the files of a document; one without an address of its own is at the document's."""
    names: set[str] = set()
    for file in files:
        label, url = file.text("label") or "file", file.text("id")
        is_description = label.startswith(values.DESCRIPTIONS)
        if file.text("gepubliceerd") == "false" and not is_description:
            file.report("gepubliceerd", "false")
        file.ignore("url")  # where the platform took it from
        if url is None or not _is_web_address(url):
            url = fallback_url
        media_type, size, digest = file.text("mime-type"), file.number("grootte"), _digest(file)
        ignore_rest(file)
        yield OfferedFile(
            _unique(label, names), url, media_type, size, int(is_description), digest=digest
        )


def ignore_rest(file: Tree) -> None:
    file.ignore("id", "gepubliceerd", "bestandsnaam", "titel", "mutatiedatumtijd", "paginas")


def _digest(file: Tree) -> str | None:
    """Return a file's digest: SHA-1, whatever the platform's schema calls it (guide 4)."""
    text = file.text("hash")
    if text is None:
        return None
    if _is_sha1(text):
        return f"sha1:{text.lower()}"
    file.report("hash", text)
    return None


def _unique(label: str | None, names: set[str]) -> str:
    """Return the name of a file, which tells it from the others of its document."""
    wanted = label if label is not None and _is_name(label) else "file"
    name, count = wanted, 1
    while name in names:
        count += 1
        name = f"{wanted}-{count}"
    names.add(name)
    return name

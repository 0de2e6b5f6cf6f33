"""The context of a page: archive, index, visitor."""

import re
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias, TypeVar

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from archive.archive import Archive
from archive.notes import NoteKey
from harvester.site import reader
from harvester.site.addresses import paper_url
from harvester.site.as_of import AsOf
from harvester.site.csv_answer import CsvAnswer
from harvester.site.files import FileAnswer
from harvester.site.language import Words
from harvester.site.making import Maker
from harvester.site.reader import TtlCache
from harvester.site.rendering import Visitor, page
from harvester.site.signatures import Signatures
from harvester.site.traffic import Requests
from harvester.source.registry import time_zone
from harvester.times import Clock, moment_of, now

Answer: TypeAlias = Response | FileAnswer | CsvAnswer
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Setting:
    """The shared context of the pages of a site.

    Attributes:
        archive: that has the files.
        public_url: the site's address; empty uses the requested one.
        is_redirecting: whether browsers fetch files from the bucket, by a short-lived address.
        names: of the sources, for people.
        maker: makes indexes as of earlier times; None if disabled.
        witnesses: whose signatures on the archive's checkpoints are shown.
        has_alerts: whether pages lead to `/alert/new`.
        requests: what became of the requests to this site.
        signatures: what is signed of the archive.
        clock: what `last week` in a search counts from.
    """

    archive: Archive
    public_url: str = ""
    is_redirecting: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    cache: TtlCache = field(default_factory=TtlCache)
    maker: Maker | None = None
    clock: Clock = now
    witnesses: tuple[NoteKey, ...] = ()
    has_alerts: bool = False
    requests: Requests | None = None
    signatures: Signatures = field(init=False)

    def __post_init__(self) -> None:
        """Read what is signed of this archive."""
        object.__setattr__(self, "signatures", Signatures(self.archive, self.witnesses))

    @property
    def has_earlier(self) -> bool:
        """Whether earlier times can be requested."""
        return self.maker is not None and self.maker.kept.most > 0

    def source_name(self, source: str) -> str:
        """Return the name of a source for people; its id if it has none."""
        return self.names.get(source, source)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request with its context."""

    setting: Setting
    datasette: Datasette
    request: Request
    visitor: Visitor
    as_of: AsOf | None = None
    """The earlier time that is shown; None for the present."""

    @classmethod
    def of(cls, setting: Setting, datasette: Datasette, request: Request) -> "Visit":
        """Read a request."""
        return cls(setting, datasette, request, Visitor.of(request, setting.public_url))

    @property
    def words(self) -> Words:
        """The words of the reader's language."""
        return self.visitor.words

    @property
    def page_number(self) -> int:
        """Which page of a long list is asked for; the first one unless the address says it well."""
        text = self.request.args.get("page") or ""
        return int(text) if re.fullmatch(r"[1-9][0-9]{0,3}", text) else 1

    @property
    def today(self) -> date:
        """The day by the parliament's clocks: the present one, or the one that is shown."""
        present = moment_of(self.as_of.moment) if self.as_of else None
        return (present or self.setting.clock()).astimezone(time_zone()).date()

    def argument(self, name: str, known: tuple[str, ...]) -> str | None:
        """Return an argument of the address if it is an allowed value."""
        value = self.request.args.get(name)
        return value if value in known else None

    async def ask(self, question: Callable[[sqlite3.Connection], Given]) -> Given:
        """Let a function read the index.

        Raises:
            TookTooLong: the time limit was exceeded.
        """
        if self.as_of is not None and self.as_of.index is not None:
            return await reader.ask_file(self.as_of.index, question)
        return await reader.ask(self.datasette, question)

    def paper_url(self, paper: str) -> str:
        """Return the address of a paper as of the shown time."""
        return paper_url(paper, as_of=self.as_of.text if self.as_of else None)

    def page(self, template: str, /, **shown: Any) -> Response:
        """Answer with a page."""
        given = {
            "source_name": self.setting.source_name,
            "has_earlier": self.setting.has_earlier,
            "has_alerts": self.setting.has_alerts and self.as_of is None,
            "as_of": self.as_of,
        }
        return page(self.visitor, template, **{**given, **shown})


Page = Callable[[Visit], Awaitable[Answer]]
Handler = Callable[[Datasette, Request], Awaitable[Answer]]


def bound(setting: Setting, answer: Page) -> Handler:
    """Make a Datasette view of a page."""

    async def handle(datasette: Datasette, request: Request) -> Answer:
        return await answer(Visit.of(setting, datasette, request))

    return handle

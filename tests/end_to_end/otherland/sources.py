"""Two sources of one parliament that both number their records from 1, and their reader."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from pydantic import BaseModel, ConfigDict

from archive.entries import RecordEntry
from harvester.source.domain import (
    Decision,
    Document,
    DocumentName,
    Link,
    MotionClaim,
    OfferedFile,
    Reading,
    Ref,
    Row,
    StatedPerson,
    Vote,
)
from harvester.source.pages import JsonPage, JsonPagesSpider, NotAPage
from harvester.source.parliament import Parliament
from harvester.source.records import json_entry, row
from harvester.source.spider import About

OUTCOMES: Mapping[str, Any] = {"Bifall": "adopted", "Avslag": "rejected"}
ADVICE: Mapping[str, Any] = {"Bifall": "for", "Avslag": "against"}
CHOICES: Mapping[str, Any] = {
    "Ja": "for", "Nej": "against", "Avstår": "abstain", "Frånvarande": "absent",
}  # fmt: skip
PARLIAMENT = Parliament("otherland")


def read(entry: RecordEntry) -> Reading:
    """Return the rows of a record."""
    if entry.state == "withdrawn":
        return Reading()
    said = json.loads(entry.raw)
    make = {"motion": _motion, "point": _point, "roll": _roll, "translation": _translation}
    return Reading(tuple(make[entry.id.partition("/")[0]](entry, said)))


def _document(entry: RecordEntry, said: Mapping[str, Any], **more: object) -> Iterator[Row]:
    yield row(
        Document, number=said["number"], title=said["title"], published_on=said["date"], **more
    )
    yield DocumentName(Ref(entry.id), said["number"])
    yield OfferedFile("text", entry.url, "text/html", None, content=said["html"])


def _motion(entry: RecordEntry, said: Mapping[str, Any]) -> Iterator[Row]:
    yield from _document(
        entry, said, kind="motion", soort="Motion", language="sv", publication_id=said["number"]
    )
    for n, name in enumerate(said.get("by", ()), 1):
        yield row(StatedPerson, ordinal=n, name=name, role="mover")
    for n, claim in enumerate(said.get("claims", ()), 1):
        point = claim.get("point")
        yield row(
            MotionClaim, ordinal=n, number=str(n), text=claim["text"],
            advice_words=claim["committee"], advice=ADVICE.get(claim["committee"]),
            outcome_words=claim["chamber"], outcome=OUTCOMES.get(claim["chamber"]),
            decision_id=None if point is None else Ref(f"point/{point}"),
            # A Yes is for what the committee proposes.
            yes_supports=int(claim["committee"] == "Bifall"),
        )  # fmt: skip


def _translation(entry: RecordEntry, said: Mapping[str, Any]) -> Iterator[Row]:
    yield from _document(entry, said, kind="copy", language="fi")
    yield Link("copy_document", Ref(f"motion/{said['of']}"))


def _point(entry: RecordEntry, said: Mapping[str, Any]) -> Iterator[Row]:
    yield row(Decision, text=said["text"], method="roll call", yes_meaning=said["yes"])


def _roll(entry: RecordEntry, said: Mapping[str, Any]) -> Iterator[Row]:
    for n, (name, party, choice) in enumerate(said["votes"], 1):
        yield row(
            Vote, ordinal=n, decision_id=Ref(f"point/{said['point']}"), soort=choice,
            choice=CHOICES.get(choice), actor_name=name, actor_party=party,
        )  # fmt: skip


class ApiOptions(BaseModel):
    """The section of either source in `griffie.toml`."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)

    api_url: str = "https://api.example.org"


class _Spider(JsonPagesSpider):
    parliament = PARLIAMENT
    Options = ApiOptions
    options: ApiOptions
    read = staticmethod(read)

    @classmethod
    def hosts(cls, options: BaseModel) -> frozenset[str]:
        """Return the host of the API."""
        assert isinstance(options, ApiOptions)
        return frozenset({urlsplit(options.api_url).netloc})

    def page_url(self, category: str, cursor: Any) -> str:
        """Return the address of what follows a number."""
        return f"{self.options.api_url}/{category}?{urlencode({'after': cursor or 0})}"

    def page_of(self, answer: Mapping[str, Any]) -> JsonPage:
        """Read a page."""
        records = answer.get("records")
        if not isinstance(records, list):
            raise NotAPage("no list `records`")
        return JsonPage(records, answer["last"])

    def entry_of(self, category: str, record: Mapping[str, Any], at: str) -> RecordEntry:
        """Make the entry of one record."""
        url = f"{self.options.api_url}/{category}/{record['id']}"
        return json_entry(f"{category}/{record['id']}", record, url=url, at=at)


class ChamberSpider(_Spider):
    """Motions, points of reports and rolls of the chamber; each numbered from 1."""

    name = "chamber"
    categories = ("motion", "point", "roll", "translation")
    about = About("chamber", "The chamber", "Otherland", "https://example.org", "CC0-1.0", "daily")


class PressSpider(_Spider):
    """Motions of the years before, numbered from 1 as well."""

    name = "press"
    categories = ("motion",)
    about = About("press", "The press", "Otherland", "https://example.org", "CC0-1.0", "yearly")

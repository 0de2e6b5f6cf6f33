"""A document on the portal through its life, and the JSON that the portal tells of it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

_KERN = "https://identifier.overheid.nl/tooi/def/thes/kern"
HAS_ANNEX, IS_ANNEX_OF = f"{_KERN}/c_05f4a5f3", f"{_KERN}/c_4d1ea9ba"
NOBODY = {"id": "https://identifier.overheid.nl/tooi/id/organisatie_onbekend", "label": "Onbekend"}
_DUTCH = {
    "type": "eu:Taal",
    "id": "http://publications.europa.eu/resource/authority/language/NLD",
    "label": "Nederlands",
}
SORTS = {
    "Kamerbrief": "c_49599e6c",
    "beslisnota": "c_2977c34f",
    "Kamervraag met antwoord": "c_6d494ab6",
    "rapport": "c_3c9d0ae6",
}
"""The kinds of documents, with their ids in the thesaurus."""
WITHDRAWN, AGAIN = "intrekking", "herpublicatie"


@dataclass(frozen=True, slots=True)
class Content:
    """A file; `make` makes its bytes when asked."""

    media_type: str
    name: str
    make: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Version:
    """A version, or a withdrawal, which has no number and no file (6)."""

    cause: str
    number: int | None
    at: datetime
    content: Content | None
    reason: str | None = None


@dataclass(slots=True)
class Document:
    """A document of a ministry.

    Attributes:
        paper: the number of the paper that it is the ministry's copy of, in the Tweede Kamer.
        relations: role and id of other documents.
        states_relations: it states them itself, as before April 2026 (5).
        has_wrong_hash, has_wrong_size: what it declares of its file is not so.
        has_address: its files say where they are; some do not (4).
    """

    id: str
    sort: str
    title: str
    day: date
    ministry: str
    versions: list[Version]
    paper: str | None = None
    relations: list[tuple[str, str]] = field(default_factory=list)
    states_relations: bool = False
    has_wrong_hash: bool = False
    has_wrong_size: bool = False
    has_address: bool = True

    @property
    def is_public(self) -> bool:
        """Tell whether it is served: a withdrawn one is not."""
        return self.versions[-1].cause != WITHDRAWN

    @property
    def changed_at(self) -> datetime:
        """When something last happened to it."""
        return self.versions[-1].at

    @property
    def number(self) -> int:
        """Of its latest version."""
        return max(version.number or 0 for version in self.versions)

    @property
    def content(self) -> Content:
        """The file as it is served now: of a republication that which it brings back."""
        last = self.versions[-1]
        if last.content is not None:
            return last.content
        found = [v.content for v in self.versions if v.number == last.number and v.content]
        assert found, "a withdrawn document serves no file"
        return found[-1]

    def hit(self, root: str) -> dict[str, Any]:
        """Return it as a list tells it (3)."""
        document = {
            "id": f"{self.id}_{self.number}",
            "pid": f"{root}/documenten/{self.id}",
            "titel": self.title,
            "openbaarmakingsdatum": self.day.isoformat(),
            "publisher": f"ministerie van {self.ministry}",
            "aanbieder": "Aanleverloket",
            "mutatiedatumtijd": _time(self.changed_at, 3),
        }
        return {"document": document, "bestandsgrootte": "0.04 MB", "aantalPaginas": 1,
                "bestandsType": self.content.media_type}  # fmt: skip

    def detail(self, root: str) -> dict[str, Any]:
        """Return all about it (4)."""
        ministry = {
            "type": "overheid:Ministerie",
            "id": f"https://identifier.overheid.nl/tooi/id/ministerie/mnre{_code(self.ministry)}",
            "label": f"ministerie van {self.ministry}",
        }
        sort = {
            "type": "overheid:Informatietype",
            "id": f"{_KERN}/{SORTS[self.sort]}",
            "label": self.sort,
        }
        document = {
            "pid": f"{root}/documenten/{self.id}",
            "identifiers": ["nvt"],
            "verantwoordelijke": ministry,
            "medeverantwoordelijken": [],
            "publisher": ministry,
            "opsteller": NOBODY,
            "language": _DUTCH,
            "onderwerpen": [],
            "omschrijvingen": [f"{self.title}."],
            "titelcollectie": {
                "officieleTitel": self.title, "verkorteTitels": [], "alternatieveTitels": [],
            },
            "classificatiecollectie": {"documentsoorten": [sort], "themas": [], "trefwoorden": []},
            "hasParts": [],
            "documenthandelingen": [],
            "extraMetadata": [],
            "publicatiebestemming": ["rijksoverheid.nl"],
        }  # fmt: skip
        return {
            "document": document,
            "plooiIntern": {
                "dcnId": f"plooi-api-{self.id}", "aanbieder": "Aanleverloket", "extId": [self.id],
                "sourceLabel": "plooi-api", "publicatiestatus": "gepubliceerd",
            },
            "documentrelaties": self.stated(root) if self.states_relations else [],
            "versies": [self._version(version, root) for version in self.versions],
        }  # fmt: skip

    def stated(self, root: str) -> list[dict[str, str]]:
        """Return its relations as they are stated (5)."""
        return [{"relation": f"{root}/documenten/{id_}", "role": r} for r, id_ in self.relations]

    def _version(self, version: Version, root: str) -> dict[str, Any]:
        told: dict[str, Any] = {
            "oorzaak": version.cause,
            "mutatiedatumtijd": _time(version.at, 9),
            "blokkades": [],
        }
        if version.number is not None:
            told["nummer"] = version.number
            told["openbaarmakingsdatum"] = self.day.isoformat()
        if version.reason is not None:
            told["redenVerwijderingVervanging"] = version.reason
        if version.content is not None:
            told["bestanden"] = [self._file(version, version.content, root)]
        return told

    def _file(self, version: Version, content: Content, root: str) -> dict[str, Any]:
        size_bytes, digest = _measured(content)
        told: dict[str, Any] = {
            "gepubliceerd": True,
            "label": "file",
            "mime-type": content.media_type,
            "bestandsnaam": content.name,
            "mutatiedatumtijd": _time(version.at, 9),
            "grootte": size_bytes + 7 * self.has_wrong_size,
            "paginas": 1,
            "hash": sha1(digest.encode()) if self.has_wrong_hash else digest,
        }
        if self.has_address:
            told["id"] = f"{root}/documenten/{self.id}/file"
        return told


@lru_cache(maxsize=10_000)
def _measured(content: Content) -> tuple[int, str]:
    """Return length and digest of a file, which is made once for that."""
    data = content.make()
    return len(data), sha1(data)


def sha1(data: bytes) -> str:
    """Return the digest that the portal gives of a file."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def _time(moment: datetime, decimals: int) -> str:
    text = moment.strftime("%Y-%m-%dT%H:%M:%S.%f")
    return f"{text}587"[: 20 + decimals] + "Z"


def _code(ministry: str) -> int:
    return 9000 + sum(ministry.encode()) % 1000

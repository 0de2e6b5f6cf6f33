"""The portal's copies of what KOOP publishes; their ids follow from the official ones (2)."""

import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from spiders.netherlands.simulator.koop.files import make
from spiders.netherlands.simulator.koop.records import Record
from spiders.netherlands.simulator.koop.repository import Entry, Repository
from spiders.netherlands.simulator.portal.documents import NOBODY, sha1

_SORT = {
    "type": "overheid:Informatietype",
    "id": "https://identifier.overheid.nl/tooi/def/thes/kern/c_056a75e1",
    "label": "Kamerstuk",
}
_TYPES = {"pdf": "application/pdf", "xml": "application/xml"}
_WRONG = 29
"""One copy in so many has another digest than the publisher's own file."""


class Copies:
    """Finds copies by their ids."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._revision = -1
        self._by_id: Mapping[str, Entry] = {}

    def detail(self, id_: str, root: str) -> dict[str, Any] | None:
        """Return all about a copy; None if there is none."""
        if self._revision != self._repository.revision:
            entries = list(self._repository)
            self._by_id = {copy_id(entry.record.identifier): entry for entry in entries}
            self._revision = self._repository.revision
        entry = self._by_id.get(id_)
        return None if entry is None else _detail(id_, entry, root)


def copy_id(identifier: str) -> str:
    """Return the id of the copy of a publication."""
    return f"oep-{sha1(f'oep{identifier}'.encode())}"


def has_wrong_digest(identifier: str) -> bool:
    """Tell whether the digest of a copy's PDF is another than that of the publisher's file."""
    return zlib.crc32(identifier.encode()) % _WRONG == 3


def _detail(id_: str, entry: Entry, root: str) -> dict[str, Any]:
    record = entry.record
    moment = f"{record.available}T05:01:02.123456789Z"
    files = [
        _file(entry, label, record.path(label))
        for label in ("pdf", "xml")
        if label in record.manifestations
    ]
    version = {
        "nummer": 1,
        "oorzaak": "aanlevering",
        "openbaarmakingsdatum": str(record.available),
        "mutatiedatumtijd": moment,
        "blokkades": [],
        "bestanden": [{**file, "mutatiedatumtijd": moment} for file in files],
    }
    return {
        "document": _document(id_, entry.record, root),
        "plooiIntern": {
            "dcnId": id_,
            "aanbieder": "officielebekendmakingen.nl",
            "extId": [record.identifier],
            "sourceLabel": "oep",
            "publicatiestatus": "gepubliceerd",
        },
        "documentrelaties": [],
        "versies": [version],
    }


def _document(id_: str, record: Record, root: str) -> dict[str, Any]:
    chamber = {
        "type": "overheid:AndereOrganisatie",
        "id": "https://identifier.overheid.nl/tooi/id/oorg/oorg10002",
        "label": record.creator.split(" der ")[0],
        "bronwaarde": record.creator,
    }
    fields = {"vergaderjaar": [record.year], "documentsubsoort": [record.subrubriek or "Bijlage"]}
    velden = [{"key": key, "values": values} for key, values in fields.items()]
    velden += [{"key": "indiener", "values": [name]} for name in record.movers]
    dossier = record.dossiers[0] if record.dossiers else None
    return {
        "pid": f"{root}/documenten/{id_}",
        "weblocatie": f"https://zoek.officielebekendmakingen.nl/{record.identifier}.html",
        "creatiedatum": str(record.day or record.available),
        "geldigheid": {"begindatum": str(record.available)},
        "identifiers": [record.identifier],
        "verantwoordelijke": chamber,
        "publisher": NOBODY,
        "opsteller": chamber,
        "titelcollectie": {
            "officieleTitel": f"{dossier or ''}, nr. {record.number} - {record.title}"
        },
        "classificatiecollectie": {"documentsoorten": [_SORT]},
        "aggregatiekenmerk": dossier,
        "extraMetadata": [{"prefix": "plooi.displayfield", "velden": velden}],
    }


def _file(entry: Entry, label: str, path: str) -> dict[str, Any]:
    size_bytes, digest = _measured(entry, label)
    identifier = entry.record.identifier
    is_wrong = label == "pdf" and has_wrong_digest(identifier)
    return {
        "id": f"{identifier}.{label}",
        "gepubliceerd": label == "pdf",
        "label": label,
        "url": path,
        "mime-type": _TYPES[label],
        "bestandsnaam": f"{identifier}.{label}",
        "grootte": size_bytes,
        "hash": sha1(digest.encode()) if is_wrong else digest,
    }


@lru_cache(maxsize=10_000)
def _measured(entry: Entry, label: str) -> tuple[int, str]:
    """Return length and digest of a file, which is made once for that."""
    data = make(entry, label)
    return len(data), sha1(data)

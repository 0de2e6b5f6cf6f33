"""Real rows as a world: one `<Entity>.jsonl.gz` per category, and the official texts."""

import gzip
import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from spiders.netherlands.simulator import rows, times
from spiders.netherlands.simulator.documents import DOCX, Sheet, make_docx, make_png
from spiders.netherlands.simulator.entities import Declared, Entity, bijgewerkt
from spiders.netherlands.simulator.errors import CorpusUnusable
from spiders.netherlands.simulator.koop.reader import read_sheet
from spiders.netherlands.simulator.koop.real_texts import RealText, real_repository
from spiders.netherlands.simulator.koop.repository import Repository
from spiders.netherlands.simulator.pdf import make_pdf
from spiders.netherlands.simulator.portal.ministries import Ministries
from spiders.netherlands.simulator.schema import ELEMENTS
from spiders.netherlands.simulator.store import Store
from spiders.netherlands.simulator.world import File, Missing, Truth

_TEXTS = "koop-xml.tar.gz"
_EARLY = "2019-06-28T20:34:35"
"""When dossiers without a time were changed: before everything else in the corpus."""
_FIRST_TOKEN = 18_000_000


class Bodies(Enum):
    """What the files of documents are made as."""

    PDF = "pdf"
    XML = "xml"


class Corpus:
    """The rows of a corpus; nothing new happens in it, but it can be published again.

    Args:
        folder: where the corpus is, for messages.
        bodies: PDF with the paper's head and foot, or the official XML as it is.
        exact_lengths: declare the length that is served; else the row's, which is another
            file's.
    """

    def __init__(self, folder: Path, bodies: Bodies, *, exact_lengths: bool) -> None:
        self._bodies = bodies
        self._store = Store(0, head=_FIRST_TOKEN)
        self._texts = _read_texts(folder / _TEXTS)
        self._names: dict[str, str] = {}
        self._advances = 0
        loaded = sorted(_read_rows(folder), key=lambda pair: rows.order(pair[1]))
        if not loaded:
            raise CorpusUnusable(f"{folder} holds no <Entity>.jsonl.gz with rows")
        self._latest = datetime.fromisoformat(loaded[-1][1]["ApiGewijzigdOp"][:19] + "+00:00")
        self._made_at = self._latest
        for category, row in loaded:
            if category == "DocumentVersie" and row["ExterneIdentifier"]:
                self._names[row["Document_Id"]] = row["ExterneIdentifier"]
            self._store.put(rows.to_entity(category, row), rows.updated(row))
        self._ministries = Ministries(0)
        self._koop = real_repository(self._real_texts())
        if exact_lengths:
            self._correct_lengths()

    @property
    def store(self) -> Store:
        """The feed's table."""
        return self._store

    @property
    def ministries(self) -> Ministries:
        """There are no real documents of ministries here."""
        return self._ministries

    @property
    def koop(self) -> Repository:
        """The official texts as publications."""
        return self._koop

    def file(self, entity_id: str) -> File | Missing | None:
        """Return a file made for a row that declares one; photos and logos are placeholders."""
        row = self._store.get(entity_id)
        if row is None or row.entity.is_withdrawn or row.entity.file is None:
            return None
        entity, etag = row.entity, f"{entity_id}-1"
        if entity.category != "Document":
            return File("image/png", lambda: make_png(120, 120, 120), etag, self._made_at)
        media_type = "application/xml" if self._bodies is Bodies.XML else row.entity.file.media_type
        return File(media_type, lambda: self._body(entity), etag, self._made_at)

    def advance(self, days: int) -> Truth:
        """Do nothing: the rows are what they are."""
        self._advances += days
        return {"new": [], "republished": 0}

    def republish(self) -> int:
        """Publish everything again without change."""
        entries = list(self._store.view(None).rows)
        self._latest += timedelta(days=1)
        for place, row in enumerate(entries):
            moment = self._latest + timedelta(milliseconds=37 * place)
            same = replace(row.entity, bijgewerkt=bijgewerkt(row.entity.category, moment))
            self._store.put(same, times.atom_updated(moment + timedelta(seconds=1)))
        return len(entries)

    def truth(self) -> Truth:
        """Return the number of papers by kind and of votes: what a harvest must hold."""
        kinds: Counter[str] = Counter()
        for row in self._store.rows("Document"):
            kinds.update(str(text) for name, text in row.entity.fields if name == "soort")
        return {
            "world": "corpus",
            "documents": dict(kinds),
            "texts": len(self._texts),
            "publications": len(self._koop),
        }

    def _real_texts(self) -> Iterator[RealText]:
        ids = {name: document_id for document_id, name in self._names.items()}
        for file_name, compressed in self._texts.items():
            name = file_name.removesuffix(".xml")
            row = self._store.get(ids.get(name, ""))
            said = dict(row.entity.fields) if row is not None else {}
            subject, day = said.get("onderwerp"), said.get("datum")
            yield RealText(
                name,
                compressed,
                subject if isinstance(subject, str) else None,
                date.fromisoformat(day[:10]) if isinstance(day, str) else None,
            )

    def _body(self, entity: Entity) -> bytes:
        name = self._names.get(entity.id)
        content = self._texts.get(f"{name}.xml") if name else None
        if content is not None and self._bodies is Bodies.XML:
            return gzip.decompress(content)
        if content is not None:
            sheet = read_sheet(gzip.decompress(content), name or "")
        else:
            sheet = _bare_sheet(entity)
        is_word = entity.file is not None and entity.file.media_type == DOCX
        return make_docx(sheet) if is_word else make_pdf(sheet)

    def _correct_lengths(self) -> None:
        for row in self._store.rows("Document"):
            declared = row.entity.file
            if declared is not None:
                length = len(self._body(row.entity))
                row.entity = replace(row.entity, file=Declared(declared.media_type, length))


def load_corpus(folder: Path, bodies: Bodies, *, exact_lengths: bool) -> Corpus:
    """Read a corpus.

    Raises:
        CorpusUnusable: the folder holds no rows, or a file cannot be read.
    """
    return Corpus(folder, bodies, exact_lengths=exact_lengths)


def _read_rows(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(folder.glob("*.jsonl.gz")):
        category = path.name.removesuffix(".jsonl.gz")
        if category not in ELEMENTS:
            raise CorpusUnusable(f"{path}: there is no category {category}")
        try:
            lines = gzip.decompress(path.read_bytes()).splitlines()
        except OSError as error:
            raise CorpusUnusable(f"{path}: {error}") from error
        for row in map(json.loads, lines):
            if not rows.is_placeholder(row):
                yield category, _timed(row)


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    if row.get("GewijzigdOp") is None:
        row["GewijzigdOp"] = f"{_EARLY}+02:00"
    if row.get("ApiGewijzigdOp") is None:
        row["ApiGewijzigdOp"] = f"{_EARLY}Z"
    return row


def _read_texts(path: Path) -> dict[str, bytes]:
    """Return the official texts, each compressed again: 4,000 of them cost 10 MB less."""
    if not path.exists():
        return {}
    with tarfile.open(path) as archive:
        members = [(member.name, archive.extractfile(member)) for member in archive]
        return {
            Path(name).name: gzip.compress(opened.read(), compresslevel=1)
            for name, opened in members
            if opened is not None
        }


def _bare_sheet(entity: Entity) -> Sheet:
    """Make a sheet of the metadata, for a document without official text."""
    values = {name: value for name, value in entity.fields if isinstance(value, str)}
    return Sheet(
        year=values.get("vergaderjaar", "").replace("-", "–"),
        dossier="",
        title=values.get("titel", ""),
        number=values.get("volgnummer", ""),
        heading=values.get("soort", "").upper(),
        dateline=values.get("datum", "")[:10],
        paragraphs=(values.get("onderwerp", ""),),
    )

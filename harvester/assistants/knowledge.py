"""What assistants may ask, answered from the site's own queries.

Each paper that an answer names has its id, version, digest of its file, and permanent address.
"""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from datasette.app import Datasette
from datasette.utils.asgi import NotFound

from archive.archive import Archive
from archive.errors import ArchiveError
from archive.line_proofs import make_line_proof
from harvester.assistants.checking import cited_in, stands_in
from harvester.site import reader
from harvester.site.addresses import dossier_url, file_url, paper_url, party_url, person_url
from harvester.site.excerpts import MARK_END, MARK_START
from harvester.site.pages.paper import chosen, read_named, readable, text_of
from harvester.site.pages.search import find
from harvester.site.queries import Row, changes, dossiers, people
from harvester.site.queries.unheld import Unheld
from harvester.site.rendering import shown_to
from harvester.site.search_params import SearchParams
from harvester.snapshot.signing import lines_of, places_of, title_of
from harvester.source.registry import parliaments, time_zone
from harvester.text.alignment import align_texts, is_same
from harvester.times import Clock, now

PART = 8_000
"""Characters of a text in one answer."""
LONGEST_TEXT = 50_000
MOST_CITED = 40
MOST_CHANGES = 200
MOST_PARAGRAPHS = 60
_SHOWN = (
    "id", "kind", "title", "subject", "published_on", "dossier", "number_in_dossier", "chamber",
    "people", "outcome", "votes_for", "votes_against", "advice", "is_withdrawn", "is_taken_down",
)  # fmt: skip
Given = TypeVar("Given")
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Answers questions about one archive.

    Attributes:
        base: the site's address, without a slash at the end.
    """

    datasette: Datasette
    archive: Archive
    index: Path
    base: str
    clock: Clock = now

    async def search(self, query: str, page: int, filters: dict[str, str]) -> Answer:
        """Find papers, as the site does."""
        params = SearchParams.read({"q": query, **filters, "page": str(page)})
        today = self.clock().astimezone(time_zone()).date()

        def read(connection: sqlite3.Connection) -> Answer:
            found = find(connection, params, today)
            said = {row["id"]: _plain(row["snippet"] or "") for row in found.papers}
            return {
                "total": found.counts.total,
                "page": params.page,
                "read_otherwise": [note._asdict() for note in found.notes],
                "papers": [
                    {**paper, "sentence": said[paper["id"]]}
                    for paper in self._stamped(connection, found.papers)
                ],
            }

        return {**await self._ask(read), "address": self.base + params.url()}

    async def paper(self, name: str) -> Answer:
        """Return everything about a paper except its text."""
        known = await self._ask(lambda connection: _named(connection, name))
        if isinstance(known, Unheld):
            return {"is_held": False, **shown_to(known.data(self.base))}
        if isinstance(known, list):
            return {"is_held": bool(known), "name": name, "several": known}
        for copy in known["copies"]:
            for version in copy["versions"]:
                version["address"] = self._version_url(
                    known["paper"]["id"], copy["source"], version["version"]
                )
                for file in version["files"]:
                    file["address"] = self.base + file_url(file["sha256"])
        own = await self._ask(lambda connection: self._stamped(connection, [known["paper"]]))
        return {"is_held": True, **shown_to(known), **own[0]}

    async def text(self, name: str, part: int, source: str, version: str) -> Answer:
        """Return a part of a paper's text."""
        known = await self._held(name)
        if "paper" not in known:
            return known
        file, about = self._file(known, source, version)
        text = await text_of(self.archive, file)
        whole = text.text if text else ""
        parts = max(1, -(-len(whole) // PART))
        said = "" if whole else "the archive has no text of this version"
        return {
            **about,
            "is_held": True,
            "part": part,
            "parts": parts,
            "text": whole[(part - 1) * PART : part * PART],
            "said": said,
        }

    async def difference(self, name: str, older: tuple[str, str], newer: tuple[str, str]) -> Answer:
        """Return the paragraphs in which two versions of a paper differ."""
        known = await self._held(name)
        if "paper" not in known:
            return known
        sides = [self._file(known, *side) for side in (older, newer)]
        texts = [await text_of(self.archive, file) for file, _ in sides]
        first, second = ((text.text if text else "") for text in texts)
        if not first or not second:
            return {"is_held": True, "versions": [about for _, about in sides],
                    "said": "the archive has no text of one of these versions"}  # fmt: skip
        paragraphs = await asyncio.to_thread(align_texts, first, second)
        changed = [p for p in paragraphs if not is_same(p)]
        return {
            "is_held": True,
            "versions": [about for _, about in sides],
            "changed": len(changed),
            "paragraphs": [
                [{"sort": piece.sort, "text": piece.text} for piece in paragraph]
                for paragraph in changed[:MOST_PARAGRAPHS]
            ],
        }

    async def dossier(self, label: str, page: int) -> Answer:
        """Return the papers of a dossier, the newest first."""

        def read(connection: sqlite3.Connection) -> Answer:
            found = dossiers.dossier(connection, label)
            if found is None:
                return {"is_held": False, "label": label}
            papers = dossiers.timeline(connection, label, None, page)
            return {
                "is_held": True,
                "dossier": shown_to({k: v for k, v in found.items() if k != "record"}),
                "papers": self._stamped(connection, papers[: dossiers.PAGE]),
                "is_more": len(papers) > dossiers.PAGE,
            }

        return {**await self._ask(read), "address": self.base + dossier_url(label)}

    async def person(self, address: str, page: int) -> Answer:
        """Return what somebody signed, and how their motions ended."""

        def read(connection: sqlite3.Connection) -> Answer:
            meant = people.people_at(connection, address)
            if len(meant) != 1:
                return {"is_held": False, "several": shown_to(meant)}
            signed = people.signed(connection, meant[0]["key"])
            some = signed[(page - 1) * people.PAGE : page * people.PAGE]
            shown = people.shown(connection, some)
            return {
                "is_held": True,
                "person": shown_to(meant[0]),
                "signed": len(signed),
                "papers": self._stamped(connection, shown),
                "votes": shown_to(_votes(connection, meant[0]["key"])),
            }

        return {**await self._ask(read), "address": self.base + person_url(address)}

    async def party(self, label: str) -> Answer:
        """Return a party's motions with outcomes, and how it voted."""

        def read(connection: sqlite3.Connection) -> Answer:
            found = people.party(connection, label)
            if found is None:
                return {"is_held": False, "label": label}
            voted = people.voted(connection, label)
            choices = {row["id"]: row["choices"] for row in voted}
            return {
                "is_held": True,
                "party": {"label": label, "name": found["name"], "seats": found["seats"]},
                "outcomes": people.outcomes_of(connection, label),
                "choices": people.choices_of(connection, label),
                "motions": self._stamped(connection, people.motions_of(connection, label)),
                "voted": [
                    {**paper, "choice": choices[paper["id"]]}
                    for paper in self._stamped(connection, voted)
                ],
            }

        return {**await self._ask(read), "address": self.base + party_url(label)}

    async def changes(self, since: str, what: str | None) -> Answer:
        """Return what happened to papers since a time, the last first."""

        def read(connection: sqlite3.Connection) -> Answer:
            found = changes.changes(connection, {"what": what}, limit=MOST_CHANGES)
            late = [row for row in found if row["happened_at"] >= since]
            happened = {
                row["id"]: {
                    "happened_at": row["happened_at"],
                    "reason": row["reason"],
                    "source": row["source"],
                    "changed_version": row["changed_version"],
                }
                for row in reversed(late)
            }
            return {
                "since": since,
                "is_more": len(late) > MOST_CHANGES,
                "papers": [
                    {**paper, **happened[paper["id"]]}
                    for paper in self._stamped(connection, late[:MOST_CHANGES])
                ],
            }

        return {**await self._ask(read), "address": f"{self.base}/changes"}

    async def proof(self, name: str) -> Answer:
        """Return a proof of all that the log says of a paper, if it is signed."""
        known = await self._held(name)
        if "paper" not in known:
            return known
        id_ = known["paper"]["id"]

        def make() -> str:
            about = f"{id_}: {title_of(self.index, id_)[:200]}"
            places = places_of(self.index, lines_of(self.index, id_))
            return make_line_proof(self.archive, about, places).decode()

        _, about = self._file(known, "", "")
        try:
            made = await asyncio.to_thread(make)
        except ArchiveError as error:
            return {**about, "is_held": True, "is_proved": False, "said": str(error)}
        return {**about, "is_held": True, "is_proved": True, "proof": json.loads(made)}

    async def check(self, text: str) -> Answer:
        """Return each paper that a text cites: whether it is held, and has what is quoted."""
        found = await asyncio.to_thread(cited_in, text[:LONGEST_TEXT], parliaments())
        checked = [await self._checked(one) for one in found[:MOST_CITED]]
        return {
            "read_characters": min(len(text), LONGEST_TEXT),
            "cited": len(found),
            "papers": checked,
        }

    async def _checked(self, one: Any) -> Answer:
        said = {"cited_as": one.words, "target": one.target}
        known = await self._held(one.target)
        if "paper" not in known:
            unknown = [{"quotation": q, "stands_in": None} for q in one.quotations]
            return {**said, **known, "quotations": unknown}
        file, about = self._file(known, "", "")
        text = await text_of(self.archive, file)
        whole = text.text if text else ""
        return {
            **said,
            **{name: known["paper"][name] for name in _SHOWN if name in known["paper"]},
            **about,
            "is_held": True,
            "quotations": [
                {"quotation": q, "stands_in": stands_in(q, whole) if whole else None}
                for q in one.quotations
            ],
        }

    async def _held(self, name: str) -> Answer:
        known: Any = await self._ask(lambda connection: _named(connection, name))
        if isinstance(known, dict):
            return dict(known)
        if isinstance(known, Unheld):
            return {"is_held": False, **shown_to(known.data(self.base))}
        return {"is_held": bool(known), "name": name, "several": known}

    def _file(self, known: Row, source: str, version: str) -> tuple[Row | None, Answer]:
        """Return the file of a version, and what tells which version that is."""
        row, copies = known["paper"], known["copies"]
        one = chosen(row, copies, source or None, version or None)
        file = readable(row, copies, one, is_current=not source)
        of = file or one
        return file, {
            "id": row["id"],
            "source": of["source"],
            "version": of["version"],
            "digest": file["sha256"] if file else None,
            "address": self._version_url(row["id"], of["source"], of["version"]),
        }

    def _version_url(self, paper: str, source: str, version: int) -> str:
        return self.base + paper_url(paper, source, version)

    def _stamped(self, connection: sqlite3.Connection, papers: Sequence[Row]) -> list[Answer]:
        """Return what is told of papers in lists."""
        ids = json.dumps([paper["id"] for paper in papers])
        stamps = {
            id_: {
                "source": source,
                "version": version,
                "digest": sha256,
                "address": self._version_url(id_, source, version),
            }
            for id_, source, version, sha256 in connection.execute(
                "SELECT id, source, version, sha256 FROM paper "
                "WHERE id IN (SELECT value FROM json_each(?))",
                (ids,),
            )
        }
        return [
            {
                **shown_to({name: paper[name] for name in _SHOWN if name in paper}),
                **stamps.get(paper["id"], {}),
            }
            for paper in papers
        ]

    async def _ask(self, question: Callable[[sqlite3.Connection], Given]) -> Given:
        return await reader.ask(self.datasette, question)


def _named(connection: sqlite3.Connection, name: str) -> Any:
    """Return all about a paper; what is known of one that is not here; or what a name may mean."""
    try:
        known = read_named(connection, name)
    except NotFound:
        return []
    if isinstance(known, str):
        known = read_named(connection, known)
    if isinstance(known, list):
        return [paper["id"] for paper in known]
    return known


def _votes(connection: sqlite3.Connection, person: int) -> list[Row]:
    """Return how somebody voted where votes were by name, the last first."""
    cursor = connection.execute(
        "SELECT p.id, p.subject, p.decided_on, p.outcome, v.choice, v.actor_party AS party "
        "FROM vote AS v JOIN paper AS p ON p.decision_key = v.decision_key "
        "WHERE v.person_key = ? ORDER BY p.decided_on DESC LIMIT 100",
        (person,),
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _plain(text: str) -> str:
    return text.replace(MARK_START, "").replace(MARK_END, "")

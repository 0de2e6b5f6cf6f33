"""An index and an archive of very many papers of real length, made at once.

The rows are written as `apply` and `refresh` would leave them; words are made up, and occur about
as unevenly as words of a language do.
"""

import hashlib
import random
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from archive.archive import Archive
from harvester.index import Index
from harvester.index.records import give_keys
from harvester.text import Text, dump, text_key

PARTIES = {
    f"P{n:02}": seats for n, seats in enumerate((37, 25, 24, 20, 9, 7, 5, 5, 4, 3, 3, 3, 3, 1, 1))
}
MINISTRIES = tuple(f"Zaken {n}" for n in range(16))
WORDS_OF = {"letter": 900, "motion": 170, "annex": 600}
"""Of a paper's text on average; motions and letters as in the corpus of real ones."""
KINDS = ("letter",) * 35 + ("motion",) * 50 + ("annex",) * 15
PEOPLE = 4_000
"""Of whom the first 400 sign papers: those of a parliament that was elected often."""
BATCH = 1_000
DOSSIERS = tuple(str(20_000 + n) for n in range(4_000))
_SIZES = tuple(accumulate(1 / (rank + 20) for rank in range(len(DOSSIERS))))
"""The largest has a hundredth of the papers."""
_SYLLABLES = tuple(
    re.findall(
        "..",
        "badekilomurovistagewatoriopinaaszodekrstvolinubedofagihutevehelipasoregu",
    )
)


@dataclass
class Words:
    """A made-up language: its words, the commonest first, and how often each is used."""

    dice: random.Random
    words: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    @classmethod
    def made(cls, seed: int, count: int = 60_000) -> "Words":
        """Make a language."""
        dice = random.Random(seed)
        found = dict.fromkeys(
            "".join(dice.choices(_SYLLABLES, k=dice.randint(3, 6))) for _ in range(count)
        )
        words = list(found)
        # Zipf, flattened at the top: the commonest words are in most papers, few are in all.
        return cls(dice, words, list(accumulate(1 / (rank + 12) for rank in range(len(words)))))

    def some(self, count: int) -> str:
        """Return words in a row."""
        return " ".join(self.dice.choices(self.words, cum_weights=self.weights, k=count))


def make(folder: Path, count: int, with_texts: int, seed: int = 1) -> tuple[Path, Archive]:
    """Make an index of so many papers; so many of them have their text in the archive too."""
    folder.mkdir(parents=True)
    archive = Archive.create(folder / "archive", created_at="2026-11-24T00:00:00.000Z")
    index = Index.open(folder / "index.sqlite", {})
    connection = index.connection
    words = Words.made(seed)
    _make_frame(connection)
    for begin in range(1, count + 1, BATCH):
        connection.execute("BEGIN")
        for key in range(begin, min(begin + BATCH, count + 1)):
            text = put_paper(connection, words, key, count)
            if key % max(1, count // with_texts) == 0:
                sha256 = _digest(key)
                archive.store.put_derived(text_key(sha256), dump(Text("ok", text)))
        connection.execute("COMMIT")
    connection.execute("INSERT INTO paper_fts (paper_fts) VALUES ('optimize')")
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    index.close()
    return folder / "index.sqlite", archive


def _make_frame(connection: sqlite3.Connection) -> None:
    for n, (label, seats) in enumerate(PARTIES.items()):
        _put(
            connection,
            "party",
            key=_record(connection, f"Party/{n}"),
            abbreviation=label,
            name=f"Partij {n}",
            seats=seats,
        )
    names = Words.made(3)
    for n in range(1, PEOPLE + 1):
        _put(connection, "person", key=_record(connection, f"Person/{n}"), initials="A.B.",
             known_as=names.some(1).title(), surname=names.some(1).title())  # fmt: skip
    _put(connection, "harvest", id="h", source="bench", started_at="2026-11-24T10:00:00.000Z",
         outcome="complete")  # fmt: skip


def _digest(key: int) -> str:
    return hashlib.sha256(str(key).encode()).hexdigest()


def _put(connection: sqlite3.Connection, table: str, **values: object) -> None:
    names, places = ", ".join(values), ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", tuple(values.values()))


def _record(connection: sqlite3.Connection, id_: str) -> int:
    return give_keys(connection, "bench", [id_])[id_].key


def put_paper(connection: sqlite3.Connection, words: Words, key: int, count: int) -> str:
    """Put one paper with all that belongs to it; return its text."""
    dice = words.dice
    kind = dice.choice(KINDS)
    [dossier] = dice.choices(DOSSIERS, cum_weights=_SIZES)
    id_, sha256 = f"kst-{dossier}-{key}", _digest(key)
    document, case = (_record(connection, f"{name}/{key}") for name in ("Document", "Case"))
    year = 2010 + key * 16 // (count + 1)
    date = f"{year}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
    at = f"{date}T10:00:00.000Z"
    text = "\n\n".join(
        words.some(60) for _ in range(max(1, int(WORDS_OF[kind] * dice.uniform(0.5, 1.6) / 60)))
    )
    motion = _motion(connection, dice, case, date) if kind == "motion" else {}
    paper: dict[str, Any] = {
        "key": key, "id": id_, "document_key": document, "source": "bench", "kind": kind,
        "soort": "Motie" if kind == "motion" else "Brief regering", "number": f"{year}D{key:06}",
        "publication_id": id_, "title": words.some(8), "subject": words.some(14),
        "published_on": date, "session_year": f"{year}-{year + 1}",
        "chamber": "Eerste Kamer" if key % 11 == 0 else "Tweede Kamer", "dossier": dossier,
        "dossier_title": f"Dossier {dossier}", "number_in_dossier": str(key), "case_key": case,
        "people": f"A. {words.some(1).title()}", "copies": 1, "is_withdrawn": int(key % 97 == 0),
        "is_taken_down": 0, "version": 1 + (key % 17 == 0), "sha256": sha256,
        "media_type": "application/pdf", "searched_sha256": sha256, **motion,
    }  # fmt: skip
    _put(connection, "paper", **paper)
    _put(connection, "document", key=document, source="bench", kind=kind, is_provisional=0)
    _put(connection, "payload", sha256=sha256, size_bytes=len(text))
    _put(connection, "text", sha256=sha256, status="ok", pages=2, characters=len(text))
    for n in range(1, paper["version"] + 1):
        _put(
            connection,
            "paper_version",
            paper=id_,
            source="bench",
            version=n,
            opened_at=at,
            document_key=document,
            state="present",
            reason="changed" if n > 1 else "published",
            segment=1,
            line=key,
        )
    _put(connection, "file", paper=id_, source="bench", version=1, name="document",
         document_key=document, sha256=sha256, size_bytes=len(text), retrieved_at=at,
         media_type="application/pdf", url="https://example.org/file")  # fmt: skip
    _put(connection, "copy", paper=id_, source="bench", place=1, document_key=document,
         is_provisional=0, is_withdrawn=0, version=paper["version"], appeared_at=at,
         sha256=sha256)  # fmt: skip
    _put(connection, "paper_document", document_key=document, paper=id_)
    for alias in (id_, paper["number"]):
        _put(connection, "paper_alias", alias=alias, paper=id_)
    _put_people(connection, dice, document, kind)
    for ordinal in range(dice.randint(0, 4) if key > 100 else 0):
        _put(connection, "citation", sha256=sha256, ordinal=ordinal + 1, kind="paper",
             target=f"kst-{dossier}-{dice.randint(1, key)}", words="nr. 1", start_at=10 * ordinal,
             end_at=10 * ordinal + 5, origin="text")  # fmt: skip
    _put(connection, "paper_fts", rowid=key, numbers=f"{id_} {paper['number']}", text=text,
         title=paper["title"], subject=paper["subject"], people=paper["people"])  # fmt: skip
    _put(connection, "paper_facet", key=key, published_on=date, kind=kind, year=str(year),
         chamber=paper["chamber"], dossier=dossier, outcome=paper.get("outcome"),
         advice=paper.get("advice"), changed="file" if paper["version"] > 1 else None,
         is_withdrawn=paper["is_withdrawn"],
         sender=dice.choice(list(PARTIES) if kind == "motion" else MINISTRIES))  # fmt: skip
    return text


def _put_people(
    connection: sqlite3.Connection, dice: random.Random, document: int, kind: str
) -> None:
    for n in range(dice.randint(1, 4) if kind == "motion" else 1):
        person = dice.randint(1, 400)
        actor = _record(connection, f"Actor/{document}-{n}")
        role = "co-signatory" if n else "signatory"
        _put(connection, "actor", key=actor, document_key=document,
             case_key=document + 1, person_key=_record(connection, f"Person/{person}"),
             name=f"Naam {person}", role=role, party=dice.choice(list(PARTIES)),
             function="Tweede Kamerlid")  # fmt: skip


def _motion(
    connection: sqlite3.Connection, dice: random.Random, case: int, date: str
) -> dict[str, Any]:
    """Put the decision and votes of a motion; return what its paper says of them."""
    decision = _record(connection, f"Decision/{case}")
    _put(connection, "decision", key=decision, text="Aangenomen.", outcome="adopted")
    _put(connection, "link", key=decision, relation="decision_case", to_key=case)
    seats = {"for": 0, "against": 0}
    for label, count in _choices(dice):
        choice = dice.choice(("for", "against"))
        seats[choice] += count
        _put(connection, "vote", key=_record(connection, f"Vote/{case}-{label}"), ordinal=0,
             decision_key=decision, choice=choice,
             actor_party=label, actor_name=label, weight=count, party_size=count,
             is_mistake=0)  # fmt: skip
    return {
        "decision_key": decision, "decided_on": date, "votes_for": seats["for"],
        "votes_against": seats["against"], "votes_absent": 0, "tally_agrees": 1,
        "outcome": "adopted" if seats["for"] > seats["against"] else "rejected",
        "advice": dice.choice(("for", "against", "left to the House", None)),
    }  # fmt: skip


def _choices(dice: random.Random) -> Iterator[tuple[str, int]]:
    yield from PARTIES.items() if dice.random() < 0.8 else ()

"""Ask for held documents again, in turn, and for copies of what other sources publish."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from scrapy.http import Response

from archive.entries import RecordEntry
from harvester.source.steps import Failure
from harvester.times import from_text, to_text
from spiders.netherlands.openoverheid import observing
from spiders.netherlands.openoverheid.asking import GONE, WRONG_ADDRESS, Batch, Item
from spiders.netherlands.openoverheid.identifiers import copy_id
from spiders.netherlands.openoverheid.position import Round
from spiders.netherlands.openoverheid.walking import WalkingSpider

ROUNDS = "held again"
COPIES = "copies"
"""Categories of these walks; the others are kinds of documents."""
MOST_MISSING = 50
"""If more documents are not served at once, the service is broken: nothing is concluded."""
FAMILIES = ("kst-", "blg-")
"""What the ids of publications begin with of which the platform has copies."""
MOST_RECENT = 2_000
EVIDENCE_CHARACTERS = 2_000
_SAYS_WITHDRAWN, _SAYS_UNKNOWN = "Unknown document", "Unknown file manifest"
"""How the platform's own store answers for a file (guide 6)."""


@dataclass(frozen=True, slots=True)
class Suspects:
    """Documents that are not served: those whose files are to be asked for, and the others."""

    to_ask: tuple[str, ...]
    """Ids."""
    answers: Mapping[str, str]
    """By id, what was answered for all about it."""
    absent: Mapping[str, str]
    """By record, what was answered for it and its file, as JSON."""


class CheckingSpider(WalkingSpider):
    """A spider that finds withdrawn documents, and asks for copies by their ids."""

    # Held documents, in turn ---------------------------------------------------------------------

    def check_held(self) -> Iterator[Item]:
        """Ask again for documents that are missing long enough, and for the next ones in turn."""
        if not self.options.recheck_documents:
            return
        cursor = self.position.get(ROUNDS)
        state = Round(observing.DOCUMENT) if cursor is None else Round.from_json(cursor)
        due = [record for record in state.missing if self._is_confirmable(state, record)]
        state, ids = self._next_in_turn(state)
        suspected = [record.partition("/")[2] for record in due]
        if not ids and not suspected:
            return

        def then(batch: Batch) -> Iterator[Item]:
            if len(batch.absent) > MOST_MISSING:
                reason = f"{len(batch.absent)} documents are not served at once: none is concluded"
                yield batch.step(None)
                yield Failure(ROUNDS, reason, self.options.url)
                return
            suspects = Suspects(tuple(batch.absent), dict(batch.absent), {})
            back = {entry.id for entry in batch.entries}
            kept = {record: at for record, at in state.missing.items() if record not in back}
            yield from self._next_suspect(batch, replace(state, missing=kept), suspects)

        yield from self.ask(ROUNDS, [*suspected, *ids], then)

    def _next_in_turn(self, state: Round) -> tuple[Round, list[str]]:
        """Return the ids to ask for and the position after them; documents and copies alternate."""
        most = self.options.recheck_documents
        for _ in range(3):
            ids = list(self.memory.present(state.category, "", state.after, most))
            if len(ids) == most:
                return replace(state, after=ids[-1]), ids
            other = observing.COPY if state.category == observing.DOCUMENT else observing.DOCUMENT
            state = replace(state, category=other, after="")
            if ids:
                return state, ids
        return state, []

    def _next_suspect(self, batch: Batch, state: Round, suspects: Suspects) -> Iterator[Item]:
        if suspects.to_ask:
            known = {"category": ROUNDS, "held": batch, "state": state, "suspects": suspects}
            url = self.addresses.file(suspects.to_ask[0])
            yield self.request(url, self.parse_suspect, known)
            return
        missing = dict(state.missing)
        for record, answers in suspects.absent.items():
            if self._is_confirmable(state, record):
                since = missing.pop(record)
                batch.entries.append(self._withdrawal(record, answers, since))
            else:
                missing.setdefault(record, to_text(self.begun_at))
        yield batch.step(replace(state, missing=missing).to_json())

    def parse_suspect(
        self, response: Response, category: str, held: Batch, state: Round, suspects: Suspects
    ) -> Iterator[Item]:
        """Believe that a document is gone only if its file is not served either."""
        if response.status == WRONG_ADDRESS:
            yield self.wrong_address(response, category)
            return
        id_, *others = suspects.to_ask
        absent = dict(suspects.absent)
        if response.status in GONE:
            told = {
                "document": suspects.answers[id_][:EVIDENCE_CHARACTERS],
                "file": response.text[:EVIDENCE_CHARACTERS],
            }
            record = self._held_record(id_)
            if record is not None:
                absent[record] = json.dumps(told, ensure_ascii=False)
            held.met.append(f"a document that is not served: {_told(told['file'])}")
        else:
            held.met.append(f"a document that is not listed: its file answers {response.status}")
        suspects = replace(suspects, to_ask=tuple(others), absent=absent)
        yield from self._next_suspect(held, state, suspects)

    def _held_record(self, id_: str) -> str | None:
        """Return the record of a document if it is held; annexes may be named that never were."""
        record = observing.record_of(id_)
        category, _, name = record.partition("/")
        return record if name in self.memory.present(category, name, "", 1) else None

    def _is_confirmable(self, state: Round, record: str) -> bool:
        since = state.missing.get(record)
        if since is None:
            return False
        wait = timedelta(hours=self.options.confirm_after_h)
        missed = from_text(since)
        return missed < self.begun_at and missed + wait <= self.begun_at

    def _withdrawal(self, record: str, answers: str, since: str) -> RecordEntry:
        id_ = record.partition("/")[2]
        told = _told(json.loads(answers)["file"])
        return observing.withdrawal(
            record,
            url=self.addresses.detail(id_),
            at=to_text(self.clock()),
            reason=f"not served: 404, missed since {since}; {told}",
            answers=answers,
        )

    # Copies --------------------------------------------------------------------------------------

    def ask_copies(self) -> Iterator[Item]:
        """Ask for copies of publications that other sources have: new ones, then some in turn."""
        most = self.options.copies
        if not most:
            return
        day = self.begun_at - timedelta(days=self.options.copies_recent_days)
        since = day.date().isoformat()
        recent = [
            identifier
            for family in FAMILIES
            for identifier in self.memory.recent_official_ids(family, since, MOST_RECENT)
        ]
        if len(recent) > most:
            # Some have no copy for long: harvests take turns, so that these do not block the rest.
            first = int(self.begun_at.timestamp() // 3600) * most % len(recent)
            recent = [*recent[first:], *recent[:first]][:most]
        cursor = self.position.get(COPIES)
        in_turn, after = self._copies_in_turn(
            cursor["after"] if cursor else "", max(most - len(recent), 1)
        )
        wanted = {copy_id(identifier): identifier for identifier in (*recent, *in_turn)}
        if not wanted:
            return

        def then(batch: Batch) -> Iterator[Item]:
            came = {entry.id.partition("/")[2] for entry in batch.entries}
            if came & set(wanted):
                batch.met.append("a copy's id follows from the official id")
            yield batch.step({"after": after})

        yield from self.ask(COPIES, wanted, then)

    def _copies_in_turn(self, after: str, room: int) -> tuple[list[str], str]:
        """Return official ids to ask for and the position after them; at the end it begins anew."""
        found: list[str] = []
        for family in sorted(FAMILIES):
            if after < f"{family}\U0010ffff" and len(found) < room:
                found += self.memory.official_ids(family, after, room - len(found))
        return found, found[-1] if len(found) >= room else ""


def _told(file_answer: str) -> str:
    """Say what the answer for a file tells of a document."""
    if _SAYS_WITHDRAWN in file_answer:
        return "the source says that it is withdrawn or not public (Unknown document)"
    if _SAYS_UNKNOWN in file_answer:
        return "the source says that it never existed (Unknown file manifest)"
    return "the source does not say why"

"""A publication through its life, and the record and files that it has at each moment."""

import zlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from functools import partial

from spiders.netherlands.simulator.koop.body import Body, Form, Kind
from spiders.netherlands.simulator.koop.manuscripts import SUBRUBRIEK, Manuscript
from spiders.netherlands.simulator.koop.records import (
    ALL_MANIFESTATIONS,
    ANNEX,
    FEW_MANIFESTATIONS,
    HOUSE,
    OTHER,
    PAPER,
    SENATE,
    SET_AT_ONCE,
    SET_LATER,
    UNSET,
    Record,
)
from spiders.netherlands.simulator.koop.repository import Entry

REMOVED = "Deze publicatie is op verzoek van publicerende organisatie verwijderd"


class State(Enum):
    """Where a publication is in its life."""

    AWAITED = "awaited"
    UNSET = "not typeset"
    SET = "typeset"
    GONE = "gone"
    EMPTIED = "emptied"


@dataclass(slots=True)
class Publication:
    """A paper with the publisher.

    Attributes:
        manuscript: as last published.
        number_id: the identifier before it is typeset, and that of an annex for good.
        correction: words of the paper and what the typesetter makes of them.
        suffix: `-h1` of a reprint, `-n1` of an erratum.
        edition: another one for other bytes.
        current: its record as last published.
        states: distinct states since the simulator began, absence counted too.
        touches: how many of these differ from the one before by their times alone.
        is_gone_for_good: it does not come back, whatever its chamber does.
        changed_in: the advance in which something last happened to it.
        handed_in: the manuscript as its chamber last had it; the published one may be revised.
        main: of an annex, the paper that it goes with; of a reprint or erratum, the first print.
    """

    manuscript: Manuscript
    number_id: str
    state: State = State.AWAITED
    is_set_at_once: bool = False
    is_typeset: bool = False
    annexes: list[str] = field(default_factory=list)
    subjects: tuple[str, ...] = ()
    correction: tuple[str, str] | None = None
    suffix: str = ""
    available: date | None = None
    changed_at: datetime | None = None
    indexed_at: datetime | None = None
    generated_at: datetime | None = None
    file_modified: date | None = None
    edition: int = 0
    current: Record | None = None
    states: int = 0
    touches: int = 0
    changed_in: int = 0
    earlier_ids: list[str] = field(default_factory=list)
    earlier_words: list[str] = field(default_factory=list)
    published_id: str | None = None
    main: "Publication | None" = None
    handed_in: Manuscript | None = None
    is_gone_for_good: bool = False

    @property
    def identifier(self) -> str:
        """The identifier that belongs to the present state; annexes keep their first one."""
        return self.manuscript.identifier + self.suffix if self.is_typeset else self.number_id

    @property
    def is_present(self) -> bool:
        """Tell whether there is a record."""
        return self.state in (State.UNSET, State.SET, State.EMPTIED)

    def entry(self) -> Entry:
        """Make what the repository is to hold of it from now on."""
        self.current = self._record()
        return Entry(self.current, partial(Publication.body, self), self.edition)

    def body(self) -> Body:
        """Say what its files say now."""
        manuscript = self.manuscript
        sheet = manuscript.sheet
        # The same paper is always written in the same way.
        dice = zlib.crc32(manuscript.key.encode())
        if self.state is State.EMPTIED:
            sheet = replace(sheet, paragraphs=(f"{REMOVED}.",), closing=(), notes=())
        elif self.is_typeset and self.correction is not None:
            old, new = self.correction
            sheet = replace(sheet, paragraphs=tuple(p.replace(old, new) for p in sheet.paragraphs))
        return Body(
            sheet=sheet,
            kind=manuscript.kind,
            day=manuscript.day,
            citations=manuscript.citations if self.state is not State.EMPTIED else (),
            dossiers=tuple((place.printed, place.title) for place in manuscript.places),
            is_typeset=self.is_typeset,
            form=manuscript.form,
            signed_deze=dice % 6 == 0,
            has_breaks=dice % 4 == 1,
            has_firm_spaces=dice % 3 == 1,
            has_metadata=dice % 5 < 3,
        )

    def _record(self) -> Record:
        manuscript = self.manuscript
        assert self.changed_at is not None
        assert self.indexed_at is not None
        assert self.generated_at is not None
        assert self.available is not None
        assert self.file_modified is not None
        is_annex = manuscript.kind is Kind.ANNEX
        is_unset = not self.is_typeset
        is_old = manuscript.form is Form.LEGACY
        return Record(
            identifier=self.identifier,
            title=self._title(),
            creator=HOUSE if manuscript.chamber == 2 else SENATE,
            available=self.available,
            day=self.available if is_annex else manuscript.day,
            issued=None if is_annex else manuscript.day,
            year=manuscript.year,
            group="onopgemaakt" if is_unset else manuscript.places[0].id,
            status=self._status(is_unset=is_unset),
            changed_at=self.changed_at,
            indexed_at=self.indexed_at,
            generated_at=self.generated_at,
            file_modified=self.file_modified,
            type=ANNEX if is_annex else PAPER,
            subjects=() if is_unset else self.subjects,
            annexes=tuple(self.annexes),
            # Old papers lack the title of their own, and what kind they are (1.9).
            document_title=None if is_annex or is_old else manuscript.subject,
            dossier_title=None if is_annex else manuscript.places[0].title,
            main_document=self.main.manuscript.identifier if self.main and is_annex else None,
            movers=() if is_unset or is_old else manuscript.movers,
            number=manuscript.number,
            dossiers=tuple(place.id for place in manuscript.places),
            subrubriek=None if is_annex or is_old else self._subrubriek(is_unset=is_unset),
            manifestations=FEW_MANIFESTATIONS if is_unset else ALL_MANIFESTATIONS,
            text=(REMOVED,) if self.state is State.EMPTIED else manuscript.sheet.paragraphs,
        )

    def _title(self) -> str:
        manuscript = self.manuscript
        if manuscript.kind is Kind.ANNEX:
            return manuscript.subject
        title = manuscript.places[0].title
        return "; ".join(filter(None, (title, manuscript.title_kind, manuscript.subject)))

    def _status(self, *, is_unset: bool) -> str:
        if is_unset:
            return UNSET
        return SET_AT_ONCE if self.is_set_at_once else SET_LATER

    def _subrubriek(self, *, is_unset: bool) -> str:
        return OTHER if is_unset else SUBRUBRIEK[self.manuscript.kind]

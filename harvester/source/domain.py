"""The domain's vocabulary: the rows that a source's reader makes of a record.

A row type is a table of the index and its fields are the table's columns, in order. A row belongs
to the record that it was read from, and carries no id of its own: the index puts the record's key
before it. A field that names another record is a `Ref`; the index stores that record's key, in
a column called `<thing>_key` where the field is `<thing>_id`.

A source's words are kept verbatim. Where the application must decide on one, a normalised value
stands beside it, and None there means "not one of the known words".

Times are UTC text (`harvester/times.py`), dates `YYYY-MM-DD`.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple, NewType, TypeAlias

from archive.entries import RecordEntry

Ref = NewType("Ref", str)
"""Names a record of the same source, `<category>/<source id>`; it need not have been sent yet."""

PaperKind = Literal["letter", "motion", "report", "note", "annex", "copy"]
"""`report`: a committee's, on matters before the chamber. `note`: what officials advised before a
letter was sent. `copy`: another copy of a paper at the same source, such as a translation."""
Outcome = Literal[
    "adopted", "partly adopted", "rejected", "tied", "held", "postponed", "retracted", "lapsed"
]
Advice = Literal["for", "against", "left to the House", "hold", "premature", "superfluous"]
Choice = Literal["for", "against", "abstain", "absent"]
"""What was answered to the question put; what a Yes meant is the decision's."""
Method = Literal["show of hands", "roll call", "acclamation"]
VersionCause = Literal["delivered", "changed", "withdrawn", "published again"]
Role = Literal["signatory", "co-signatory", "addressee", "mover", "co-mover"]


class Document(NamedTuple):
    """One publication of a paper by one source."""

    kind: PaperKind | None
    """What its `soort` makes it; an annex counts only beside a letter or a motion."""
    soort: str | None
    number: str | None
    title: str | None
    subject: str | None
    published_on: str | None
    session_year: str | None
    chamber: str | None
    number_in_dossier: str | None
    """`48`, or a letter, `B`."""
    citation_title: str | None
    alias: str | None
    registered_on: str | None
    received_on: str | None
    annex_number: str | None
    sender_reference: str | None
    organisation: str | None
    current_version_id: Ref | None
    publication_id: str | None = None
    """The official id, where the record itself states it."""
    expected_id: str | None = None
    """Of what has no official id yet: the one that follows from its dossier and number."""
    is_provisional: int = 0
    """The source will take this record back and publish the paper again under another id."""
    language: str | None = None
    """Of title, subject and files unless these say otherwise (BCP 47: `nl`, `sv`, `de-CH`)."""
    id_prefix: str | None = None
    """What its official id begins with, where the rest follows from its dossier and number."""


class DocumentVersion(NamedTuple):
    """The source's own numbering of a document's states, and the official publication's id."""

    document_id: Ref | None
    number: int | None
    status: str | None
    extension: str | None
    size_kib: int | None
    published_at: str | None
    publication_id: str | None
    cause: VersionCause | None = None
    """Why the source made this version."""
    reason: str | None = None
    """The reason that it gives, in its own words."""


class DocumentName(NamedTuple):
    """A name by which a document was ever known; never taken back."""

    document_id: Ref
    name: str


class StatedDossier(NamedTuple):
    """A dossier that a document's own record names, for sources that have no dossier records."""

    ordinal: int
    label: str
    """As in official ids: `123`, `123-A`."""
    title: str | None


class StatedPerson(NamedTuple):
    """A person that a document's own record names, for sources that have no actor records."""

    ordinal: int
    name: str
    party: str | None
    function: str | None
    role: Role | None
    signed_on: str | None = None
    withdrawn_on: str | None = None
    """When this person took the signature back."""
    ministry: str | None = None
    """The ministry that the function names."""


class OfferedFile(NamedTuple):
    """A file that a document's record offers, as the record declares it.

    Most are downloads. Where a source has the text in the record itself, `content` holds it and the
    file is archived from there without a request.
    """

    name: str
    url: str
    media_type: str | None
    size_bytes: int | None
    is_description: int = 0
    """It tells of the paper, and is not the paper."""
    language: str | None = None
    """BCP 47; None: that of the document."""
    digest: str | None = None
    """As declared, `<algorithm>:<hexadecimal>`; sha1, sha256 and sha512 are compared."""
    content: str | None = None
    """The file itself, of `media_type` in UTF-8; the index stores only whether there is one."""


class StatedDigest(NamedTuple):
    """The digest of another publisher's file, as a record states it.

    It is a witness: nothing is fetched, and where a paper's file came from that address, the digest
    of what is held is compared with it.
    """

    name: str
    url: str
    """Where that publisher serves the file."""
    media_type: str | None
    size_bytes: int | None
    digest: str
    """As in `OfferedFile`."""


class Replacement(NamedTuple):
    """A document says that it stands in place of another paper, such as an amended motion."""

    official_id: str
    """Of the paper that it replaces."""


class Link(NamedTuple):
    """A record refers to another, which may be unknown yet, or gone."""

    relation: str
    """`<from>_<to>`: `document_case`, `annex_document`, `decision_case`, …"""
    to_id: Ref


class Dossier(NamedTuple):
    """A numbered file that papers belong to."""

    number: int | None
    suffix: str | None
    title: str | None
    citation_title: str | None
    alias: str | None
    highest_number: int | None
    is_closed: int | None
    chamber: str | None
    official: str | None = None
    """How official ids of its papers name it, where that is not its number with its suffix."""


class Case(NamedTuple):
    """A matter before a chamber: a motion, a letter, a bill."""

    number: str | None
    kind: PaperKind | None
    soort: str | None
    title: str | None
    subject: str | None
    status: str | None
    started_on: str | None
    due_on: str | None
    session_year: str | None
    number_in_dossier: int | None
    organisation: str | None
    citation_title: str | None
    alias: str | None
    basis: str | None
    """The law under which a matter was laid before the chamber."""
    is_closed: int | None
    is_large_project: int | None
    appraisal: str | None
    """The government's advice, in the source's words."""
    advice: Advice | None


class MotionClaim(NamedTuple):
    """One of the things that a motion asks for, where each is advised on and decided by itself."""

    ordinal: int
    number: str | None
    text: str | None
    advice_words: str | None
    advice: Advice | None
    outcome_words: str | None
    outcome: Outcome | None
    method: Method | None
    report: str | None
    """The official id of the report in which the claim was dealt with."""
    point: str | None
    """The item of that report."""
    decision_id: Ref | None = None
    """The decision that settled it; one decision may settle many claims of many motions."""
    yes_supports: int | None = None
    """1: who voted Yes wanted the claim; 0: who voted No did; None: it is not known."""


class Decision(NamedTuple):
    """What was decided on a case, at an agenda item."""

    agenda_item_id: Ref | None
    ordinal: int | None
    status: str | None
    soort: str | None
    text: str | None
    remark: str | None
    voting_method: str | None
    method: Method | None
    outcome: Outcome | None
    """Set only for final decisions about a vote."""
    yes_meaning: str | None = None
    """What was answered by voting Yes, in the source's words, where votes are on a question."""
    no_meaning: str | None = None
    stated_for: int | None = None
    """The tally in the decision's own words, where they have one: `adopted (73-72)`."""
    stated_against: int | None = None


class Vote(NamedTuple):
    """One row of votes: a party in a show of hands, a member in a roll call.

    A record may be one row of votes, or a whole roll: `ordinal` tells its rows apart.
    """

    decision_id: Ref | None
    soort: str | None
    choice: Choice | None
    party_size: int | None
    actor_name: str | None
    actor_party: str | None
    is_mistake: int | None
    person_id: Ref | None
    party_id: Ref | None
    ordinal: int = 1


class Actor(NamedTuple):
    """Someone's part in a document or a case."""

    document_id: Ref | None
    case_id: Ref | None
    person_id: Ref | None
    party_id: Ref | None
    committee_id: Ref | None
    name: str | None
    party: str | None
    function: str | None
    relation: str | None
    role: Role | None
    signed_on: str | None = None
    withdrawn_on: str | None = None
    """When this person took the signature back."""
    ministry: str | None = None
    """The ministry that the function names."""


class Person(NamedTuple):
    """A member, minister or other person as the source knows them."""

    number: str | None
    titles: str | None
    initials: str | None
    prefix: str | None
    surname: str | None
    first_names: str | None
    known_as: str | None
    gender: str | None
    function: str | None
    born_on: str | None
    birthplace: str | None
    birth_country: str | None
    died_on: str | None
    place_of_death: str | None
    residence: str | None
    country: str | None
    party_label: str | None


class Party(NamedTuple):
    """A parliamentary party; the source keeps one record for each period."""

    number: str | None
    abbreviation: str | None
    name: str | None
    name_en: str | None
    seats: int | None
    votes_received: int | None
    active_from: str | None
    active_until: str | None


class Activity(NamedTuple):
    """A debate, a committee meeting, a round of votes."""

    number: str | None
    soort: str | None
    subject: str | None
    date: str | None
    date_precision: str | None
    starts_at: str | None
    ends_at: str | None
    location: str | None
    is_closed_door: int | None
    status: str | None
    session_year: str | None
    chamber: str | None
    note: str | None
    lead_committee: str | None


class AgendaItem(NamedTuple):
    """An item on an activity's agenda."""

    activity_id: Ref | None
    number: str | None
    subject: str | None
    ordinal: int | None
    heading: str | None
    note: str | None
    status: str | None
    starts_at: str | None
    ends_at: str | None


class Commitment(NamedTuple):
    """A promise that a minister made to a chamber."""

    number: str | None
    text: str | None
    status: str | None
    made_on: str | None
    due_on: str | None
    fulfilled_by: str | None
    minister: str | None
    function: str | None
    ministry: str | None
    activity_id: Ref | None
    activity_number: str | None
    person_id: Ref | None
    party_id: Ref | None


Row: TypeAlias = (
    Document | DocumentVersion | DocumentName | StatedDossier | StatedPerson | OfferedFile
    | StatedDigest | Replacement | Link | Dossier | Case | MotionClaim | Decision | Vote | Actor
    | Person | Party | Activity | AgendaItem | Commitment
)  # fmt: skip


class Reading(NamedTuple):
    """What a record says.

    Its rows replace what the record said before. A withdrawn record says nothing any more; a
    document, a version and an actor keep their last words, marked as withdrawn.
    """

    rows: tuple[Row, ...] = ()
    unknown: tuple[str, ...] = ()
    """Fields and values that the reader does not know, as `Category.field` or with `=value`."""


Reader: TypeAlias = Callable[[RecordEntry], Reading]
"""Turn a record into rows; pure, and it never fails on what a source may send."""

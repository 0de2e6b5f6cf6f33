"""What a paper says of itself: facts from its own words, never looked up elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, TypeVar, cast, get_args

from archive.canonical import JSON

StatedRole: TypeAlias = Literal["signatory", "co-signatory", "mover", "co-mover"]

_ROLES = get_args(StatedRole)
_Row = TypeVar("_Row")


class StatedDossier(NamedTuple):
    """A dossier that the paper stands in.

    Attributes:
        number: Its number, without spaces.
        chapter: What follows the number in the paper's official id: a chapter of the budget, the
            number of a council.
        title: The dossier's title, as printed above the paper.
        second_number: Another number that is printed beside it and is no part of official ids.
    """

    number: str
    chapter: str | None = None
    title: str | None = None
    second_number: str | None = None


class StatedPerson(NamedTuple):
    """Someone under the paper, as the paper spells the name."""

    name: str
    function: str | None
    role: StatedRole


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What a paper says of itself; None or empty where it does not say it.

    Attributes:
        dossiers: The dossiers in the order of the paper.
        number: The number in the dossier: `48`, `B`, `58e`.
        chamber: Whose paper it is, by the name that the parliament's sources use.
        session_year: `2020-2021`.
        heading: The title of the paper itself.
        dated_on: The date under the heading or above the letter, `YYYY-MM-DD`.
        addressee: The line that names whom a letter is sent to.
        people: Who signs or moves, in the order of the paper.
        status: Words that say that this is no ordinary print, but a reprint, a correction or a
            notice that the paper was removed.
        unknown: Elements and attributes (`element@attribute`) that the reader does not know,
            each with how often it occurs: `plop: 2`. Their text is kept.
    """

    dossiers: tuple[StatedDossier, ...] = ()
    number: str | None = None
    chamber: str | None = None
    session_year: str | None = None
    heading: str | None = None
    dated_on: str | None = None
    addressee: str | None = None
    people: tuple[StatedPerson, ...] = ()
    status: str | None = None
    unknown: tuple[str, ...] = ()


_PLAIN = ("number", "chamber", "session_year", "heading", "dated_on", "addressee", "status")
_FIELDS = frozenset({*_PLAIN, "dossiers", "people", "unknown"})


def facts_to_json(facts: PaperFacts) -> JSON:
    """Write the facts as the archive keeps them."""
    return {
        **{name: cast("str | None", getattr(facts, name)) for name in _PLAIN},
        "dossiers": [list(dossier) for dossier in facts.dossiers],
        "people": [list(person) for person in facts.people],
        "unknown": list(facts.unknown),
    }


def facts_from_json(value: object) -> PaperFacts:
    """Read what `facts_to_json` wrote.

    Raises:
        ValueError: it is something else.
    """
    if not isinstance(value, dict) or value.keys() != _FIELDS:
        raise ValueError("not the facts of a paper")
    return PaperFacts(
        **{name: _word_or_none(value[name]) for name in _PLAIN},
        dossiers=_rows(value["dossiers"], _dossier),
        people=_rows(value["people"], _person),
        unknown=_rows(value["unknown"], _word),
    )


def _rows(value: object, read: Callable[[object], _Row]) -> tuple[_Row, ...]:
    if not isinstance(value, list):
        raise ValueError("not a list")
    return tuple(read(item) for item in value)


def _dossier(value: object) -> StatedDossier:
    number, chapter, title, second_number = _cells(value, 4)
    return StatedDossier(
        _word(number), _word_or_none(chapter), _word_or_none(title), _word_or_none(second_number)
    )


def _person(value: object) -> StatedPerson:
    name, function, role = _cells(value, 3)
    if role not in _ROLES:
        raise ValueError("not a role")
    return StatedPerson(_word(name), _word_or_none(function), cast(StatedRole, role))


def _cells(value: object, count: int) -> list[object]:
    if not isinstance(value, list) or len(value) != count:
        raise ValueError("not a row")
    return value


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not text")
    return value


def _word_or_none(value: object) -> str | None:
    return None if value is None else _word(value)

"""What can go wrong in the application, with the exit code on the class.

    HarvesterError
    ├── ConfigurationError   2  a key, value or source name that Griffie does not know
    ├── PaperNotFound        2  no paper, version or file by that name
    ├── SeveralPapers        2  a name that several papers share
    ├── HarvestNotFound      2  no harvest by that id, or none that waits for a decision
    ├── HarvestBroken       75  gathered entries could not be committed; the walk ended there
    ├── HarvestHeld          3  an earlier harvest of this source waits for a person's decision
    ├── HarvestRunning       0  another harvest of this source holds the lock (cron overlap)
    ├── ExtractorBroken     75  no worker process for text extraction can be started
    ├── HookFailed          75  an alarm could not be delivered; it is retried
    └── IndexFault          75  the index cannot be used (harvester/index/errors.py)

The archive's own errors are in `archive/errors.py`.
"""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the known word closest to a mistyped one, else nothing."""
    close = get_close_matches(given, sorted(known), n=1, cutoff=0.7)
    return f"; did you mean {close[0]!r}?" if close else ""


class HarvesterError(Exception):
    """Base of the application's errors; the message says what, where, and what to do next."""

    exit_code = 75


class ConfigurationError(HarvesterError):
    """A key, value or source name is not known."""

    exit_code = 2


class PaperNotFound(HarvesterError):
    """No paper, version or file answers to this name."""

    exit_code = 2


class SeveralPapers(HarvesterError):
    """A name that several papers share; a person has to choose one by its id."""

    exit_code = 2

    def __init__(self, name: str, papers: tuple[str, ...]) -> None:
        choice = " or ".join(papers)
        super().__init__(f"{name!r} is a name of {len(papers)} papers; choose {choice}")
        self.name = name
        self.papers = papers


class HarvestNotFound(HarvesterError):
    """No harvest answers to this id, or it is not one that can be decided about."""

    exit_code = 2


class HarvestBroken(HarvesterError):
    """Gathered entries could not be committed; the checkpoint did not move past them."""

    def __init__(self, source: str, cause: Exception) -> None:
        super().__init__(
            f"the harvest of {source} could not commit what it gathered, and ended there: "
            f"{type(cause).__name__}: {cause}; the next harvest begins before it (the log has "
            "the traceback)"
        )
        self.source = source


class HarvestHeld(HarvesterError):
    """An earlier harvest of this source is held and waits for a decision."""

    exit_code = 3

    def __init__(self, source: str, harvest: str, reasons: tuple[str, ...]) -> None:
        super().__init__(
            f"harvest {harvest} of {source} is held ({'; '.join(reasons)}), and no other runs "
            f"before a decision: griffie release {harvest} --reason ..., or griffie discard"
        )
        self.source = source
        self.harvest = harvest


class HarvestRunning(HarvesterError):
    """Another harvest of this source is running; nothing was done."""

    exit_code = 0


class ExtractorBroken(HarvesterError):
    """No worker can be started: the machine or the limits are at fault, not a file."""


class HookFailed(HarvesterError):
    """An alarm could not be delivered; the next look retries it."""

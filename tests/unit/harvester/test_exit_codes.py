"""Every way in which a command ends has a code that is documented."""

import archive.errors
import harvester.errors
import harvester.index.errors
import harvester.snapshot.signing
from archive.errors import ArchiveError
from harvester.cli import exit_codes
from harvester.errors import HarvesterError

MODULES = (archive.errors, harvester.errors, harvester.index.errors, harvester.snapshot.signing)


def _kinds(kind: type[Exception]) -> set[type[Exception]]:
    return {kind}.union(*(_kinds(each) for each in kind.__subclasses__()))


def test_every_error_ends_with_a_code_of_the_table() -> None:
    kinds = _kinds(HarvesterError) | _kinds(ArchiveError)
    assert {kind for kind in kinds if kind.exit_code not in exit_codes.ALL} == set()  # type: ignore[attr-defined]

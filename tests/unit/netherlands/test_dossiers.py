"""Numbers of dossiers, as people type and print them."""

import pytest

from spiders.netherlands.dossiers import dossier_label, printed_dossier


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("36900-XII", "36 900 XII"),
        ("21501-02", "21 501-02"),
        ("36867", "36 867"),
        ("CXLVI", "CXLVI"),
    ],
)
def test_dossiers_are_written_as_the_chambers_print_them(label: str, said: str) -> None:
    assert printed_dossier(label) == said


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("36 900 XII", "36900-XII"),
        ("36.900-xii", "36900-XII"),
        ("21501-02", "21501-02"),
        (" 36867 ", "36867"),
        ("36 900 XII, nr. 48", None),
        ("123456", None),
    ],
)
def test_a_dossier_is_meant_however_its_number_is_typed(typed: str, label: str | None) -> None:
    assert dossier_label(typed) == label

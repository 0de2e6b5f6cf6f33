"""A function names a ministry, in whatever form it is written."""

import pytest

from spiders.netherlands.ministries import ministry_of


@pytest.mark.parametrize(
    ("function", "ministry"),
    [
        ("Minister van Water en Wegen", "Water en Wegen"),
        ("De Minister voor Klimaat,", "Klimaat"),
        ("Staatssecretaris van Justitie", "Justitie"),
        ("Minister-president, minister van Algemene Zaken", "Algemene Zaken"),
        ("Voorzitter", None),
        ("Minister van ", None),
        ("", None),
    ],
)
def test_a_ministry_is_named_after_its_office(function: str, ministry: str | None) -> None:
    assert ministry_of(function) == ministry

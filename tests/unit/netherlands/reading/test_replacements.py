"""Which paper a title says it replaces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.netherlands.reading.replacements import replaced


@pytest.mark.parametrize(
    ("title", "ids"),
    [
        ("Gewijzigde motie van het lid Jansen over water (t.v.v. 36725-29)", ("kst-36725-29",)),
        ("Gewijzigde motie over water (t.v.v. 19637-3370)", ("kst-19637-3370",)),
        ("Nader gewijzigde motie (t.v.v. 36600-VI-105)", ("kst-36600-VI-105",)),
        ("Gewijzigde motie (t.v.v. 21501-20-1992)", ("kst-21501-20-1992",)),
        ("Gewijzigde motie (t.v.v. 36321-(R2181)-11)", ("kst-36321-11",)),
        ("Gewijzigde motie (t.v.v. 36 725, nr. 29)", ("kst-36725-29",)),
        ("Gewijzigde motie (tvv 36725-29)", ("kst-36725-29",)),
        ("Gewijzigde motie (T.V.V. 36725-29)", ("kst-36725-29",)),
        ("Gewijzigde motie (t.v.v. 36725-29 en 30)", ("kst-36725-29", "kst-36725-30")),
        ("Motie ter vervanging van die gedrukt onder 36 725, nr. 29", ("kst-36725-29",)),
        # Which dossier is meant is not said.
        ("GEWIJZIGDE MOTIE TER VERVANGING VAN DIE GEDRUKT ONDER NR. 29", ()),
        # A paper that is spoken of is not replaced.
        ("Gewijzigde motie over 29 936, nr. 69 (t.v.v. 36600-VI-89)", ("kst-36600-VI-89",)),
        ("Motie over de uitvoering van 36 725, nr. 29", ()),
        ("Motie over vervanging van de vloot", ()),
        ("Motie ter vervanging van kunstmest, in vervolg op 36 725, nr. 29", ()),
        ("", ()),
    ],
)
def test_a_title_says_which_paper_it_replaces(title: str, ids: tuple[str, ...]) -> None:
    assert replaced(title) == ids


@given(st.text())
def test_any_title_is_read(title: str) -> None:
    assert all(id_.startswith("kst-") for id_ in replaced(f"t.v.v. {title}"))

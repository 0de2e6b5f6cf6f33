"""What the source's words mean."""

import pytest

from spiders.netherlands.tweedekamer.values import tally


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Aangenomen. (73-72)", (73, 72)),
        ("Verworpen (46-103).", (46, 103)),
        ("Gestaakt. (72–72)", (72, 72)),
        ("Aangenomen ( 70 - 67 ).", (70, 67)),
        ("Aangenomen.", None),
        ("Aangenomen. (2024-2025)", None),
        ("Aangenomen. (0-0)", None),
        ("Aangenomen (999-999)", None),
        ("", None),
    ],
)
def test_a_decision_may_state_its_tally(text: str, stated: tuple[int, int] | None) -> None:
    assert tally(text) == stated

"""Judge whether a harvest is plausible. Pure."""

from collections.abc import Mapping

from harvester.harvest.baseline import Plausible
from harvester.settings.service import ExpectSettings

JUDGED = ("withdrawn", "changed", "new")
"""Kinds of change that are judged."""


def is_to_be_weighed(changes: Mapping[str, int], expect: ExpectSettings) -> bool:
    """Tell whether there are enough changes to be judged."""
    return any(changes.get(kind, 0) > expect.never_held for kind in JUDGED)


def judge(
    changes: Mapping[str, int],
    present: int,
    expect: ExpectSettings,
    most_new: Plausible | None = None,
) -> tuple[str, ...]:
    """Return the reasons to hold a harvest for a person's decision; empty if it is plausible.

    Args:
        changes: number of records that it would change, by kind.
        present: number of records that the source has now.
        expect: what is plausible of the source.
        most_new: how many new records are plausible; None without a baseline.
    """
    limits = {"withdrawn": expect.most_withdrawn_percent, "changed": expect.most_changed_percent}
    reasons = []
    for kind, most in limits.items():
        count = changes.get(kind, 0)
        if count > expect.never_held and count * 100 > most * present:
            share = 100 * count / max(present, 1)
            reasons.append(
                f"{kind}: {count:,} of {present:,} records ({share:.1f} %); "
                f"at most {most:g} % are plausible"
            )
    new = changes.get("new", 0)
    if most_new is not None and new > max(expect.never_held, most_new.most):
        reasons.append(f"new: {new:,} records; {most_new.because}")
    return tuple(reasons)

"""Tell plausible dates of a paper from mistakes such as 0001, 5008 or next year.

What a source sends is kept and shown verbatim. An implausible date is reported, and is not used for
ordering (`paper_day` in harvester/index/derivation.sql holds the same rule).
"""

from datetime import date, timedelta

EARLIEST = "1200-01-01"
"""No parliament is older. Software writes 0001-01-01 where it knows no date."""
AHEAD = timedelta(days=31)
"""Papers are announced some days before their date, never longer before."""


def is_likely(day: str, told_at: str) -> bool:
    """Tell whether a paper may have this date.

    Args:
        day: `YYYY-MM-DD`.
        told_at: when the source was seen to say so, as text in UTC.
    """
    try:
        latest = date.fromisoformat(told_at[:10]) + AHEAD
    except (ValueError, OverflowError):
        return False
    return EARLIEST <= day <= latest.isoformat()

"""Ids of harvests."""

import secrets
from datetime import datetime


def harvest_id(moment: datetime, source: str) -> str:
    """Return a new id for a harvest or takedown: `20261124T221500Z-gazette-7f3a`.

    Ids sort by time; the random digits at the end distinguish two of one second.
    """
    return f"{moment:%Y%m%dT%H%M%SZ}-{source}-{secrets.token_hex(2)}"

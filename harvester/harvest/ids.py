"""Names of harvests."""

import secrets
from datetime import datetime


def harvest_id(moment: datetime, source: str) -> str:
    """Return a new name for what happens to a source now: `20261124T221500Z-gazette-7f3a`.

    Names sort by time; the digits of chance at the end part two of one second.
    """
    return f"{moment:%Y%m%dT%H%M%SZ}-{source}-{secrets.token_hex(2)}"

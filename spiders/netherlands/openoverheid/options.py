"""The settings of this source."""

from datetime import date
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field


class OpenOverheidOptions(BaseModel):
    """The section `[sources.openoverheid]` of `griffie.toml`."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)

    url: str = Field("https://open.overheid.nl", pattern=r"^https?://[^/]+/?$")
    kinds: tuple[str, ...] = Field(
        ("kamerbrief", "beslisnota", "kamervraag met antwoord", "kamervraag zonder antwoord"),
        min_length=1,
    )
    """The `documentsoort`en that are walked; what these name as annexes comes along."""
    first_day: date = date(2008, 1, 1)
    """First day of publication that a first harvest takes."""
    window_documents: int = Field(500, ge=1)
    """Most documents of a window of days before it is halved; a single day is read in any case."""
    overlap_h: float = Field(24, ge=0)
    """How far before the last seen change the list of changes is read again."""
    recheck_documents: int = Field(200, ge=0)
    """Held documents that a harvest asks for again, in turn; 0 asks for none, and then nothing
    is ever found to be withdrawn."""
    confirm_after_h: float = Field(24, ge=0)
    """What is not served counts as withdrawn when it is not served again so much later."""
    copies: int = Field(100, ge=0)
    """Copies of held official publications that a harvest asks for; 0 asks for none."""
    copies_recent_days: int = Field(30, ge=0)
    """Publications of so many days are asked for before the others take their turn."""
    delay_s: float = Field(0.5, ge=0)
    """Between requests, unless `fetch.delay_s` is longer."""

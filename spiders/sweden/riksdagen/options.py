"""The settings of this source."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field


class RiksdagenOptions(BaseModel):
    """The section `[sources.riksdagen]` of `griffie.toml`."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)

    url: str = Field("https://data.riksdagen.se", pattern=r"^https?://[^/]+/?$")
    types: tuple[Literal["mot", "skr", "rskr", "bet"], ...] = Field(
        ("mot", "skr", "rskr", "bet"), min_length=1
    )
    """The kinds of documents that are walked."""
    first_year: int = Field(2014, ge=1867, le=2999)
    """The session that begins in this year is the oldest one taken."""
    page_size: int = Field(200, ge=1, le=200)
    """Documents of a page of a list; the source cuts larger ones without a word."""
    overlap_h: float = Field(24, ge=0)
    """How far before the last seen change of a session documents are asked for again."""
    recheck_documents: int = Field(200, ge=0)
    """Where lists do not say when a document changed: as many are asked for again, in turn."""
    confirm_after_h: float = Field(48, ge=0)
    """What a list lacks counts as gone if it still does so much later."""
    delay_s: float = Field(0.5, ge=0)
    """Between requests, unless `fetch.delay_s` is longer."""

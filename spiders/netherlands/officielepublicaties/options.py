"""The settings of this source."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

Area = Literal["officielepublicaties", "sgd"]
Manifestation = Literal["html", "metadata", "metadataowms", "odt", "pdf", "xml"]


class PublicationsOptions(BaseModel):
    """The section `[sources.officielepublicaties]` of `griffie.toml`."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)

    sru_url: str = Field("https://repository.overheid.nl/sru", pattern=r"^https?://")
    areas: tuple[Area, ...] = Field(("officielepublicaties",), min_length=1)
    """Product areas that are walked. `sgd`: papers of 1814 to 1995, of which nobody has seen a
    record yet (README.md 1.10)."""
    manifestations: tuple[Manifestation, ...] = Field(("xml", "pdf"), min_length=1)
    """Which files of a publication are fetched."""
    first_day: date = date(1995, 1, 1)
    """First day of modification that a first harvest takes."""
    page_records: int = Field(100, ge=1, le=1000)
    window_records: int = Field(5000, ge=1, lt=10_000)
    """Most changes of a window of days before it is halved; a single day is read in any case."""
    overlap_days: int = Field(2, ge=0)
    """Days before the last seen change that are walked again."""
    reconcile_days: int = Field(30, ge=0)
    """Days after which each dossier is compared again."""
    reconcile_dossiers: int = Field(200, ge=0)
    """At most so many in one harvest; 0 compares none."""
    confirm_after_h: float = Field(24, ge=0)
    """What is missing counts as withdrawn when it is missing again so much later."""
    delay_s: float = Field(0.5, ge=0)
    """Between requests, unless `fetch.delay_s` is longer; from 5 a second on they are refused."""

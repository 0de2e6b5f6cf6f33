"""What every table of `griffie.toml` is."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """One table of `griffie.toml`; a key that it does not have is an error."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)

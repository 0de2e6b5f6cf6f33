"""Settings of alerts: who sends them, how, and within which limits."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from harvester.settings.section import Section


class AlertSettings(Section):
    """Alerts by e-mail and webhook; they are off until there are a sender and a public address."""

    sender: str = Field("", pattern=r"^([^@\s<>]+@[^@\s<>]+)?$")
    """The address that mail comes from; empty switches alerts off, as does no `site.public_url`."""
    subscriptions: str = ""
    """The file of subscriptions; empty is `subscriptions.sqlite` beside the index."""
    command: tuple[str, ...] = ()
    """A program that takes a message on standard input, such as sendmail; empty uses SMTP."""
    smtp_host: str = "localhost"
    smtp_port: int = Field(25, ge=1, le=65535)
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    """From the environment only."""
    webhooks: bool = True
    """Whether readers may have events posted to addresses of theirs."""
    timeout_s: float = Field(30, gt=0)
    confirmations_per_hour: int = Field(200, ge=0)
    """Most mails in an hour, to anyone, that ask for confirmation."""
    storm: int = Field(20, ge=1)
    """Most events that one message tells whole; it counts the others and links to them."""
    at_once_per_day: int = Field(12, ge=1)
    """Most messages of one alert in a day; what comes after goes into one digest a day later."""
    mass: int = Field(1000, ge=1)
    """Most new papers, or changes of one kind, in an hour; beyond it they are no news."""

    def beside(self, folder: Path) -> "AlertSettings":
        """Return this with its file relative to a folder."""
        if not self.subscriptions:
            return self
        return self.model_copy(update={"subscriptions": str(folder / self.subscriptions)})

    def file(self, index: Path) -> Path:
        """Return the file of subscriptions."""
        return Path(self.subscriptions) if self.subscriptions else index.with_name(
            "subscriptions.sqlite"
        )  # fmt: skip

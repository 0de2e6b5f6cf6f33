"""Settings: defaults < `griffie.toml` < `GRIFFIE_<SECTION>_<FIELD>` < command line.

`config/griffie.toml` states every key at its default; a test holds the two together.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from archive.stores.location import is_bucket
from archive.stores.options import Compatibility, S3Options
from harvester.errors import ConfigurationError, did_you_mean
from harvester.settings.alerts import AlertSettings
from harvester.settings.section import Section
from harvester.settings.service import (
    AlarmSettings,
    ExpectSettings,
    ScheduleSettings,
    ServiceSettings,
)
from harvester.source import registry
from harvester.source.domain import PaperKind

DEFAULT_FILE = Path("griffie.toml")


class FetchSettings(Section):
    """Politeness and patience of requests."""

    contact: str = "https://example.org/set-fetch.contact-in-griffie.toml"
    """Contact for the source's operators, in the User-Agent."""
    delay_s: float = Field(0.25, ge=0)
    """Delay between two requests to one host; Scrapy's own default is 0."""
    connections_per_host: int = Field(2, ge=1, le=16)
    """Scrapy's own default is 8."""
    timeout_s: float = Field(180, gt=0)
    """Limit for a whole response; the first page of a feed may take a minute."""
    retries: int = Field(5, ge=0)
    """Retries after the first attempt; Scrapy's own default is 2."""
    backoff_s: float = Field(2, ge=0)
    """Wait before the first retry, doubled for each further one, with jitter."""
    longest_wait_s: float = Field(600, ge=0)
    """Longest acceptable Retry-After; after a longer one the category ends incomplete."""
    obey_robots_txt: bool = True


class FileSettings(Section):
    """Which files are fetched and re-checked."""

    kinds: frozenset[PaperKind] = frozenset(get_args(PaperKind))
    largest_bytes: int = Field(1_000_000_000, gt=0)
    recheck_days: int = Field(14, ge=0)
    """Files of papers published or changed within so many days are re-checked."""
    recheck_every_h: float = Field(24, gt=0)
    rotation_days: int = Field(365, ge=0)
    """Every other held file is re-checked once in so many days; 0 is never."""
    attempts_per_week: int = Field(7, ge=1)
    """Attempts for a file that fails; the wait doubles from one hour."""


class TextSettings(Section):
    """Text extraction: worker processes and limits per file."""

    workers: int = Field(0, ge=0)
    """Number of processes; 0 means one per processor."""
    timeout_s: float = Field(60, gt=0)
    memory_bytes: int = Field(1_500_000_000, ge=200_000_000)


class S3Settings(Section):
    """Access to an archive in a bucket; empty values leave it to boto3 or the bucket.

    Credentials come from boto3's own chain (environment, profile, role), never from here.
    """

    endpoint_url: str = Field("", pattern=r"^(https?://.*)?$")
    region: str = ""
    profile: str = ""
    path_style: bool = False
    """Most servers other than Amazon's need it."""
    compatibility: Compatibility = ""
    """A server that differs from Amazon's: `r2`, `b2`, or `plain` for the least it can do."""
    versioning: bool = True
    """Whether `init` enables versioning of the bucket."""
    storage_class: str = ""
    encryption: Literal["", "AES256", "aws:kms"] = ""
    kms_key_id: str = ""
    lock_mode: Literal["", "GOVERNANCE", "COMPLIANCE"] = ""
    lock_days: int = Field(0, ge=0)
    """Object Lock: days for which nobody can delete objects; 0 leaves it to the bucket."""
    connections: int = Field(16, ge=1, le=256)
    """Files in flight at once."""
    staging: str = ""
    """Folder of uploads and downloads; empty is the system's temporary folder."""

    def options(self) -> S3Options:
        """Return the options in the archive's type."""
        given = {name: value for name, value in self.model_dump().items() if value != ""}
        if self.staging:
            given["staging"] = Path(self.staging)
        return S3Options(**given)


class SiteSettings(Section):
    """Where Datasette listens, and the public address of the site."""

    host: str = "127.0.0.1"
    port: int = Field(8001, ge=0, le=65535)
    public_url: str = Field("", pattern=r"^(https?://[^/]+/?)?$")
    """Address for feeds and citations; empty uses the requested one."""
    redirect_files: bool = False
    """Whether browsers fetch files directly from the bucket, by a short-lived address."""
    as_of_kept: int = Field(2, ge=0)
    """Number of cached indexes of earlier days for `_as_of`; 0 disables them."""
    workers: int = Field(0, ge=0, le=64)
    """Number of processes; 0 means one per processor, at most 4."""
    client_limit: int = Field(0, ge=0)
    """Requests that a client may make in a minute; more get 429. 0 does not limit."""
    client_header: str = Field("", pattern=r"^[A-Za-z0-9-]*$")
    """A header that a trusted proxy sets to the client's address; empty: the connection's."""


class SnapshotSettings(Section):
    """Which snapshots are created and kept."""

    keep: int = Field(0, ge=0)
    """Number of newest unnamed snapshots to keep; 0 keeps all."""
    with_files: bool = False
    """Whether snapshots contain the papers' files."""


class SigningSettings(Section):
    """The keys and authorities of signatures."""

    key: str = ""
    """A file with a private Ed25519 key; empty signs nothing."""
    timestamp_url: str = Field("", pattern=r"^(https?://.*)?$")
    """A timestamp authority (RFC 3161); empty uses none."""
    timestamp_roots: str = ""
    """A file with certificates of trusted timestamp authorities, as PEM."""
    witnesses: tuple[str, ...] = ()
    """Who watches this archive: each a verifier key, a space, and where its copy is; or, of a
    witness that is asked over HTTP, `submit` and its address."""
    watched: tuple[str, ...] = ()
    """Verifier keys of the logs of others that `griffie witness` cosigns."""

    def beside(self, folder: Path) -> "SigningSettings":
        """Return this with its files relative to a folder."""
        files = {"key": self.key, "timestamp_roots": self.timestamp_roots}
        return self.model_copy(update={n: str(folder / f) for n, f in files.items() if f})


class Settings(BaseSettings):
    """All settings, validated."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix="GRIFFIE_",
        env_nested_delimiter="_",
        env_nested_max_split=1,
    )

    archive: str = "griffie-data/archive"
    """A folder, or `s3://bucket/prefix`."""
    index: Path = Path("griffie-data/index.sqlite")
    fetch: FetchSettings = FetchSettings()
    files: FileSettings = FileSettings()
    text: TextSettings = TextSettings()
    s3: S3Settings = S3Settings()
    site: SiteSettings = SiteSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    expect: ExpectSettings = ExpectSettings()
    service: ServiceSettings = ServiceSettings()
    alarm: AlarmSettings = AlarmSettings()
    alerts: AlertSettings = AlertSettings()
    snapshots: SnapshotSettings = SnapshotSettings()
    signing: SigningSettings = SigningSettings()
    sources: dict[str, dict[str, Any]] = Field(default_factory=dict)

    @property
    def has_alerts(self) -> bool:
        """Whether readers can have alerts: mail needs a sender, and links to the site."""
        return bool(self.alerts.sender and self.site.public_url)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment override what the file says, which `load` passes as arguments."""
        assert isinstance(init_settings, InitSettingsSource)
        return env_settings, init_settings


def load(path: Path | None = None) -> Settings:
    """Read settings from a file and the environment.

    Relative folders in the file are relative to the file, so that cron can run anywhere.

    Args:
        path: the file; None means `griffie.toml` here, if there is one.

    Raises:
        ConfigurationError: no such file, not TOML, an unknown key, variable or bad value.
    """
    _refuse_unknown_variables()
    if path is None and not DEFAULT_FILE.exists():
        registry.use(())
        return _validated({}, "the environment")
    file = path or DEFAULT_FILE
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{file}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: not TOML: {error}") from error
    _refuse_secrets(values, str(file))
    named = values.get("sources", {})
    # Before the defaults of others are made: the time zone is that of the parliaments in use.
    registry.use(named if isinstance(named, dict) else ())
    settings = _validated(values, str(file))
    folder = file.resolve().parent
    return settings.model_copy(
        update={
            "archive": settings.archive
            if is_bucket(settings.archive)
            else str(folder / settings.archive),
            "index": folder / settings.index,
            "signing": settings.signing.beside(folder),
            "alerts": settings.alerts.beside(folder),
        }
    )


def _variables() -> Iterator[str]:
    """Yield every environment variable that sets something."""
    prefix = "GRIFFIE_"
    for name, field in Settings.model_fields.items():
        yield f"{prefix}{name}".upper()
        inner = getattr(field.annotation, "model_fields", {})
        yield from (f"{prefix}{name}_{key}".upper() for key in inner)


def _refuse_unknown_variables() -> None:
    """Reject misspelled variables, which would silently have no effect."""
    known = set(_variables())
    for name in sorted(os.environ):
        if name.upper().startswith("GRIFFIE_") and name.upper() not in known:
            raise ConfigurationError(
                f"the environment: unknown variable {name}{did_you_mean(name.upper(), known)}"
            )


def _refuse_secrets(values: dict[str, Any], origin: str) -> None:
    """Reject secrets in the settings file, which is read, copied and shown."""
    for section, field in Settings.model_fields.items():
        fields = getattr(field.annotation, "model_fields", {})
        for name, inner in fields.items():
            given = values.get(section)
            if inner.annotation is SecretStr and isinstance(given, dict) and given.get(name):
                raise ConfigurationError(
                    f"{origin}: {section}.{name} is a secret; set "
                    f"GRIFFIE_{section.upper()}_{name.upper()} in the environment instead"
                )


def _validated(values: dict[str, Any], origin: str) -> Settings:
    try:
        return Settings(**values)
    except ValidationError as error:
        raise ConfigurationError(explain(error, origin, Settings)) from error


def explain(error: ValidationError, origin: str, model: type[BaseModel], section: str = "") -> str:
    """Return one line that says which key of which file is wrong, and what is allowed.

    Args:
        error: of pydantic.
        origin: the name of the file.
        model: the validated model, whose keys are suggested for a misspelled one.
        section: the table of the file that the model stands for.
    """
    first = error.errors(include_url=False)[0]
    key = ".".join(part for part in (section, *map(str, first["loc"])) if part)
    if first["type"] == "extra_forbidden":
        *tables, name = map(str, first["loc"])
        return f"{origin}: unknown key {key!r}{did_you_mean(name, _keys(model, tables))}"
    return f"{origin}: {key}: {first['msg']} (got {first['input']!r})"


def _keys(model: type[BaseModel], tables: Sequence[str]) -> set[str]:
    """Return the keys of a nested table of a model."""
    fields: Mapping[str, Any] = model.model_fields
    for name in tables:
        fields = getattr(fields[name].annotation, "model_fields", {}) if name in fields else {}
    return set(fields)

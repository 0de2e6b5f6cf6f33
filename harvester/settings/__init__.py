"""Settings: defaults, `griffie.toml`, the environment; see `config/griffie.toml`."""

from harvester.settings.settings import (
    DEFAULT_FILE,
    FetchSettings,
    FileSettings,
    S3Settings,
    Settings,
    SigningSettings,
    SiteSettings,
    SnapshotSettings,
    TextSettings,
    explain,
    load,
)

__all__ = [
    "DEFAULT_FILE",
    "FetchSettings",
    "FileSettings",
    "S3Settings",
    "Settings",
    "SigningSettings",
    "SiteSettings",
    "SnapshotSettings",
    "TextSettings",
    "explain",
    "load",
]

"""The options of a bucket."""

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

Compatibility: TypeAlias = Literal["", "r2", "b2", "plain"]
"""A server that is known to differ from Amazon's; `plain` asks for the least."""


class Differences(NamedTuple):
    """What a server does not have that Amazon's has."""

    has_versions: bool = True
    """Whether objects of one key can be kept and listed as versions."""
    has_checksums: bool = True
    """Whether requests may carry checksums other than Content-MD5."""


DIFFERENCES = MappingProxyType(
    {
        "": Differences(),
        "r2": Differences(has_versions=False, has_checksums=False),
        "b2": Differences(has_checksums=False),
        "plain": Differences(has_versions=False, has_checksums=False),
    }
)


@dataclass(frozen=True, slots=True)
class S3Options:
    """How to reach a bucket and how to store there; what is None is left to boto3 or the bucket."""

    endpoint_url: str | None = None
    region: str | None = None
    profile: str | None = None
    path_style: bool = False
    """Needed by most servers other than Amazon's."""
    compatibility: Compatibility = ""
    versioning: bool = True
    """Whether `init` enables versioning of the bucket."""
    storage_class: str | None = None
    encryption: str | None = None
    """`AES256` or `aws:kms`."""
    kms_key_id: str | None = None
    lock_mode: str | None = None
    """`GOVERNANCE` or `COMPLIANCE`; with `lock_days`, on buckets that have Object Lock."""
    lock_days: int = 0
    connections: int = 16
    """Files in flight at once."""
    staging: Path | None = None
    """Folder of uploads and downloads; None is one in the system's temporary folder."""

    @property
    def differences(self) -> Differences:
        """What the server does not have."""
        return DIFFERENCES[self.compatibility]

    @property
    def keeps_versions(self) -> bool:
        """Whether `init` is to enable versioning, and the server can."""
        return self.versioning and self.differences.has_versions

"""The options of a bucket."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class S3Options:
    """How to reach a bucket and how to store there; what is None is left to boto3 or the bucket."""

    endpoint_url: str | None = None
    region: str | None = None
    profile: str | None = None
    path_style: bool = False
    """Needed by most servers other than Amazon's."""
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

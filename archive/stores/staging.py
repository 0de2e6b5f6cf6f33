"""The folder of temporary files."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def staging_of_this_user() -> Path:
    """Return this user's folder among the machine's temporary ones."""
    return Path(tempfile.gettempdir()) / f"griffie-staging-{os.getuid()}"


def sweep_folder(folder: Path, oldest: float) -> int:
    """Remove files of a folder that were last written before a time; return how many.

    Args:
        folder: its subfolders are left alone.
        oldest: seconds since 1970.
    """
    swept = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            # Another sweep, or the writer itself, may remove it at the same moment.
            with suppress(FileNotFoundError):
                is_file = not entry.is_dir(follow_symlinks=False)
                if is_file and entry.stat(follow_symlinks=False).st_mtime <= oldest:
                    os.unlink(entry.path)
                    swept += 1
    return swept

"""One harvest of a source at a time, whatever becomes of the other."""

import subprocess
import sys
from pathlib import Path

import pytest

from harvester.errors import HarvestRunning
from harvester.lock import harvest_lock, is_locked

HOLDER = """
import sys, time
from pathlib import Path
from harvester.lock import harvest_lock
with harvest_lock(Path(sys.argv[1]), "testland"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_lock_held_elsewhere_is_respected_until_its_holder_dies(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert is_locked(tmp_path, "testland")
        assert not is_locked(tmp_path, "elsewhere")
        with pytest.raises(HarvestRunning, match="running"), harvest_lock(tmp_path, "testland"):
            pass
        with harvest_lock(tmp_path, "elsewhere"):
            pass
        holder.kill()
    assert not is_locked(tmp_path, "testland")
    with harvest_lock(tmp_path, "testland"):
        assert is_locked(tmp_path, "testland")
    assert not is_locked(tmp_path, "testland")

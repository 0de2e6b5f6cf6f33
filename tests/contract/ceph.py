"""A Ceph cluster of one node with its S3 gateway, for the tests: in one folder, on free ports.

Needs Debian's packages radosgw, ceph-mon, ceph-mgr, ceph-osd and ceph-common, which `.ci/run`
installs.
"""

import os
import shutil
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.contract.servers import ENVIRONMENT, free_port

DAEMONS = {
    "mon.a": ["ceph-mon", "-i", "a"],
    "osd.0": ["ceph-osd", "-i", "0"],
    "mgr.x": ["ceph-mgr", "-i", "x"],
    "client.rgw": ["radosgw", "-n", "client.rgw"],
}
"""In the order in which they need each other."""
KEYS = {
    "mon.": {"mon": "allow *"},
    "client.admin": {"mon": "allow *", "osd": "allow *", "mgr": "allow *"},
    "mgr.x": {"mon": "allow profile mgr", "osd": "allow *"},
    "osd.0": {"mon": "allow profile osd", "mgr": "allow profile osd"},
    "client.rgw": {"mon": "allow rw", "osd": "allow rwx", "mgr": "allow rw"},
}
PATIENCE_S = 60


def is_installed() -> bool:
    """Tell whether the packages are here."""
    return all(shutil.which(command[0]) for command in DAEMONS.values())


class Ceph:
    """A cluster; what is in its buckets survives `stop` and `start`."""

    def __init__(self, folder: Path) -> None:
        """Name the folder of a cluster."""
        self.folder = folder
        self.port = free_port()
        self.monitor_port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def create(self) -> None:
        """Make the cluster, start it, and give the test user its keys."""
        for name in ("mon", "mgr", "osd", "rgw", "run"):
            (self.folder / name).mkdir(parents=True)
        cluster = str(uuid.uuid4())
        (self.folder / "ceph.conf").write_text(self._settings(cluster))
        keyring, monmap = self.folder / "keyring", self.folder / "monmap"
        for number, (name, rights) in enumerate(KEYS.items()):
            caps = [word for pair in rights.items() for word in ("--cap", *pair)]
            new = [] if number else ["--create-keyring"]
            self._run("ceph-authtool", *new, str(keyring), "--gen-key", "-n", name, *caps)
        address = f"[v1:127.0.0.1:{self.monitor_port}]"
        self._run("monmaptool", "--create", "--addv", "a", address, "--fsid", cluster, str(monmap))
        self._run(
            "ceph-mon", "--mkfs", "-i", "a", "--monmap", str(monmap), "--keyring", str(keyring)
        )
        self._run(*DAEMONS["mon.a"])
        self._run("ceph", "-n", "mon.", "auth", "import", "-i", str(keyring))
        disk = str(uuid.uuid4())
        self._run("ceph", "osd", "new", disk)
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk)
        for name in ("osd.0", "mgr.x", "client.rgw"):
            self._run(*DAEMONS[name])
        self._run("ceph", "osd", "crush", "add", "osd.0", "1.0", "host=here", "root=default")
        self._wait()
        self._run(
            "radosgw-admin", "user", "create", "--uid=test", "--display-name=test",
            f"--access-key={ENVIRONMENT['AWS_ACCESS_KEY_ID']}",
            f"--secret-key={ENVIRONMENT['AWS_SECRET_ACCESS_KEY']}",
        )  # fmt: skip

    def start(self) -> None:
        """Start a cluster that was stopped."""
        for command in DAEMONS.values():
            self._run(*command)
        self._wait()

    def stop(self) -> None:
        """End all daemons, the gateway first."""
        for name in reversed(DAEMONS):
            with suppress(FileNotFoundError, ProcessLookupError, ValueError):
                pid = int((self.folder / "run" / f"{name}.pid").read_text())
                os.kill(pid, 15)
                for _ in range(PATIENCE_S * 10):
                    os.kill(pid, 0)
                    time.sleep(0.1)

    def _run(self, *command: str) -> None:
        environment = {**os.environ, "CEPH_CONF": str(self.folder / "ceph.conf")}
        # Daemons go to the background and must not hold a pipe of ours open.
        with (self.folder / "run" / "said").open("ab") as said:
            subprocess.run(
                command, env=environment, stdout=said, stderr=said, check=True, timeout=PATIENCE_S
            )

    def _wait(self) -> None:
        for _ in range(PATIENCE_S * 10):
            with suppress(OSError):
                urllib.request.urlopen(self.url, timeout=5).close()
                return
            time.sleep(0.1)
        raise AssertionError(f"no gateway answers at {self.url}; see {self.folder}")

    def _settings(self, cluster: str) -> str:
        here = self.folder
        return f"""
[global]
fsid = {cluster}
mon_initial_members = a
mon_host = [v1:127.0.0.1:{self.monitor_port}]
public_network = 127.0.0.0/8
cluster_network = 127.0.0.0/8
ms_bind_msgr2 = false
keyring = {here}/keyring
run_dir = {here}/run
pid_file = {here}/run/$name.pid
admin_socket = {here}/run/$name.asok
log_file = {here}/run/$name.log
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
mon_data_avail_crit = 1
[mon]
mon_data = {here}/mon
auth_allow_insecure_global_id_reclaim = false
[mgr]
mgr_data = {here}/mgr
mgr_initial_modules =
[osd]
osd_data = {here}/osd
osd_objectstore = bluestore
bluestore_block_size = 20G
bluestore_block_create = true
bluestore_block_db_create = false
bluestore_block_wal_create = false
osd_memory_target = 939524096
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:{self.port} tcp_nodelay=1
rgw_data = {here}/rgw
"""


@contextmanager
def ceph_gateway(folder: Path) -> Iterator[Ceph]:
    """Run a cluster in an empty folder."""
    cluster = Ceph(folder)
    try:
        cluster.create()
        yield cluster
    finally:
        cluster.stop()

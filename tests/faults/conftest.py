"""Servers and databases of a test, ended however it ends."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

import pytest

from tests.faults.cluster import Cluster
from tests.faults.installation import Server


@dataclass
class Yard:
    servers: list[Server] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)

    def server(self, url: str, folder: Path, **more: Any) -> Server:
        """Running."""
        server = Server(url, folder, **more)
        self.servers.append(server)
        server.start()
        return server

    def cluster(self, folder: Path) -> Cluster:
        """Running, its data in `folder`."""
        cluster = Cluster(folder)
        self.clusters.append(cluster)
        cluster.start()
        return cluster

    def follower(self, cluster: Cluster, folder: Path) -> Cluster:
        """A standby of the other, running."""
        follower = cluster.follower(folder)
        self.clusters.append(follower)
        follower.start()
        return follower

    def clear(self) -> None:
        for server in self.servers:
            if server.process and server.process.poll() is None:
                server.kill()
        for cluster in reversed(self.clusters):
            if cluster.runs:
                with suppress(CalledProcessError):
                    cluster.stop("immediate")


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Not in pytest's own folder: another pytest that starts closes that to all but its own user."""
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    """Cleared before its folder goes."""
    yard = Yard()
    try:
        yield yard
    finally:
        yard.clear()

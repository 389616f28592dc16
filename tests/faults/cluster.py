"""A PostgreSQL of its own that keeps what it acknowledged, to be stopped, killed and filled up."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.faults.installation import HOST, free_port
from tests.support.postgres import _programs, create_database

SETTINGS = {"fsync": "on", "synchronous_commit": "on", "autovacuum": "off", "jit": "off", "timezone": "UTC"}


class Cluster:
    """Listens on a port of the loopback, since lines are cut between it and the program."""

    def __init__(self, folder: Path, *, follows: "Cluster | None" = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.user = "postgres" if os.geteuid() == 0 else None  # it refuses root
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            shutil.chown(folder, self.user, self.user)
        if follows:
            where = [f"--host={HOST}", f"--port={follows.port}", "--username=postgres", "--checkpoint=fast"]
            self._run("pg_basebackup", *where, "--write-recovery-conf", "--no-sync")
        else:
            self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")

    @property
    def runs(self) -> bool:
        return (self.folder / "data" / "postmaster.pid").exists()

    def follower(self, folder: Path) -> "Cluster":
        """A standby that follows this one, which runs; not running yet."""
        return Cluster(folder, follows=self)

    def start(self) -> None:
        told = {**SETTINGS, "listen_addresses": f"'{HOST}'", "port": str(self.port), "unix_socket_directories": "''"}
        options = " ".join(f"-c {name}={value}" for name, value in told.items())
        log = str(self.folder / "log")
        self._run("pg_ctl", "--silent", "--wait", f"--log={log}", f"--options={options}", "start")

    def stop(self, mode: str = "fast") -> None:
        """`immediate` is as if the machine had lost its power: nothing is written any more."""
        self._run("pg_ctl", "--silent", "--wait", "--timeout=120", f"--mode={mode}", "stop")

    def address(self, database: str = "postgres", *, port: int | None = None) -> str:
        return f"postgresql://postgres@{HOST}:{port or self.port}/{database}"

    def database(self, name: str) -> str:
        """An empty one."""
        create_database(self.address(), name)
        return self.address(name)

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [
                str((Path(_programs()) / "initdb").resolve().with_name(program)),
                f"--pgdata={self.folder / 'data'}",
                *words,
            ],
            check=True,
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=None,
        )

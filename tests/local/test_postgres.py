"""The local PostgreSQL server starts anywhere, keeps its data, and leaves nothing running."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from scripts.local import postgres as module
from scripts.local import processes
from scripts.local.postgres import Postgres
from scripts.local.processes import ChildFailed

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as another user")

# A parent that starts a server, stores a row in it, and waits to be killed.
PARENT = """
import pathlib, sys, time, psycopg
from scripts.local.postgres import Postgres
server = Postgres(pathlib.Path(sys.argv[1]), durable=False)
server.start()
with psycopg.connect(server.dsn()) as connection:
    connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
print("kept", flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of the server that tests stop, kill and restart."""
    state = tmp_path_factory.mktemp("state")
    yield state
    Postgres(state).erase()


@pytest.fixture
def server(state: Path) -> Iterator[Postgres]:
    with Postgres(state, durable=False) as server:
        yield server


@pytest.fixture
def server_at() -> Iterator[Callable[[Path], Postgres]]:
    """Servers for tests, stopped and deleted afterwards."""
    servers: list[Postgres] = []

    def make(state: Path) -> Postgres:
        servers.append(Postgres(state, durable=False))
        return servers[-1]

    yield make
    for server in servers:
        server.stop()
        server.erase()


def test_new_server_has_application_database_and_owner(postgres: Postgres) -> None:
    with psycopg.connect(postgres.dsn()) as connection:
        row = connection.execute(
            "SELECT current_database()::text, current_user::text, pg_get_userbyid(datdba)::text,"
            " pg_encoding_to_char(encoding)::text, datcollate, current_setting('timezone'),"
            " current_setting('server_version_num')::int / 10000, current_setting('is_superuser')"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()

    assert row == ("alex", "alex", "alex", "UTF8", "C", "UTC", 16, "off")


def test_server_listens_on_loopback_only(postgres: Postgres) -> None:
    with psycopg.connect(postgres.dsn("postgres", "postgres")) as connection:
        shown = connection.execute(
            "SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories')"
        ).fetchone()

    assert shown == ("127.0.0.1", "")


def test_connection_requires_password(postgres: Postgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.dsn(), password="guessed")


def test_data_survive_a_restart(server: Postgres) -> None:
    _keep(server, 1)

    server.stop()
    server.start()

    assert _kept(server) == 1


def test_stopped_server_leaves_no_process_and_frees_its_port(server: Postgres) -> None:
    family = _family(server)
    assert len(family) > 3

    server.stop()

    assert not [process for process in family if processes.is_running(process)]
    assert not (server.folder / "data" / "postmaster.pid").exists()
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(server.dsn())


def test_killed_server_restarts_with_its_data(server: Postgres) -> None:
    _keep(server, 2)
    _kill(server)

    server.start()

    assert _kept(server) == 2


def test_stale_lock_with_reused_process_id_is_ignored(server: Postgres, tmp_path: Path) -> None:
    _keep(server, 3)
    _kill(server)
    stranger = processes.start(
        "stranger",
        [sys.executable, "-c", "import time; time.sleep(60)"],
        registry=processes.Registry(tmp_path / "processes.json"),
        log=tmp_path / "stranger.log",
    )
    lock = server.folder / "data" / "postmaster.pid"
    try:
        lock.write_text(f"{stranger.pid}\n" + lock.read_text().partition("\n")[2])
        server.start()

        assert _kept(server) == 3
        assert stranger.running()
    finally:
        stranger.stop()


def test_second_server_on_same_data_is_refused_without_harm(server: Postgres, state: Path) -> None:
    _keep(server, 4)

    with pytest.raises(ChildFailed, match="already exists"):
        Postgres(state, durable=False).start()

    assert _kept(server) == 4


def test_server_of_killed_parent_is_replaced(tmp_path: Path, server_at: Callable[[Path], Postgres]) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "."}) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        server = server_at(tmp_path)
        orphan = psutil.Process(int((server.folder / "data" / "postmaster.pid").read_text().split()[0]))
        parent.send_signal(signal.SIGKILL)
    assert processes.is_running(orphan)

    server.start()

    assert not processes.is_running(orphan)
    assert _kept(server) == 1


def test_two_servers_run_side_by_side(tmp_path: Path, server_at: Callable[[Path], Postgres]) -> None:
    with server_at(tmp_path / "one") as one, server_at(tmp_path / "two") as two:
        assert one.port != two.port
        for server in (one, two):
            _keep(server, server.port)

        assert (_kept(one), _kept(two)) == (one.port, two.port)


def test_interrupted_initdb_is_repeated(tmp_path: Path, server_at: Callable[[Path], Postgres]) -> None:
    server = server_at(tmp_path)
    half = server.folder / "data-new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("16\n")

    with server, psycopg.connect(server.dsn()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@AS_ROOT
def test_root_runs_server_as_nobody(postgres: Postgres) -> None:
    assert {process.username() for process in _family(postgres)} == {"nobody"}


@AS_ROOT
def test_data_stay_in_state_folder_only_if_nobody_can_reach_it(tmp_path: Path) -> None:
    """ "nobody" is the user that runs the server for root."""
    reachable = module.WORLD / f"alex-test-{os.getpid()}"
    try:
        assert Postgres(reachable).folder == reachable / "postgres"
    finally:
        reachable.rmdir()
    assert Postgres(tmp_path).folder.parent == module.WORLD  # pytest's own folders are closed to other users


@AS_ROOT
def test_binaries_unreachable_for_nobody_are_copied(
    tmp_path: Path, server_at: Callable[[Path], Postgres], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_reachable_by_anyone", lambda _: False)
    server = server_at(tmp_path)
    outdated = server.folder / "wheel-0.0.1"
    outdated.mkdir(parents=True)

    with server:
        executable = Path(_family(server)[0].exe())

    assert executable.is_relative_to(server.folder)
    assert stat.S_IMODE(executable.stat().st_mode) == 0o755
    assert not outdated.exists()


def _family(server: Postgres) -> list[psutil.Process]:
    """The server's processes, the postmaster first."""
    postmaster = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
    process = psutil.Process(postmaster)
    return [process, *process.children(recursive=True)]


def _kill(server: Postgres) -> None:
    """As the out-of-memory killer does: the postmaster's lock file remains."""
    family = _family(server)
    for process in family:
        process.kill()
    server.stop()
    assert (server.folder / "data" / "postmaster.pid").exists()


def _keep(server: Postgres, number: int) -> None:
    with psycopg.connect(server.dsn()) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT %s AS n", [number])


def _kept(server: Postgres) -> int:
    with psycopg.connect(server.dsn()) as connection:
        row = connection.execute("SELECT n FROM kept").fetchone()
    assert row is not None
    return int(row[0])

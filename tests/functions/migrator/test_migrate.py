"""Migrations are applied in order, each of them once and completely."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from functions.migrator.migrate import MigrationError, migrate, read_migrations
from functions.shared.agent_declaration import JobType
from functions.shared.database import Database, StatementFailed
from functions.shared.database.settings import DatabaseSettings
from functions.shared.plans import PLANS
from functions.shared.progress.model import AgentStatus, Stage
from scripts.local.data_api import DataApi
from scripts.local.postgres import Postgres
from scripts.manifest import ROOT
from scripts.packaging.migrations import split_migrations, write_migrations
from tests.rows import Rows


@pytest.fixture
def empty(server: Postgres, database_settings: DatabaseSettings) -> Iterator[Database]:
    """A database without tables."""
    name = f"empty_{uuid4().hex}"
    with psycopg.connect(server.dsn("postgres", "postgres"), autocommit=True) as superuser:
        superuser.execute(f"CREATE DATABASE {name} OWNER alex")
    settings = database_settings._replace(db_name=name)
    with DataApi({settings.db_secret_arn: server.dsn(name)}, cluster_arn=settings.db_cluster_arn, database=name) as api:
        yield Database(settings._replace(aws_endpoint_url_rds_data=api.url), retry_budget_s=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two migrations."""
    (tmp_path / "001_animals.sql").write_text(
        "CREATE TABLE animals (name text); INSERT INTO animals VALUES ('cat; dog');"
    )
    (tmp_path / "002_plants.sql").write_text("-- plants; too\nCREATE TABLE plants (name text);\n")
    return tmp_path


def test_migrations_are_applied_in_order_and_once(empty: Database, folder: Path) -> None:
    assert migrate(empty, split_migrations(folder)) == ["001_animals", "002_plants"]
    assert migrate(empty, split_migrations(folder)) == []
    assert Rows(empty).run("SELECT name FROM animals") == [["cat; dog"]]


def test_new_migration_is_applied_to_existing_schema(empty: Database, folder: Path) -> None:
    migrate(empty, split_migrations(folder))
    (folder / "003_more.sql").write_text("INSERT INTO plants VALUES ('oak');")

    assert migrate(empty, split_migrations(folder)) == ["003_more"]
    assert Rows(empty).run("SELECT name FROM plants") == [["oak"]]


def test_failed_migration_leaves_nothing_and_earlier_ones_stay(empty: Database, folder: Path) -> None:
    (folder / "002_plants.sql").write_text("CREATE TABLE plants (name text); INSERT INTO plants VALUES (1 / 0);")

    with pytest.raises(StatementFailed, match="division by zero"):
        migrate(empty, split_migrations(folder))

    assert Rows(empty).run("SELECT version FROM schema_migrations") == [["001_animals"]]
    assert Rows(empty).run("SELECT to_regclass('plants') IS NULL") == [[True]]


def test_edited_old_migration_is_an_error_and_changes_nothing(empty: Database, folder: Path) -> None:
    migrate(empty, split_migrations(folder))
    (folder / "001_animals.sql").write_text("CREATE TABLE beasts (name text);")
    (folder / "003_more.sql").write_text("INSERT INTO plants VALUES ('oak');")

    with pytest.raises(MigrationError, match="001_animals was edited"):
        migrate(empty, split_migrations(folder))

    assert Rows(empty).run("SELECT count(*) FROM plants") == [[0]]


def test_missing_migration_is_an_error(empty: Database, folder: Path) -> None:
    migrate(empty, split_migrations(folder))
    (folder / "002_plants.sql").unlink()

    with pytest.raises(MigrationError, match="002_plants was applied"):
        migrate(empty, split_migrations(folder))


def test_one_of_five_concurrent_migrators_applies_all(empty: Database, folder: Path) -> None:
    with ThreadPoolExecutor(5) as migrators:
        applied = list(migrators.map(lambda _: migrate(empty, split_migrations(folder)), range(5)))

    assert sorted(version for versions in applied for version in versions) == ["001_animals", "002_plants"]


@pytest.mark.parametrize("name", ["002_gap.sql", "1_short.sql", "001-dash.sql"])
def test_misnumbered_file_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("SELECT 1")

    with pytest.raises(MigrationError, match=name):
        split_migrations(tmp_path)


def test_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MigrationError, match="no migrations"):
        split_migrations(tmp_path)


def test_unparsable_sql_is_an_error_before_anything_is_applied(tmp_path: Path) -> None:
    (tmp_path / "001_bad.sql").write_text("CREATE TABEL animals (name text);")

    with pytest.raises(MigrationError, match=r"001_bad\.sql"):
        split_migrations(tmp_path)


def test_built_migrations_are_the_split_sources(folder: Path) -> None:
    write_migrations(folder)

    built = read_migrations(folder)

    assert built == split_migrations(folder)
    assert [len(migration.statements) for migration in built] == [2, 1]


def test_built_migration_without_source_is_removed(folder: Path) -> None:
    write_migrations(folder)
    (folder / "002_plants.sql").unlink()

    write_migrations(folder)

    assert [migration.version for migration in read_migrations(folder)] == ["001_animals"]


def test_zip_without_built_migrations_is_an_error(folder: Path) -> None:
    with pytest.raises(MigrationError, match=r"run package_docker\.py"):
        read_migrations(folder)


def test_project_migrations_include_every_stage_in_code(rows: Rows) -> None:
    ((check,),) = rows.run(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'jobs_progress_vocabulary'"
    )

    assert [stage for stage in Stage if f"'{stage}'" not in check] == []


def test_project_migrations_use_every_agent_status_in_code() -> None:
    sql = (ROOT / "migrations" / "002_add_progress_tracking.sql").read_text()

    assert [status for status in AgentStatus if f"'{status}'" not in sql] == []
    assert set(PLANS) == set(JobType)

"""The database of simulations: a real PostgreSQL with the project's schema, whose time is the simulation's.

`now()` and `clock_timestamp()` are found in the schema `public` before PostgreSQL's own, so that the project's
statements, functions, triggers and column defaults all use them. `now()` is the time at which a statement began, as
it is there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from scripts.benchmarks.database import migrated
from scripts.local.data_api import DataApi

#: The time at which every simulation begins.
START = "2027-01-04 12:00:00+00"

# A STABLE function sees the clock as the statement that calls it does; the setting keeps what it saw for triggers,
# which would see a later time if the statement had to wait for a lock.
_CLOCK = f"""
    CREATE SCHEMA simulation;
    GRANT USAGE ON SCHEMA simulation TO PUBLIC;
    CREATE TABLE simulation.clock AS SELECT '{START}'::timestamptz AS at;
    GRANT SELECT ON simulation.clock TO PUBLIC;

    CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
    BEGIN
        IF coalesce(current_setting('simulation.now', true), '') = '' THEN
            PERFORM set_config('simulation.now', (SELECT at FROM simulation.clock)::text, true);
        END IF;
        RETURN current_setting('simulation.now')::timestamptz;
    END
    $$;
    CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
    BEGIN
        RETURN (SELECT at FROM simulation.clock);
    END
    $$;
    DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); END $$;
"""

# Every version of every job, and when it was the newest: progress is read between writes too.
_VERSIONS = """
    CREATE TABLE simulation.versions (
        number bigint GENERATED ALWAYS AS IDENTITY, job_id uuid, created_at timestamptz, status text,
        round integer, progress_data jsonb, at timestamptz);
    CREATE FUNCTION simulation.keep_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
        INSERT INTO simulation.versions (job_id, created_at, status, round, progress_data, at)
        SELECT NEW.id, NEW.created_at, NEW.status, NEW.round, NEW.progress_data, clock.at FROM simulation.clock;
        RETURN NULL;
    END
    $$;
    CREATE TRIGGER zz_simulation AFTER INSERT OR UPDATE ON jobs
        FOR EACH ROW EXECUTE FUNCTION simulation.keep_version();
"""

_CLEAR = "DELETE FROM users; DELETE FROM simulation.versions"


@dataclass(frozen=True)
class SimulatedDatabase:
    """The Data API over it, and its owner's connection. One simulation at a time uses it."""

    api: DataApi
    dsn: str
    sql: psycopg.Connection[Any]

    def clear(self) -> None:
        """Remove all users and what is theirs."""
        self.sql.execute(_CLEAR.encode())


@contextmanager
def simulated_database(state: Path) -> Iterator[SimulatedDatabase]:
    """`state`: a folder, whose contents are removed afterwards."""
    with migrated(state, prepare=_add_clock) as (api, dsn), psycopg.connect(dsn, autocommit=True) as sql:
        sql.execute(_VERSIONS)
        yield SimulatedDatabase(api, dsn, sql)


def _add_clock(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as sql:
        sql.execute(_CLOCK.encode())

"""The database of simulations: a real PostgreSQL with the project's schema, on simulated time.

`now()` and `clock_timestamp()` are found in the schema `public` before PostgreSQL's own, so the project's statements,
functions, triggers and column defaults all use them. As in PostgreSQL, `now()` is the time at which a statement began.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from scripts.benchmarks.database import migrated
from scripts.local.data_api import DataApi

#: The start time of every simulation.
START = "2027-01-04 12:00:00+00"

# A STABLE function sees the clock as the calling statement does. The setting stores that time for triggers, which
# would see a later time if the statement had to wait for a lock.
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

# Every version of every job, with the time at which it became the newest: progress is read between writes, too.
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

_CLEAR = "DELETE FROM users; DELETE FROM daily_usage; DELETE FROM simulation.versions"


@dataclass(frozen=True)
class SimulatedDatabase:
    """The Data API over the database, and its owner's connection. One simulation at a time uses it."""

    api: DataApi
    dsn: str
    sql: psycopg.Connection[Any]

    def clear(self) -> None:
        """Remove all users and their data."""
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

-- Users, their portfolios, and the jobs that analyze them.
-- Amounts are US dollars, quantities are units, percentages are 0 to 100.

-- True if an allocation is an object of non-negative percentages that sum to exactly 100.
CREATE FUNCTION sums_to_100(allocation jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT jsonb_typeof(allocation) = 'object'
       AND (SELECT coalesce(sum(share.value::numeric) = 100 AND min(share.value::numeric) >= 0, false)
              FROM jsonb_each_text(allocation) AS share)
$$;

-- Splits a document into rows of 12,000 characters, in order: the Data API returns at most 64 KB per row, and 12,000
-- characters take at most 48 KB. Returns no rows for NULL. The functions' database client joins the rows.
CREATE FUNCTION text_rows(document text) RETURNS SETOF text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE ROWS 10 AS $$
BEGIN
    FOR start IN 1 .. greatest(length(document), 1) BY 12000 LOOP
        RETURN NEXT substr(document, start, 12000);
    END LOOP;
END
$$;

-- The age that a person reaches this year, at most 110.
CREATE FUNCTION age_this_year(birth_year integer) RETURNS integer
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT least(extract(year FROM now())::integer - birth_year, 110)
$$;

-- Goals are NULL until the user sets them.
CREATE TABLE users (
    id                       text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 255),   -- the token's subject
    display_name             text NOT NULL DEFAULT 'Investor' CHECK (length(display_name) BETWEEN 1 AND 100),
    birth_year               integer CHECK (birth_year BETWEEN 1900 AND 2200),
    years_until_retirement   integer CHECK (years_until_retirement BETWEEN 0 AND 70),
    target_retirement_income numeric(14, 2) CHECK (target_retirement_income >= 0),
    annual_contribution      numeric(14, 2) CHECK (annual_contribution >= 0),
    income_streams           jsonb CHECK (jsonb_typeof(income_streams) = 'array' AND length(income_streams::text) <= 8000),
    asset_class_targets      jsonb CHECK (sums_to_100(asset_class_targets)),
    region_targets           jsonb CHECK (sums_to_100(region_targets)),
    created_at               timestamptz NOT NULL DEFAULT now(),
    updated_at               timestamptz NOT NULL DEFAULT now()
);

-- Shared reference data; user-supplied data is never written here. An allocation without a source is an approximation.
-- `expense_ratio` is in percent per year.
CREATE TABLE instruments (
    symbol                 text PRIMARY KEY CHECK (symbol ~ '^[A-Z0-9][A-Z0-9.-]{0,19}$'),
    name                   text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    instrument_type        text NOT NULL,
    current_price          numeric(18, 6) CHECK (current_price > 0),
    price_as_of            date,
    allocation_asset_class jsonb NOT NULL CHECK (sums_to_100(allocation_asset_class)),
    allocation_regions     jsonb NOT NULL CHECK (sums_to_100(allocation_regions)),
    allocation_sectors     jsonb NOT NULL CHECK (sums_to_100(allocation_sectors)),
    allocation_source      text NOT NULL,
    allocation_as_of       date NOT NULL,
    expense_ratio          numeric(6, 4) CHECK (expense_ratio >= 0 AND expense_ratio < 10),
    expense_ratio_source   text,
    expense_ratio_as_of    date,
    CHECK ((current_price IS NULL) = (price_as_of IS NULL)),
    CHECK (num_nulls(expense_ratio, expense_ratio_source, expense_ratio_as_of) IN (0, 3))
);

CREATE TABLE accounts (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id         text NOT NULL REFERENCES users ON DELETE CASCADE,
    account_name    text NOT NULL CHECK (length(account_name) BETWEEN 1 AND 100),
    account_purpose text NOT NULL DEFAULT '' CHECK (length(account_purpose) <= 200),
    cash_balance    numeric(18, 2) NOT NULL DEFAULT 0 CHECK (cash_balance >= 0),
    cash_interest   numeric(6, 3) NOT NULL DEFAULT 0 CHECK (cash_interest BETWEEN 0 AND 100),   -- percent per year
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (user_id, account_name)
);

-- Analyses leave out positions with a quantity of 0.
-- `price`, `name`, and `cost_basis` (for all units) come from the user's own file; the price applies to this user if it
-- is at least as recent as the instrument's. If only a holding's value is known, it is stored as the quantity, at a
-- price of 1 that always applies.
CREATE TABLE positions (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id  uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    symbol      text NOT NULL CHECK (symbol ~ '^[A-Z0-9][A-Z0-9.-]{0,19}$'),
    quantity    numeric NOT NULL CHECK (quantity >= 0 AND quantity <= 1000000000000 AND scale(quantity) <= 18),
    name        text CHECK (length(name) BETWEEN 1 AND 200),
    price       numeric CHECK (price > 0 AND price <= 10000000 AND scale(price) <= 12),
    price_as_of date,
    is_value_only boolean NOT NULL DEFAULT false,
    cost_basis  numeric(18, 2) CHECK (cost_basis > 0),
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (account_id, symbol),
    CHECK ((price IS NULL) = (price_as_of IS NULL)),
    CHECK (NOT is_value_only OR price = 1)
);

-- A user's own classification of a symbol, for all of their positions in it. It outlives positions, because an import
-- replaces those.
CREATE TABLE classifications (
    user_id                text NOT NULL REFERENCES users ON DELETE CASCADE,
    symbol                 text NOT NULL CHECK (symbol ~ '^[A-Z0-9][A-Z0-9.-]{0,19}$'),
    instrument_type        text NOT NULL CHECK (length(instrument_type) BETWEEN 1 AND 50),
    allocation_asset_class jsonb NOT NULL CHECK (sums_to_100(allocation_asset_class)),
    allocation_regions     jsonb NOT NULL CHECK (sums_to_100(allocation_regions)),
    allocation_sectors     jsonb NOT NULL CHECK (sums_to_100(allocation_sectors)),
    updated_at             timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, symbol)
);

-- Positions at the price that applies to their owner: their own if it is at least as recent as the instrument's,
-- otherwise the instrument's. The owner's classification takes precedence over the reference data's.
CREATE VIEW priced_positions AS
SELECT positions.id, positions.account_id, accounts.user_id, positions.symbol, positions.quantity,
       positions.is_value_only, positions.cost_basis,
       coalesce(positions.name, instruments.name, positions.symbol) AS name,
       coalesce(chosen.instrument_type, instruments.instrument_type, 'unclassified') AS instrument_type,
       CASE WHEN chosen.symbol IS NOT NULL THEN 'user' END AS classified_by,
       CASE WHEN own.counts THEN positions.price ELSE instruments.current_price END AS current_price,
       CASE WHEN own.counts THEN positions.price_as_of ELSE instruments.price_as_of END AS price_as_of,
       coalesce(chosen.allocation_asset_class, instruments.allocation_asset_class, '{"unclassified": 100}') AS allocation_asset_class,
       coalesce(chosen.allocation_regions, instruments.allocation_regions, '{"unclassified": 100}') AS allocation_regions,
       coalesce(chosen.allocation_sectors, instruments.allocation_sectors, '{"unclassified": 100}') AS allocation_sectors,
       instruments.expense_ratio, positions.created_at, positions.updated_at
  FROM positions
  JOIN accounts ON accounts.id = positions.account_id
  LEFT JOIN instruments ON instruments.symbol = positions.symbol
  LEFT JOIN classifications AS chosen ON chosen.user_id = accounts.user_id AND chosen.symbol = positions.symbol
 CROSS JOIN LATERAL (
       SELECT positions.is_value_only
              OR coalesce(positions.price_as_of >= instruments.price_as_of, positions.price IS NOT NULL) AS counts) AS own;

CREATE TABLE jobs (
    id                  uuid PRIMARY KEY,
    user_id             text NOT NULL REFERENCES users ON DELETE CASCADE,
    job_type            text NOT NULL CHECK (length(job_type) BETWEEN 1 AND 50),
    sections            text[] NOT NULL CHECK (cardinality(sections) > 0),
    status              text NOT NULL DEFAULT 'pending'
                        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
    name                text CHECK (length(name) BETWEEN 1 AND 100),                  -- chosen by the user
    request_payload     jsonb NOT NULL DEFAULT '{}',
    idempotency_key     text CHECK (length(idempotency_key) BETWEEN 1 AND 255),
    request_hash        text,
    round               integer NOT NULL DEFAULT 0 CHECK (round >= 0),                -- retries requested by the user
    attempt             integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),              -- claims; fences every write
    failures            integer NOT NULL DEFAULT 0 CHECK (failures BETWEEN 0 AND 3),  -- planners lost in this round
    worker              text,            -- the delivery that holds the lease; NULL once it is released
    lease_expires_at    timestamptz,
    stalled_since       timestamptz,     -- the first transient error since the last committed step
    is_tracked          boolean,         -- whether the latest attempt of this round reports progress; NULL until it is claimed
    error_message       text CHECK (length(error_message) <= 1000),
    created_at          timestamptz NOT NULL DEFAULT now(),
    queued_at           timestamptz NOT NULL DEFAULT now(),   -- when this round was enqueued
    started_at          timestamptz,                          -- when this round was first claimed
    completed_at        timestamptz,
    updated_at          timestamptz NOT NULL DEFAULT now(),
    version             bigint NOT NULL DEFAULT 1,
    UNIQUE (user_id, idempotency_key),
    CHECK ((status = 'running') = (lease_expires_at IS NOT NULL)),
    CHECK ((status IN ('completed', 'failed', 'cancelled')) = (completed_at IS NOT NULL)),
    CHECK ((status = 'failed') = (error_message IS NOT NULL))
);
CREATE INDEX jobs_by_user ON jobs (user_id, created_at DESC, id DESC);
-- For lists of failed jobs: without this index, they would also read all of the user's other jobs.
CREATE INDEX jobs_by_status ON jobs (user_id, status, created_at DESC, id DESC);
CREATE INDEX jobs_active_by_user ON jobs (user_id) WHERE status IN ('pending', 'running');

-- The number of rounds a user started on a day (UTC). Deleting jobs or the user doesn't reset it. The table therefore
-- stores a hash of the user's id, for a day or until another submission deletes it.
CREATE TABLE daily_usage (
    user_hash text PRIMARY KEY,
    day       date NOT NULL,
    rounds    integer NOT NULL CHECK (rounds > 0)
);
CREATE INDEX daily_usage_by_day ON daily_usage (day);

-- One committed result per section; `snapshot` is the portfolio for every agent of every attempt.
CREATE TABLE job_results (
    job_id      uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    section     text NOT NULL CHECK (length(section) BETWEEN 1 AND 50),
    attempt     integer NOT NULL CHECK (attempt > 0),
    payload     jsonb NOT NULL,
    started_at  timestamptz NOT NULL,
    duration_ms integer NOT NULL CHECK (duration_ms >= 0),
    model       text,
    delays      jsonb NOT NULL DEFAULT '{}',   -- the delays of the step (functions/shared/durations/delays.py)
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (job_id, section)
);

-- Checked after the statement, so that one statement may insert the last section and complete the job.
--
-- Every function that reads a table runs as the owner (SECURITY DEFINER): a guard must read all rows and columns, no
-- matter who writes, and no database user needs privileges for it. The fixed search path keeps it from reading other
-- tables of the same names; only the owner can create tables in `public`.
CREATE FUNCTION guard_job_complete() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_catalog, pg_temp AS $$
DECLARE
    missing text[];
BEGIN
    SELECT array_agg(wanted) INTO missing
      FROM unnest(NEW.sections || '{snapshot,summary}') AS wanted
     WHERE NOT EXISTS (SELECT FROM job_results WHERE job_id = NEW.id AND section = wanted);
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'job % lacks the sections %', NEW.id, missing USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER jobs_guard_complete AFTER INSERT OR UPDATE ON jobs
    FOR EACH ROW WHEN (NEW.status = 'completed') EXECUTE FUNCTION guard_job_complete();

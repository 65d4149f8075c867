-- Imports and the data they replaced, for undo.

-- `accounts` has the names of the accounts that the import wrote. `replaced` is an array of {name, existed, cash,
-- imported, positions}: the account before the import, and the number of positions imported into it. An import can be
-- undone while its accounts and positions still have its `created_at` as their `updated_at`.
CREATE TABLE imports (
    id         uuid PRIMARY KEY,
    user_id    text NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    undone_at  timestamptz,
    accounts   text[] NOT NULL,
    warnings   jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(warnings) = 'array'),
    replaced   jsonb NOT NULL CHECK (jsonb_typeof(replaced) = 'array')
);
CREATE INDEX imports_by_user ON imports (user_id, created_at DESC);

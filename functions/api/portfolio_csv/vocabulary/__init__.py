"""The words that files use, as plain tables: columns, currencies, rows, and instruments. No logic lives here."""

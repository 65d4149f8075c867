"""The words that files use, as plain tables: columns, currencies, rows, and instruments. Contains no logic."""

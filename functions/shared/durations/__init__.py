"""How long steps take: durations as distributions, and what past runs teach about them."""

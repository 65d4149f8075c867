"""Step durations: distributions, and learning from past runs."""

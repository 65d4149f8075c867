"""Which jobs analyze the sample portfolio, in SQL. Not in `sample`, because lists of jobs don't need the portfolio."""

#: A condition on a row of `jobs`, never NULL.
ANALYZES_SAMPLE = "(request_payload -> 'options' ->> 'portfolio' = 'sample') IS TRUE"

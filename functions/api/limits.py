"""The most that a portfolio, an imported file, and a request may contain. Quotas of jobs are in `settings.py`."""

#: Per user, and so per file.
MAX_ACCOUNTS = 1_000
#: Per user across all accounts, and so per file.
MAX_POSITIONS = 1_000
#: US dollars of cash, and units of a holding.
MAX_AMOUNT = 1_000_000_000
#: US dollars per unit.
MAX_PRICE = 10_000_000

#: Lines of a file. Few enough to read within a second, even with years of transactions below the holdings.
MAX_RECORDS = 10_000
#: Lines in tables of holdings: 1,000 positions with three lots each. A line takes up to 0.2 ms of CPU.
MAX_LINES = 4_000
#: Cells of a line.
MAX_CELLS = 300
#: Lines that aren't holdings. A response that lists more would be useless.
MAX_SKIPPED = 1_000

#: The body of a request, files included.
MAX_BODY_BYTES = 1_000_000
#: Names and values in one JSON body, including nested ones. The largest valid body has a few hundred.
MAX_VALUES = 2_000
MAX_OPTIONS_CHARACTERS = 2_000
#: Pydantic can't serialize JSON nested about 250 levels deep.
MAX_OPTIONS_DEPTH = 20
#: Errors listed in full in a response. A sentence for each of 10,000 lines would be useless.
MAX_ERRORS = 100

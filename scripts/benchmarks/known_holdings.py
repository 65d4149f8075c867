"""100 holdings whose classification is known: 80 of the reference data, and 20 as brokers name them.

The names were not used to write the rules that they measure. Only the form of the CUSIPs is real.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from functions.shared.classification_rules import (
    AGENCY_BOND,
    BANK_DEPOSIT,
    CERTIFICATE_OF_DEPOSIT,
    CORPORATE_BOND,
    CRYPTO,
    MONEY_MARKET,
    MORTGAGE_BOND,
    MUNICIPAL_BOND,
    TREASURY,
    TREASURY_BILL,
    Kind,
)
from functions.shared.portfolio import Instrument, Region
from scripts.packaging.reference_data import INSTRUMENTS

_FROM_REFERENCE = 80
_US_COMPANY = replace(CORPORATE_BOND, region=Region.NORTH_AMERICA)
_AS_BROKERS_NAME_THEM: tuple[tuple[str, str, Kind], ...] = (
    ("912810UE6", "UNITED STATES TREAS BOND 4.5% 11/15/2054", TREASURY),
    ("91282CLW9", "US TREASURY NOTE 4.25% 11/15/34", TREASURY),
    ("USTIPS29", "TREASURY INFLATION INDEXED NOTE 1.625% 10/15/2029", TREASURY),
    ("912797NP8", "UNITED STATES TREAS BILLS 0% 03/20/2027", TREASURY_BILL),
    ("02589AEM6", "AMERICAN EXPRESS NATL BK CD 4.1% 01/15/2028", CERTIFICATE_OF_DEPOSIT),
    ("61768E4T7", "MORGAN STANLEY PRIVATE BANK CD 3.95% 06/12/2028", CERTIFICATE_OF_DEPOSIT),
    ("38150VXH3", "GOLDMAN SACHS BANK USA CERTIFICATE OF DEPOSIT 4.05%", CERTIFICATE_OF_DEPOSIT),
    ("QACDS", "FDIC-INSURED DEPOSIT SWEEP", BANK_DEPOSIT),
    ("SWEEP", "SCHWAB BANK SWEEP", BANK_DEPOSIT),
    ("SNSXX", "SCHWAB U.S. TREASURY MONEY FUND", MONEY_MARKET),
    ("SPRXX", "FIDELITY MONEY MARKET FUND", MONEY_MARKET),
    ("TTTXX", "BLACKROCK LIQUIDITY TREASURY TRUST", MONEY_MARKET),
    ("594918BR4", "MICROSOFT CORP 2.4% 08/08/2028", _US_COMPANY),
    ("17275RBU8", "CISCO SYSTEMS INC 4.85% 02/26/2029", _US_COMPANY),
    ("3133EP5U5", "FED FARM CR BKS 4.125% 03/20/2029", AGENCY_BOND),
    ("3140XLFN7", "FNMA POOL FS5861 5% 09/01/2053", MORTGAGE_BOND),
    ("64966SJG3", "NEW YORK N Y GO BDS SER A 5% 08/01/2035", MUNICIPAL_BOND),
    ("13063EGT7", "CALIFORNIA ST VAR PURP 5% 09/01/2036", MUNICIPAL_BOND),
    ("BTC", "BITCOIN", CRYPTO),
    ("ETHUSD", "ETHEREUM", CRYPTO),
)


def known_holdings(number: int) -> Sequence[Instrument]:
    """Return this many of the holdings, evenly spaced over all kinds, each with its true classification."""
    holdings = [*_from_reference(), *(kind.instrument(symbol, name) for symbol, name, kind in _AS_BROKERS_NAME_THEM)]
    return _spread(holdings, number)


def _from_reference() -> Iterator[Instrument]:
    """Yield instruments of each type in proportion to their number."""
    by_type = sorted(INSTRUMENTS.values(), key=lambda instrument: instrument.instrument_type)
    return iter(_spread(by_type, _FROM_REFERENCE))


def _spread(items: Sequence[Instrument], number: int) -> list[Instrument]:
    most = min(number, len(items))
    return [items[place * len(items) // most] for place in range(most)]

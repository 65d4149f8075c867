"""Rules for holdings that the reference data lacks. The names are those of brokers' files."""

import pytest

from functions.shared.classification_rules import (
    AGENCY_BOND,
    BANK_DEPOSIT,
    CERTIFICATE_OF_DEPOSIT,
    CORPORATE_BOND,
    CRYPTO,
    MONEY_MARKET,
    MORTGAGE_BOND,
    MUNICIPAL_BOND,
    OTHER_BOND,
    TREASURY,
    TREASURY_BILL,
    Kind,
    canonical_symbol,
    classify,
    kind_of,
)

KNOWN = [
    ("912797KY4", "", TREASURY_BILL),
    ("912796ZZ1", "US TREASURY BILL DUE 12/24/26", TREASURY_BILL),
    ("TBILL", "T-BILL 12/24/26", TREASURY_BILL),
    ("TREASURY-BILLS", "Treasury Bills", TREASURY_BILL),
    ("91282CFV8", "", TREASURY),
    ("US912810TM09", "UNITED STATES TREAS BDS 4.00000% 11/15/2052", TREASURY),
    ("UST", "US TREASURY NOTE 4.875% DUE 11/30/25", TREASURY),
    ("TIPS-2026", "US TREASURY INFL IX 2.000% 01/15/26", TREASURY),
    ("IBOND", "Series I Savings Bond", TREASURY),
    ("DISC-CD", "DISCOVER BANK CD 4.50% DUE 03/15/2027", CERTIFICATE_OF_DEPOSIT),
    ("46632FQ29", "JPMORGAN CHASE BK 4.5%  CD FDIC INS DUE 06/01/27", CERTIFICATE_OF_DEPOSIT),
    ("ALLY", "Certificate of Deposit, 12 months", CERTIFICATE_OF_DEPOSIT),
    ("QPCTQ", "BANK DEPOSIT SWEEP", BANK_DEPOSIT),
    ("9999227", "ML BANK DEPOSIT PROGRAM", BANK_DEPOSIT),
    ("QTSAQ", "FDIC INSURED DEPOSIT AT BANKS: CORE SWEEP", BANK_DEPOSIT),
    ("SPAXX", "HELD IN MONEY MARKET", MONEY_MARKET),
    ("EJMM", "Edward Jones Money Market Investment Shares", MONEY_MARKET),
    ("VMFXX", "Vanguard Federal Money Market Fund", MONEY_MARKET),
    ("037833AK6", "APPLE INC 2.4% 05/03/2023", CORPORATE_BOND),
    ("FORD", "FORD MOTOR COMPANY 6.1% DUE 08/19/2032", CORPORATE_BOND),
    ("US037833AK68", "", OTHER_BOND),
    ("13063DGB8", "CALIFORNIA ST GO BDS 5.00% 03/01/2035", MUNICIPAL_BOND),
    ("FHLB", "FEDERAL HOME LOAN BANKS 4.5% 03/10/2028", AGENCY_BOND),
    ("GNMA", "GNMA POOL 781234 5.5% 02/15/2031", MORTGAGE_BOND),
    ("BTC", "", CRYPTO),
    ("BTC-USD", "", CRYPTO),
    ("ETH", "Ethereum", CRYPTO),
    ("SOL", "Solana", CRYPTO),
]
UNKNOWN = [
    ("ZZQQX", ""),
    ("SOL", "EMEREN GROUP LTD ADR"),
    ("CD", "CHINDATA GROUP HOLDINGS"),
    ("037833100", "APPLE INC"),
    ("US0378331005", ""),
    ("037833AK7", "WRONG CHECK DIGIT"),
    ("LPATH", "BTC LPATH IDX 2045 L"),
    ("XYZT", "SOME 1-3 MONTH T-BILL ETF"),
    ("XYZB", "VANGUARD LONG-TERM TREASURY FUND"),
    ("AMD", "ADVNCD MICRO D INC"),
    ("STT", "STATE STREET CORP"),
    ("GOLD", "BARRICK GOLD CORP"),
]


@pytest.mark.parametrize(("symbol", "name", "kind"), KNOWN, ids=[f"{symbol} {name}" for symbol, name, _ in KNOWN])
def test_holding_is_classified_by_symbol_or_name(symbol: str, name: str, kind: Kind) -> None:
    assert kind_of(symbol, name) == kind


@pytest.mark.parametrize(("symbol", "name"), UNKNOWN)
def test_doubtful_holding_stays_unclassified(symbol: str, name: str) -> None:
    assert classify(symbol, name) is None


def test_classified_holding_keeps_its_name_and_names_the_rules() -> None:
    bill = classify("912797KY4", "US TREASURY BILL")

    assert bill is not None
    assert (bill.symbol, bill.name, bill.classified_by) == ("912797KY4", "US TREASURY BILL", "rules")
    assert bill.allocation_asset_class == {"cash": 100}


@pytest.mark.parametrize("written", ["BRK-B", "brk/b", "BRK.B", "BRK B"])
def test_share_classes_have_one_spelling(written: str) -> None:
    assert canonical_symbol(written) == "BRK.B"


@pytest.mark.parametrize("written", ["BTC-USD", "A", "PSA-PH", "VTI"])
def test_other_symbols_keep_their_spelling(written: str) -> None:
    assert canonical_symbol(written) == written

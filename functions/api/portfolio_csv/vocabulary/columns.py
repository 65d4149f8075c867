"""Column names by meaning: in lower case, without punctuation and currency. The first one found in a table wins.

`headers.py` strips case, punctuation, units, dates, and currencies before the lookup: "Value ($)", "marketValue", and
"Market Value (as of 11/20/2026)" become `value` and `market value`.
"""

# ruff: noqa: E501 - one meaning reads as one paragraph

from enum import StrEnum
from typing import Final, NamedTuple

from functions.api.portfolio_csv.vocabulary.currencies import UNKNOWN


class Meaning(StrEnum):
    ACCOUNT = "account"
    ACCOUNT_NUMBER = "account number"
    SYMBOL = "symbol"
    CUSIP = "CUSIP"
    ISIN = "ISIN"
    IDENTIFIER = "security number"
    NAME = "description"
    QUANTITY = "quantity"
    PRICE = "price"
    VALUE = "value"
    ACCRUED = "accrued interest"
    COST = "cost basis"
    UNIT_COST = "cost per share"
    CURRENCY = "currency"
    MULTIPLIER = "multiplier"
    KIND = "asset class"
    EXCHANGE = "exchange"
    DETAIL = "level of detail"
    ACTION = "type"
    DATE = "date"
    ACQUIRED = "date acquired"
    AMBIGUOUS = "amount"


def _names(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.split("|"))


NAMES: Final[dict[Meaning, tuple[str, ...]]] = {
    Meaning.ACCOUNT: _names(
        "account name | account nickname | acct name | nickname | account alias | account title | account registration | account description | account | acct | portfolio name | portfolio | plan name | registration | account name number | account type name"
    ),
    Meaning.ACCOUNT_NUMBER: _names(
        "account number | account no | account id | account num | acct number | acct no | acct id | acct num | client account id | plan number | fund account number | contract number | policy number"
    ),
    Meaning.SYMBOL: _names(
        "symbol | ticker | ticker symbol | symbol ticker | stock symbol | fund symbol | security symbol | trading symbol | symbol cusip | symbol cusip number | symbol isin | stock ticker | local symbol | root symbol | coin | crypto | asset symbol | sym | tkr | ticker code | stock code | stock | instrument | security id"
    ),
    Meaning.CUSIP: _names("cusip | cusip number | cusip no | cusip id"),
    Meaning.ISIN: _names("isin | isin code | isin number | code isin | isin nummer | codice isin | codigo isin"),
    Meaning.IDENTIFIER: _names(
        "security number | security no | fund number | fund code | fund id | sedol | wkn | valor | valoren | valorennummer | figi | code | product id | identifier"
    ),
    Meaning.NAME: _names(
        "description | security description | security name | investment name | scheme name | fund name | instrument name | company name | holding name | asset name | instrument description | product name | position name | issuer | name | investment option | investment options | investment choice | investment | security | holding | fund | asset | company | product | portfolio option | underlying | subaccount | sub account | issue | security desc | sec desc | desc | descr | fund security"
    ),
    Meaning.QUANTITY: _names(
        "quantity | qty | shares | units | share quantity | shares units | units shares | quantity shares | shares quantity | total quantity | total shares | total units | number of shares | number of units | no of shares | no of units | share count | shares held | units held | quantity held | shares owned | units owned | shares unit balance | shares units owned | current shares | current quantity | current units | share balance | unit balance | shares balance | total share balance | quantity face amount | face amount | face value | par value | par | trade date quantity | settled quantity | open quantity | shares par | shares face | position | pos | shs | no shares | coins | coin quantity | quantity owned | available quantity | quantity available | shs par | face amt | face | par amount | nominal | nominal value | num shares"
    ),
    Meaning.PRICE: _names(
        "price | last price | current price | share price | market price | closing price | close price | price share | price per share | unit price | price per unit | mark price | last trade price | latest price | recent price | most recent price | quote price | quote | ltp | delayed price | end of day price | price unit | unit value | share value | accumulation unit value | last close | previous close | previous closing price | previous close price | prior close | prior day price | px | last px | closing px | price eod | nav share | nav per share | last trade | current price per share | price today | today s price | last | nav | net asset value | close | closing | mark | spot price | market price per unit | price per coin | last traded price"
    ),
    Meaning.VALUE: _names(
        "market value | current value | value | total value | mkt val | mkt value | market val | equity | total market value | current market value | position value | holding value | ending value | ending market value | ending balance | closing value | closing balance | present value | estimated value | current balance | total balance | market value total | mkt val total | fair market value | position market value | current worth | worth | value of holdings | investment value | fund value | contract value | accumulation value | account value | net value | net liq | netliq | liquidation value | total current value | cur val | current val | local value | notional value | value in base currency | market value in base currency | base market value | mv | total val | curr val | ending bal | total equity | market value accrued | market value including accrued interest | market value incl accrued interest | long market value | dollar amount | market value as of close | today s value | est market value | estimated market value | est value | market value est | vested value | vested balance"
    ),
    Meaning.ACCRUED: _names("accrued interest | accrued int | accruals | accrued income | interest accrued"),
    Meaning.COST: _names(
        "cost basis total | total cost basis | cost basis | total cost | cost basis money | adjusted cost basis | original cost | book value | book cost | purchase value | amount invested | total amount invested | invested | invested amount | invested value | initial value | opening value | starting value | original value | purchase cost | tax cost | cost | basis | total purchase cost | acquisition cost | net cost | book value market"
    ),
    Meaning.UNIT_COST: _names(
        "average cost basis | cost per share | average cost | avg cost | avg price | average price | average buy price | avg buy price | price paid | purchase price | cost share | unit cost | cost basis price | cost price | open price | average unit cost | average share cost | avg cost share | cost per unit | average cost per share | avg price paid | buy price | entry price | average entry price | avg entry price | average purchase price | book price | average open price | paid price | cost basis per share | cost basis share"
    ),
    Meaning.CURRENCY: _names(
        "currency | ccy | cur | curr | currency code | currency iso | currency primary | currencyprimary | devise | wahrung | waehrung | valuta | divisa | moneda | moeda | valuutta | fx"
    ),
    Meaning.MULTIPLIER: _names("multiplier | mult | contract multiplier | contract size"),
    Meaning.KIND: _names(
        "asset class | asset category | asset type | security type | instrument type | investment type | product type | security category | asset classification | category | class | sec type"
    ),
    Meaning.EXCHANGE: _names("exchange | listing exchange | market | primary exchange | mic | trading venue | stock exchange"),
    Meaning.DETAIL: _names("level of detail | data discriminator | datadiscriminator | levelofdetail | row type"),
    Meaning.ACTION: _names(
        "action | transaction type | activity type | trans code | transaction | activity | trans type | transaction description | event | side | buy sell | order type | operation | trade type | type"
    ),
    Meaning.DATE: _names(
        "date | as of date | as of | report date | cob date | price date | pricing date | valuation date | statement date | position date | price as of date | value date | holdings date | last updated | price as of | updated"
    ),
    Meaning.ACQUIRED: _names(
        "date acquired | acquired | acquired date | acquisition date | open date | opened | purchase date | date purchased | date opened | trade date opened | open date time | lot date | holding period date time | buy date"
    ),
    Meaning.AMBIGUOUS: _names("amount | amt | balance | bal | position size | holdings | total | size | total amount | current holdings"),
}  # fmt: skip

#: The meaning of other names, by their last words.
ENDINGS: Final[dict[Meaning, tuple[str, ...]]] = {
    Meaning.SYMBOL: (" symbol", " ticker"),
    Meaning.CUSIP: (" cusip",),
    Meaning.ISIN: (" isin",),
    Meaning.ACCOUNT_NUMBER: ("account number", "account no", "account id", "plan number"),
    Meaning.ACCOUNT: (" account", " account name", " plan name"),
    Meaning.QUANTITY: (" quantity", " qty", " shares", " units", " shares held", " shares owned", " unit balance", " share balance"),
    Meaning.VALUE: (" market value", " current value", " value", " mkt val", " ending balance", " current balance"),
    Meaning.PRICE: (" price", " nav", " unit value", " share price"),
    Meaning.NAME: (" description", " fund name", " security name", " investment name"),
}  # fmt: skip

#: A table with two of these lists transactions, whatever else it contains.
OF_TRANSACTIONS: Final = frozenset(
    _names(
        "date | time | trade date | settlement date | settle date | transaction date | transaction type | transaction description | process date | posting date | posted date | entry date | booking date | activity date | activity trade date | activity type | run date | action | trans code | date time | datetime | proceeds | net amount | gross amount | principal amount | order id | order number | order status | order type | buy sell | trade id | transaction id | commission | commissions | commissions and fees | fees | trade price | trade time | execution time | filled | filled price | limit price | settlement amount | realized p l | effective date | debit | credit | date initiated | txid | confirmation number | withholding tax | charge amount | timestamp | time stamp | way | base amount | quote amount | quantity transacted | price at transaction | spot price at transaction | subtotal | executed at | placed time | filled time"
    )
)

#: The same for one of these, unless the table lists lots.
OF_TRANSACTIONS_ALONE: Final = frozenset(
    _names("posting date | posted date | transaction date | transaction type | run date | activity date | order id | order status | trans code | txid | booking date | process date | check or slip")
)  # fmt: skip

#: A table with two of these lists sold positions.
OF_SALES: Final = frozenset(
    _names(
        "date sold | sold date | sale date | close date | closed date | date closed | proceeds | sales proceeds | total proceeds | closing date | sell date | date sold or disposed | realized gain loss | realized gain | wash sale | disallowed loss | 1099 b"
    )
)

#: A table with two of these lists option quotes.
OF_OPTION_CHAINS: Final = frozenset(
    _names("strike | strike price | bid | ask | calls | puts | call | put | open interest | open int | implied volatility | iv | delta | gamma | theta | expiration | expiration date | expiry")
)  # fmt: skip

#: Weight columns: a table with one of these and no amounts lists percentages.
OF_WEIGHTS: Final = frozenset(
    _names("weight | weighting | weight % | % weight | allocation | allocation % | % allocation | target | target % | % of portfolio | percent of portfolio | % of account | percent of account | portfolio % | % portfolio | percentage | percent | % | % of total | allocation percentage | target allocation | % of assets | % of net assets | % of holdings | allocation in percentage")
)  # fmt: skip

#: A column whose name contains one of these words, and isn't listed above, is ignored.
IRRELEVANT_WORDS: Final = frozenset(
    """% percent percentage pct gain gains loss losses change chg chng yield dividend dividends income return returns
    rating ratings high low volume day days today todays ytd mtd week month year years weight weighting allocation beta
    sector industry unrealized unrealised realized realized pl pnl p l profit margin reinvest reinvestment coupon
    maturity interest distribution distributions expense ratio esg morningstar bid ask open time conid strategy side
    model rate fxrate tax term age gross nominal exposure country region style notes note comment comments source target
    delta pe eps cap fee fees commission holding period status vesting vested unvested loan pledged lot lots
    previous performance classification subtype sub subclass redemption available withdrawable settled unsettled est
    estimated annual payable purchase short long contributions contribution elections election url link quote logo
    direction mic bp bond intraday trend method covered uncovered""".split()
)


class Language(NamedTuple):
    """Column names in one language, and the currency of its files if they state none."""

    name: str
    currency: str
    names: dict[Meaning, tuple[str, ...]]
    transactions: tuple[str, ...] = ()


LANGUAGES: Final = (
    Language(
        "German",
        "EUR",
        {
            Meaning.ACCOUNT: _names("depot | konto | depotnummer | kontonummer | depotname"),
            Meaning.IDENTIFIER: _names("valor | valoren nr | wertpapierkennnummer"),
            Meaning.NAME: _names("bezeichnung | wertpapier | wertpapiername | wertpapierbezeichnung | instrument | titel | produkt | fonds | gattungsbezeichnung"),
            Meaning.QUANTITY: _names("stuck | stuckzahl | stk | anzahl | bestand | nominal | nominale | stuck nominale | stuck nom | anzahl nominale | menge | anteile | stuck nominal"),
            Meaning.PRICE: _names("kurs | aktueller kurs | letzter kurs | schlusskurs | preis | akt kurs | bewertungskurs | kurs aktuell | marktkurs | aktueller preis"),
            Meaning.VALUE: _names("wert | kurswert | gesamtwert | marktwert | depotwert | aktueller wert | wert aktuell | bewertung | gegenwert | bestandswert"),
            Meaning.COST: _names("einstandswert | kaufwert | einstand | anschaffungswert"),
            Meaning.UNIT_COST: _names("einstandskurs | kaufkurs | einstandspreis"),
            Meaning.CURRENCY: _names("wahrung | whg | devisen | wahrung wert"),
        },
        _names("buchungstag | valuta | umsatzart | betrag | buchungstext | wertstellung | transaktion | handelstag | geschaftsart | datum"),
    ),
    Language(
        "French",
        "EUR",
        {
            Meaning.ACCOUNT: _names("compte | numero de compte | portefeuille"),
            Meaning.NAME: _names("libelle | valeur | designation | titre | nom | intitule | support"),
            Meaning.QUANTITY: _names("quantite | qte | nombre | nombre de parts | parts | nb titres"),
            Meaning.PRICE: _names("cours | dernier cours | prix | valeur liquidative | vl | cloture"),
            Meaning.VALUE: _names("valorisation | montant | montant en | montant local | evaluation | valeur de marche | valeur totale | total valorisation | montant valorise"),
            Meaning.COST: _names("prix de revient total | montant investi"),
            Meaning.UNIT_COST: _names("pru | prix de revient | prix de revient unitaire | prix d achat"),
            Meaning.CURRENCY: _names("devise | monnaie"),
        },
        _names("date operation | date valeur | operation | type operation | sens | frais"),
    ),
    Language(
        "Italian",
        "EUR",
        {
            Meaning.ACCOUNT: _names("conto | deposito | dossier"),
            Meaning.NAME: _names("titolo | descrizione | strumento | denominazione | prodotto | nome"),
            Meaning.QUANTITY: _names("quantita | qta | numero quote | quote"),
            Meaning.PRICE: _names("prezzo | ultimo prezzo | chiusura | prezzo di mercato | prezzo mercato | quotazione"),
            Meaning.VALUE: _names("controvalore | valore | valore locale | valore di mercato | valore mercato | importo | valore attuale"),
            Meaning.UNIT_COST: _names("prezzo medio | pmc | prezzo medio di carico | prezzo di carico"),
            Meaning.COST: _names("valore di carico | controvalore di carico"),
            Meaning.CURRENCY: _names("divisa | valuta"),
        },
        _names("data operazione | data valuta | segno | causale | operazione"),
    ),
    Language(
        "Spanish",
        "EUR",
        {
            Meaning.ACCOUNT: _names("cuenta | numero de cuenta | cartera"),
            Meaning.NAME: _names("valor | descripcion | nombre | titulo | producto | fondo | activo"),
            Meaning.QUANTITY: _names("cantidad | titulos | numero de titulos | participaciones | acciones | unidades"),
            Meaning.PRICE: _names("precio | precio de | ultimo precio | cotizacion | precio actual | precio de mercado | valor liquidativo"),
            Meaning.VALUE: _names("valor de mercado | valor en | valor local | importe | efectivo | valor actual | valoracion | valor total"),
            Meaning.UNIT_COST: _names("precio medio | precio de compra | coste medio"),
            Meaning.COST: _names("coste | coste total"),
            Meaning.CURRENCY: _names("divisa | moneda"),
        },
        _names("fecha operacion | fecha valor | tipo de operacion | operacion | fecha | tipo"),
    ),
    Language(
        "Portuguese",
        "BRL",
        {
            Meaning.NAME: _names("ativo | produto | papel"),
            Meaning.QUANTITY: _names("quantidade | qtd | qtde"),
            Meaning.PRICE: _names("preco | fecho | preco atual | preco de fechamento | ultimo preco | cotacao"),
            Meaning.VALUE: _names("valor atualizado | valor em | valor local | valor de mercado | saldo | posicao | valor total"),
            Meaning.UNIT_COST: _names("preco medio"),
            Meaning.CURRENCY: _names("moeda"),
        },
        _names("data do negocio | tipo de movimentacao | movimentacao"),
    ),
    Language(
        "Dutch",
        "EUR",
        {
            Meaning.NAME: _names("product | naam | fonds | effect"),
            Meaning.QUANTITY: _names("aantal | stuks"),
            Meaning.PRICE: _names("slotkoers | koers | laatste koers | laatste"),
            Meaning.VALUE: _names("waarde | lokale waarde | marktwaarde | huidige waarde"),
            Meaning.CURRENCY: _names("valuta | munt"),
        },
        _names("datum | tijd | omschrijving | mutatie | waardedatum"),
    ),
    Language(
        "Swedish",
        "SEK",
        {
            Meaning.NAME: _names("namn | vardepapper | instrument"),
            Meaning.QUANTITY: _names("antal | volym | antal andelar"),
            Meaning.PRICE: _names("kurs | senast | senaste kurs"),
            Meaning.VALUE: _names("marknadsvarde | varde | varde sek"),
            Meaning.CURRENCY: _names("valuta"),
        },
        _names("bokforingsdag | typ av transaktion | belopp | courtage"),
    ),
    Language(
        "Norwegian",
        "NOK",
        {
            Meaning.NAME: _names("navn | verdipapir"),
            Meaning.QUANTITY: _names("antall"),
            Meaning.PRICE: _names("siste kurs | siste | kurs"),
            Meaning.VALUE: _names("verdi | markedsverdi | verdi nok"),
            Meaning.CURRENCY: _names("valuta"),
        },
        _names("bokføringsdag | transaksjonstype | beløp | kurtasje"),
    ),
    Language(
        "Danish",
        "DKK",
        {
            Meaning.NAME: _names("navn | værdipapir | papirnavn | fondsnavn"),
            Meaning.QUANTITY: _names("antal | beholdning"),
            Meaning.PRICE: _names("kurs | seneste kurs | seneste"),
            Meaning.VALUE: _names("værdi | markedsværdi | kursværdi"),
            Meaning.CURRENCY: _names("valuta"),
        },
        _names("bogføringsdag | transaktionstype | beløb | kurtage"),
    ),
    Language(
        "Japanese",
        "JPY",
        {
            Meaning.ACCOUNT: _names("口座 | 口座区分 | 口座種別 | 預り区分"),
            Meaning.SYMBOL: _names("銘柄コード | コード | ティッカー | 証券コード | 銘柄コード ティッカー"),
            Meaning.NAME: _names("銘柄名 | 銘柄 | 銘柄名称 | ファンド名 | 商品名"),
            Meaning.QUANTITY: _names("数量 | 保有数量 | 保有株数 | 株数 | 保有口数 | 口数"),
            Meaning.PRICE: _names("現在値 | 現在価格 | 時価 | 基準価額 | 株価 | 終値"),
            Meaning.VALUE: _names("評価額 | 時価評価額 | 評価金額 | 時価総額"),
            Meaning.UNIT_COST: _names("取得単価 | 平均取得価額 | 取得価額 | 参考単価 | 平均取得単価"),
            Meaning.COST: _names("取得金額 | 投資金額"),
            Meaning.CURRENCY: _names("通貨 | 決済通貨"),
        },
        _names("約定日 | 受渡日 | 取引 | 取引区分 | 売買 | 売買区分 | 約定数量 | 約定単価 | 受渡金額"),
    ),
    Language(
        "Chinese",
        "CNY",
        {
            Meaning.SYMBOL: _names("证券代码 | 股票代码 | 代码 | 證券代號"),
            Meaning.NAME: _names("证券名称 | 股票名称 | 名称 | 證券名稱"),
            Meaning.QUANTITY: _names("持仓数量 | 股票余额 | 持股数 | 数量 | 證券數量"),
            Meaning.PRICE: _names("最新价 | 现价 | 市价"),
            Meaning.VALUE: _names("市值 | 最新市值 | 参考市值"),
            Meaning.CURRENCY: _names("币种 | 货币"),
        },
    ),
)  # fmt: skip

#: Description columns in which people write tickers, if the table has no column for them.
MAY_HOLD_TICKERS: Final = frozenset({"asset", "security", "holding"})

#: Column sets that identify an English layout with amounts in another currency: all columns of a set must be present.
#: UNKNOWN: the layout is used with several currencies, none of them US dollars by default.
LAYOUTS_ABROAD: Final = (
    ("INR", frozenset({"ltp"})),
    ("INR", frozenset({"cur val"})),
    ("INR", frozenset({"invested", "nav", "folio"})),
    ("INR", frozenset({"demat account"})),
    ("INR", frozenset({"folio number"})),
    ("INR", frozenset({"folio no"})),
    ("GBP", frozenset({"sedol"})),
    ("GBP", frozenset({"units held", "gain loss", "stock", "code"})),
    ("AUD", frozenset({"asx code"})),
    ("EUR", frozenset({"wkn"})),
    ("CHF", frozenset({"valor"})),
    ("EUR", frozenset({"buying price", "last price", "intraday variation"})),
    (UNKNOWN, frozenset({"slice", "owned quantity"})),
)

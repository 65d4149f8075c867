"""The colors of the charts."""

#: Okabe and Ito, Color Universal Design (2008): distinguishable with all common types of color vision. Gray is for
#: "Other".
COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
GRAY = "#999999"
BUY, SELL = "#0072B2", "#D55E00"

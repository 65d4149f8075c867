"""Distances from a target, in percentage points, at which a share matters."""

#: Points from a target that need no trade; farther away, the report states that the target is missed.
TOLERANCE = 3
#: Points from a target for which a taxed sale is worth proposing.
TAXED_TOLERANCE = 5
#: Points from a target that are a finding: the mix is riskier or safer than chosen, or a class or region is off.
RISK_POINTS = 5

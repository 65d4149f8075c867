"""One list of trades that brings a portfolio to the user's targets. See `plan.py`."""

"""Invoked by the planner with a TaggerTask. Returns a TaggerAnswer: an instrument for each unknown symbol."""

"""Invoked by the planner with a TaggerTask; answers a TaggerAnswer: an instrument for each unknown symbol."""

"""Honest progress: what a worker says of itself, written in the background, never in the way of its work."""

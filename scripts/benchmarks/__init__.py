"""Benchmarks for everything with a budget. Each script prints its figures and their ratio to the yardstick in one
run.
"""

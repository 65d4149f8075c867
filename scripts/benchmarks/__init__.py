"""What has a budget, measured: each script prints its figures and their ratio to the yardstick in one run."""

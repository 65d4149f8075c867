"""The steps of `scripts/deploy.py`: plan and apply, a smoke job through the API, a call to the model."""

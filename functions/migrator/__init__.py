"""Applies the database migrations; invoked by the deployment; answers the versions it applied."""

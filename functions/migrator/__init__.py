"""Applies the database migrations. The deployment invokes it; it returns the versions that it applied."""

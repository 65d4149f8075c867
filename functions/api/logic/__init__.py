"""The logic behind the routes, without HTTP or SQL."""

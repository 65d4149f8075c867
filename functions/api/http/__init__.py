"""HTTP: middlewares, request bodies, errors, and response formats; no business rules."""

"""The routes, one router per resource: parse, call, respond."""

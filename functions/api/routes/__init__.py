"""The routes, a router a resource: parse, call, answer."""

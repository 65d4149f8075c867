"""All SQL of the API function, by resource. Every WHERE clause includes the owner; each step is one statement."""

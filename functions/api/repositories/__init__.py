"""All SQL of the api function, by resource. The owner stands in every WHERE; each step is one statement."""

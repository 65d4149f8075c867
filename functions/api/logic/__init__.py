"""What the routes do, apart from HTTP and SQL."""

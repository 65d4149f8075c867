"""What several functions need, once."""

"""Triggered by an HTTP request through API Gateway, or by a test with the same event; answers an HTTP response."""

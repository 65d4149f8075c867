"""Lambda function behind API Gateway: receives an HTTP request event and returns an HTTP response."""

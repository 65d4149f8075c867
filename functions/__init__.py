"""The Lambda functions of Alex, a folder each, and what they share."""

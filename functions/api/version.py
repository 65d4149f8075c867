"""The release: reported by GET /health, the OpenAPI document and MCP, and read by packaging tools."""

VERSION = "0.2.0"

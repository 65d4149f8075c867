"""A Model Context Protocol server (https://modelcontextprotocol.io) for agents that analyze portfolios.

It keeps no sessions: each request is complete in itself. Loaded only for requests to /mcp.
"""

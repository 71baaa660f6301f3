"""The web chat: pages, their safety, and the server."""

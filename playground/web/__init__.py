"""ASGI middleware: access to the server, security headers, and loading."""

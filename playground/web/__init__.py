"""ASGI middleware: who may speak to the server, and what a page may load."""

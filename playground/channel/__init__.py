"""The channel between an open page and the server: what is told to the browser, and what it asks for."""

"""How fast the app is, beside a peer in the same run: `python -m bench`."""

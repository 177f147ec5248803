"""An answer on its way, from the request to what is kept of it."""

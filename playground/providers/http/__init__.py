"""How requests and answers travel: sockets, times, retries, limits, and the record of it."""

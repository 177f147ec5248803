"""The routes and sockets of the channel."""

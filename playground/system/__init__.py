"""The operating system: private files, locks, archives, and the environment of child processes."""

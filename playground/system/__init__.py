"""The machine around the app: files of ours, locks, archives, and the environment of child processes."""

"""The database under the store: engine, tables, rows, locks of processes, and what can go wrong."""

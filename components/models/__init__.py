"""The models page: search, table, card, comparison and prices."""

"""What was said as a page for others: a snapshot at an address, or a file, both of the same bytes."""

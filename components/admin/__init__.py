"""What is on the admin page."""

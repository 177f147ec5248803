"""What can be said of results, and how surely. scipy is imported where it is needed: it takes more than a second."""

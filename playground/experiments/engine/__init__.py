"""What runs experiments."""

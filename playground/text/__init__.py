"""Text and JSON from elsewhere, made harmless, and labels that tell things apart."""

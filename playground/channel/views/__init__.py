"""The views of turns that browsers are sent, with all their texts."""

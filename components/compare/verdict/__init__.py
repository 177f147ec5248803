"""What stands under the panes once all have ended."""

"""The compare page: panes side by side."""

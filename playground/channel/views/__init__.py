"""What a browser is told of a turn: every sentence of it, made here."""

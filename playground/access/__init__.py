"""Who may come in where people sign in, and what each may do."""

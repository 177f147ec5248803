"""Rules about answers, a module for each family of them."""

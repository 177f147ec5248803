"""What is on screen, one thing a module, named after what a person sees."""

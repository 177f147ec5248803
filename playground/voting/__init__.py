"""The room votes: an audience says on its phones which answer is better."""

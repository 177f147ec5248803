"""What is shown to a room: recordings of answers, and chats and comparisons on a stage, directed by keys."""

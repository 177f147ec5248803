"""What all pages share: the frame, the session, the browser part, and controls that show what the server has."""

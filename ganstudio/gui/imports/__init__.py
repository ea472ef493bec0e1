"""Import of the user's own pictures from the window."""

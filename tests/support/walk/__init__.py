"""Shows every state of the window and looks whether all of it can be read."""

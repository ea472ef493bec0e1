"""Widgets that several panels share, and the look of all of them."""

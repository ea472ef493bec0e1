"""Threads of the window, each with one duty."""

"""Programs that run for hours: the window driven at random (`python -m soak`), runs killed (`python -m soak.kills`)."""

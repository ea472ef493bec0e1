"""What the window knows: state that panels watch, and what was done to it."""

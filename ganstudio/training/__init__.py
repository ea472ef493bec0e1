"""Training: the loop, the mathematics of both updates, and what they are made of."""

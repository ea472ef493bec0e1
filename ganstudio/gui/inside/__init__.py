"""Window: the inside of the two networks."""

"""Window: the real pictures by the opinion of D, and taking some out of an imported set."""

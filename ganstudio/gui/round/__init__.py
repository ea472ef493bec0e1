"""Window: a round of training in stages, with the numbers and pictures of each."""

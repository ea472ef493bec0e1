"""The smallest GAN: a game of two numbers, its arrows and its path, in a window of its own."""

"""Window: which kinds of pictures, or modes of points, the generator makes."""

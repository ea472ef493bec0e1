"""Many samples of a generator, a file each or all in one; memory does not grow with their number."""

"""Data sets: download, reading, conversion to the requested size, batches for training."""

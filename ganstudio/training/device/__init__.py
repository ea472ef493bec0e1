"""Execution on a device: precision, memory format, threads, CUDA graphs."""

"""How a step is executed on a device: precision, threads, CUDA graphs."""

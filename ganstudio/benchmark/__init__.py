"""Benchmark: speed against a plain loop, arithmetic against the peak of the device, and the time of each phase."""

"""The runs on this computer: what is done to them, and how they compare."""

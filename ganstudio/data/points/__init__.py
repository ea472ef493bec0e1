"""Points of the plane as data: distributions whose density is known, and those that the user draws."""

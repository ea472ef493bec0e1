"""How good points of the plane are, measured against points of the distribution they are to have."""

"""Training in several processes: what they exchange, how they find each other, batch norm over all their rows."""

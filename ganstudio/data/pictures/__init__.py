"""Pictures of the user's own: read, fitted to one shape, imported as a data set."""

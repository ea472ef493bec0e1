"""Measures of how good generated pictures are, compared with real ones."""

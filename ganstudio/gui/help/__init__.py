"""Help in the window: first steps, a glossary, and what the thing is that was clicked."""

"""Help in the window: first steps, a glossary, and an explanation of what is clicked."""

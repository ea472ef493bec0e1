"""Window: the coach, which says what goes wrong in the open run, and what may mend it."""

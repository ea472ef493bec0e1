"""Window: runs that go wrong on purpose."""

"""Networks and losses for GAN Studio; found through the entry points that pyproject.toml names."""

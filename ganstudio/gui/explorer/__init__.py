"""The latent explorer's parts: its state, and the pages that move it."""

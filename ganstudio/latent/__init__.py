"""Generators in use: their latent space, pictures of z, z of pictures, principal directions, D's opinion."""

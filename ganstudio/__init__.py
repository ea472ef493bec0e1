"""GAN Studio: trains generative adversarial networks before your eyes."""

__version__ = "0.1.0"

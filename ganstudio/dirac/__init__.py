"""The smallest GAN: a real point, a fake that is a point, and a D that is a slope (Dirac-GAN). Knows no Qt."""

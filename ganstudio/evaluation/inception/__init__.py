"""Distances of pictures in the features of Inception, as papers report them: FID and KID."""

"""The tour: steps that show a part of the window and wait until the user has done something there."""

"""What the window says over the samples: notices, questions and errors."""

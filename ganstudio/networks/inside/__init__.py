"""What a network is made of and what happens in it, found out from its own modules as they are called."""

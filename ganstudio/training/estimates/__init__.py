"""What a run takes, said before it starts: memory, time, and when pictures become recognisable."""

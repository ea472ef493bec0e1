"""Paces of slow motion, in rounds a second, and their texts."""

PACES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # rounds a second; beyond them is full speed


def describe_pace(pace: float | None) -> str:
    """Return a pace as text: "1 round a second", "1 round in 5 s" or, for None, "full speed"."""
    if pace is None:
        return "full speed"
    if pace < 1:
        return f"1 round in {1 / pace:.0f} s"
    return f"{pace:.0f} round{'s' if pace > 1 else ''} a second"

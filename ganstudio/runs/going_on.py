"""From where a run goes on, in words."""


def goes_on(step: int, reached: int) -> str:
    """A sentence: where a run that had reached a step goes on, and how much of it is lived again."""
    lost = reached - step
    if lost <= 0:
        return f"Goes on from step {step:,}."
    many = f"{lost:,} steps after it are" if lost > 1 else "step after it is"
    return f"Goes on from step {step:,}, the last save; the {many} repeated."

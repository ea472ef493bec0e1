"""The room of the curves: numbers and scales, what a run's losses say, how good it became."""

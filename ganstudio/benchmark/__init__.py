"""What `ganstudio bench` measures: speed beside a plain loop's, work beside the device's peak, where the time goes."""

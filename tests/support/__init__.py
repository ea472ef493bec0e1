"""What tests of several folders share: small configurations, runs, models, windows."""

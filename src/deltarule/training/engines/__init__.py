"""Engines: the same arithmetic, done by NumPy, by compiled loops, and exactly."""

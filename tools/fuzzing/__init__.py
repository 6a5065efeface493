"""Looks for texts that hurt: coverage-guided fuzzing, texts stretched to a megabyte, and the promises both are held to."""

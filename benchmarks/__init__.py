"""Measurements of deltarule: how fast it is, and how often its marking is right."""

"""How fast training is, as ratios measured side by side in one run."""

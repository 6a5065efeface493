"""Rows whose steps are all longer or shorter by one part: another learning rate is taken there, and nothing is wrong."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

SAME_PART = Fraction(1, 50)  # as near as lengths of steps at one rate come to one another, rounded


def rows_at_another_rate(parts: Mapping[int, Sequence[Fraction]]) -> frozenset[int]:
    """The rows whose steps are one part of what they should be, if most are; `parts` has those of each row."""
    for part in [first for first, *_ in parts.values()]:
        alike = {
            row for row, each in parts.items() if all(abs(p - part) <= abs(part) * SAME_PART for p in each)
        }
        if len(alike) > 1 and 2 * len(alike) > len(parts):
            return frozenset(alike)
    return frozenset()

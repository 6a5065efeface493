"""A value that a document gives for a claim, whatever it comes from."""

from fractions import Fraction
from typing import TypeAlias

from deltarule.document import Claim
from deltarule.records import record
from deltarule.written import Written

DEFINED, OF_SUMS = "defined by cases", "data sum"  # how a value comes about that other parts ask for


@record
class Origin:
    """A value that the document gives for a claim, and how far the roundings of its numbers may move it.

    `sure` says that it is the claim's own formula with numbers of exactly these names: a value that does not fit it
    is a slip. `how` names the formula for counting how often it holds.
    """

    value: Fraction
    slack: Fraction
    how: str
    sure: bool = False


# a judged claim by its place, its value, and the origin that the value is held against
Against: TypeAlias = tuple[int, Claim, Written, Origin]

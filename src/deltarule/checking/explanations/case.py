"""A wrong value, and what is known about it."""

from fractions import Fraction

from deltarule.findings import Kind
from deltarule.records import record
from deltarule.written import Written


@record
class Case:
    """A written value that is not right.

    Attributes
    ----------
    expected : Fraction
        The value from the author's own numbers.
    worlds : tuple of Fraction
        The same under every way of carrying, `expected` first.
    usual_places : int
        Decimal places that the document keeps elsewhere.
    """

    written: Written
    expected: Fraction
    worlds: tuple[Fraction, ...]
    usual_places: int
    name: str
    expected_text: str


@record
class Explanation:
    """Kind, code and sentence; `factor` is what the right value was multiplied by."""

    kind: Kind
    code: str
    message: str
    factor: Fraction = Fraction(1)

"""Records of what was found: the closed list of slip kinds, and a finding with its place."""

from enum import StrEnum
from fractions import Fraction

from deltarule.records import guarded
from deltarule.spans import Span


class Kind(StrEnum):
    """What sort of slip it is. The list is closed."""

    ARITHMETIC = "arithmetic"
    SIGN = "sign"
    PLACE_VALUE = "place-value"
    COPYING = "copying"
    FORMULA = "formula"
    ROUNDING = "rounding"
    OMISSION = "omission"
    CONTRADICTION = "contradiction"


class Status(StrEnum):
    """What became of a claim."""

    RIGHT = "right"
    RIGHT_ROUNDED = "right-rounded"
    FOLLOW_THROUGH = "follow-through"
    SLIP = "slip"
    UNREAD = "unread"
    UNCHECKED = "unchecked"

    __hash__ = str.__hash__  # an enum would hash its name anew each time


@guarded
class Slip:
    """A claim that is wrong given the author's own earlier numbers.

    Attributes
    ----------
    span : Span
        The wrong thing, where it is written.
    code : str
        Starts with its kind; ``deltarule explain CODE`` has a page on it.
    quantity : str
        What the claim is about, as a person would name it (``z_3``).
    epoch : int or None
        Epoch of the quantity, counted from 1.
    written, expected, true_value : str
        What stands there, what should given the author's own numbers, and the exact run's value
        (empty where there is none).
    harmless : bool
        An operand is miswritten, and the value fits the right one.
    affects : tuple of int
        Lines whose values would differ if this slip were repaired and the rest replayed.
    message : str
        One sentence for the author.
    """

    span: Span
    line: int
    column: int
    end_column: int
    kind: Kind
    code: str
    quantity: str
    epoch: int | None
    written: str
    expected: str
    true_value: str
    harmless: bool
    affects: tuple[int, ...]
    message: str


@guarded
class Remark:
    """Something worth saying that is not a slip."""

    span: Span
    line: int
    column: int
    end_column: int
    code: str
    message: str


@guarded
class Unread:
    """A piece with a number and a relation sign that could not be read. It never means wrong."""

    span: Span
    line: int
    text: str
    reason: str


@guarded
class FollowThrough:
    """A value that is right given the author's numbers, and different once `from_lines` are repaired."""

    span: Span
    line: int
    from_lines: tuple[int, ...]
    quantity: str
    written: str
    repaired: Fraction

"""The value is right but for its sign."""

from fractions import Fraction

from deltarule.checking.explanations.case import Case, Explanation
from deltarule.checking.wording import plain
from deltarule.findings import Kind
from deltarule.written import is_rounding


def of_the_value(case: Case) -> Explanation | None:
    """The opposite number fits, under any way of carrying."""
    written = case.written
    if written.value == 0 or not any(
        is_rounding(-written.value, world, written.places) for world in case.worlds
    ):
        return None
    return Explanation(
        Kind.SIGN,
        "sign.value",
        f"{case.name} is {case.expected_text}; {plain(written)} has the wrong sign.",
        Fraction(-1),
    )

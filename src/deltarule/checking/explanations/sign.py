"""The value is right but for its sign."""

from fractions import Fraction

from deltarule.checking.explanations.case import Case, Explanation
from deltarule.checking.wording import plain
from deltarule.findings import Kind
from deltarule.written import is_rounding, is_truncation


def of_the_value(case: Case) -> Explanation | None:
    """The opposite number fits, under any way of carrying."""
    written = case.written
    opposite, places = -written.value, written.places
    if opposite == 0 or not any(
        is_rounding(opposite, world, places) or is_truncation(opposite, world, places)
        for world in case.worlds
    ):
        return None
    return Explanation(
        Kind.SIGN,
        "sign.value",
        f"{case.name} is {case.expected_text}; {plain(written)} has the wrong sign.",
        Fraction(-1),
    )

"""Why a value is wrong: explanations in the order in which they are tried; the first that reproduces it counts.

A new explanation is a file with a function, and a line in `VALUE_EXPLANATIONS`.
"""

from collections.abc import Callable

from deltarule.checking.explanations import arithmetic, place_value, rounding, sign
from deltarule.checking.explanations.case import Case, Explanation

VALUE_EXPLANATIONS: tuple[Callable[[Case], Explanation | None], ...] = (
    rounding.shortened,
    rounding.last_place,
    sign.of_the_value,
    place_value.shifted,
    arithmetic.otherwise,
)


def explain(case: Case) -> Explanation:
    """The cheapest explanation that reproduces a wrong value."""
    for explanation in VALUE_EXPLANATIONS:
        found = explanation(case)
        if found is not None:
            return found
    raise AssertionError("arithmetic explains everything")


__all__ = ["VALUE_EXPLANATIONS", "Case", "Explanation", "explain"]

"""The last written digit is off, and the value had to be rounded."""

from deltarule.checking.explanations.case import Case, Explanation
from deltarule.checking.wording import plain
from deltarule.findings import Kind
from deltarule.written import decimal_places, is_rounding, rounded

MOST_OFF = 4  # a value that is off by one part in so many, and by more than a unit, is worked wrongly; so is one off by more than itself


def last_place(case: Case) -> Explanation | None:
    """Within one and a half units of the last place, where the value does not end at that place and is not rounded well."""
    written = case.written
    if is_rounding(written.value, case.expected, written.places):
        return None  # it drops digits
    exact = decimal_places(case.expected)
    if exact is not None and exact <= written.places:
        return None
    off = abs(written.value - case.expected)
    size = abs(case.expected)
    if 2 * off > 3 * written.unit or off > size or (off > written.unit and MOST_OFF * off > size):
        return None
    twice = is_rounding(written.value, rounded(case.expected, written.places + 1), written.places)
    why = "rounded twice, it seems: first one place further, then again" if twice else "the last digit is off"
    return Explanation(
        Kind.ROUNDING,
        "rounding.last-place",
        f"{case.name} is {case.expected_text} when rounded once; {plain(written)} stands here ({why}).",
    )


def shortened(case: Case) -> Explanation | None:
    """Rounded rightly, but to fewer places than the document keeps elsewhere: 1 for 0.56."""
    written = case.written
    if written.places >= case.usual_places or not is_rounding(written.value, case.expected, written.places):
        return None
    return Explanation(
        Kind.ROUNDING,
        "rounding.short",
        f"{case.name} is {case.expected_text}; {plain(written)} drops digits that are kept elsewhere.",
    )

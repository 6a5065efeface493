"""The digits are right and stand at the wrong place: a power of ten."""

from fractions import Fraction

from deltarule.checking.explanations.case import Case, Explanation
from deltarule.checking.wording import plain
from deltarule.findings import Kind
from deltarule.written import is_rounding, is_truncation, power_of_ten, rounded, significant_figures

MAX_SHIFT = 6
_WORDS = {
    1: "a tenth",
    2: "a hundredth",
    3: "a thousandth",
    -1: "ten times",
    -2: "a hundred times",
    -3: "a thousand times",
}


def shifted(case: Case) -> Explanation | None:
    """The value fits after moving the decimal point.

    Compared at the places that the document usually keeps; at the value's own, fewer ones only with
    three significant figures, or two where the shift is one place: 0.01 is not "a thousandth" of 5.01.
    """
    written = case.written
    if written.value == 0:
        return None
    figures = significant_figures(written.value, written.places)
    for size in range(1, MAX_SHIFT + 1):
        for shift in (size, -size):
            moved, places = written.value * power_of_ten(shift), written.places - shift
            enough = figures >= (3 if places < case.usual_places else 2)
            fits = any(_fits(moved, world, places) for world in case.worlds)
            # or the very value as it would have been written: -5 for -0.50
            fits = (
                fits if enough else any(moved == rounded(world, case.usual_places) for world in case.worlds)
            )
            if fits:
                words = _WORDS.get(shift, f"10^{-shift} times")
                return Explanation(
                    Kind.PLACE_VALUE,
                    "place-value.shift",
                    f"{case.name} is {case.expected_text}; {plain(written)} is {words} of it: the decimal point slipped."
                    if shift > 0
                    else f"{case.name} is {case.expected_text}; {plain(written)} is {words} that: the decimal point slipped.",
                    power_of_ten(-shift),
                )
    return None


def _fits(moved: Fraction, world: Fraction, places: int) -> bool:
    return is_rounding(moved, world, places) or is_truncation(moved, world, places)

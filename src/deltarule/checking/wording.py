"""Numbers and names in sentences."""

from fractions import Fraction
from functools import lru_cache

from deltarule.findings import Kind
from deltarule.formulas import Role
from deltarule.notation import name
from deltarule.spans import Source, Span
from deltarule.trace import Quantity
from deltarule.written import Written, decimal_places, decimal_text, magnitude, power_of_ten, rounded

MAX_QUOTED = 120


@lru_cache(maxsize=1024)
def named(quantity: Quantity) -> str:
    """What to call a quantity: ``z_3``, ``∂L/∂w_1``, ``x_2,1``."""
    if quantity.role is Role.FEATURE:
        return f"x_{quantity.feature} of sample {quantity.sample}"
    if quantity.role is Role.TARGET:
        return f"y of sample {quantity.sample}"
    return name(quantity.role, quantity.feature, quantity.sample)


def shown(value: Fraction, places: int) -> str:
    """A value to so many places, or in full if that is shorter; never an exponent below 10**15."""
    exact = decimal_places(value)
    if exact is not None and exact <= max(places, 0):
        return decimal_text(value, exact)
    if abs(value) >= 10**15:
        power = magnitude(value)
        return f"{decimal_text(value / power_of_ten(power), 6)}e{power}"
    if value != 0 and magnitude(value) < -max(places, 0):
        places = min(-magnitude(value) + 1, 60)
    return decimal_text(value, max(places, 0))


def plain(written: Written) -> str:
    """A written number as text, minus sign in front and no plus."""
    if len(written.text) >= 80:
        return written.text[:77] + "..."
    text = written.text.lstrip("+")
    return text if text[-1:].isalpha() else text.replace(" ", "")  # 34.7 million, but 12 500


def as_expected(expected: Fraction, written: Written, kind: Kind, usual_places: int) -> str:
    """What to put in place of a written number."""
    keeps_its_places = kind is Kind.ROUNDING and written.places >= usual_places
    places = written.places if keeps_its_places else max(written.places, usual_places, 2)
    return shown(rounded(expected, places), places)


def as_it_stands(source: Source, span: Span) -> str:
    """What is written somewhere, on one line and not too long."""
    return " ".join(source.extract(span).split())[:MAX_QUOTED]

"""Steps of methods that a document names: Nesterov's, Newton's, AdaGrad, RMSprop and Adam, from all points since the start."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import isqrt

from deltarule.checking.named_rows.laws import OfFunction, Point
from deltarule.checking.named_rows.steps import Lead, Step

MAX_POINTS = 40  # that a mean is taken over
_SCALE = 10**25
_USUAL = ((Fraction(9, 10), Fraction(999, 1000)), (Fraction(9, 10), Fraction(99, 100)))


def other_steps(
    law: OfFunction, rates: Sequence[Fraction], momenta: Sequence[Fraction], text: str
) -> Iterator[Step]:
    """The steps of the methods that a text names, in small letters."""
    if law.with_curvature:
        for rate in dict.fromkeys((Fraction(1), *rates)):
            yield Step(1, rate, _newton(law))
    for rate in rates:
        if "nesterov" in text or "нестеров" in text:
            for beta in momenta:
                yield Step(2, rate, _nesterov(law, beta))
        if "grad" in text and "ada" in text:
            yield Step(None, rate, _scaled(law, None))
        if "rms" in text:
            for beta in momenta:
                yield Step(None, rate, _scaled(law, beta))
        if "adam" in text:
            told = [(one, other) for one in momenta for other in momenta if one < other]
            for one, other in dict.fromkeys((*told, *_USUAL)):
                for is_corrected in (True, False):
                    yield Step(None, rate, _adam(law, one, other, is_corrected))


def _slope(law: OfFunction, point: Point, j: int) -> Fraction:
    return law.at(point)[law.slopes[j][0]]


def _newton(law: OfFunction) -> Lead:
    """``x - f'(x) / f''(x)``."""
    return lambda points, j, rate: (
        points[0][j] - rate * _slope(law, points[0], j) / law.at(points[0])[f"curvature {j}"]
    )


def _nesterov(law: OfFunction, beta: Fraction) -> Lead:
    """``x + d - eta * slope at x + d``, where d is beta times what the last step has moved."""

    def lead(points: Sequence[Point], j: int, rate: Fraction) -> Fraction:
        ahead: Point = tuple(here + beta * (here - before) for before, here in zip(*points, strict=True))
        return ahead[j] - rate * _slope(law, ahead, j)

    return lead


def _scaled(law: OfFunction, decay: Fraction | None) -> Lead:
    """The slope over the root of the sum of the squares of all slopes, or of their running mean."""

    def lead(points: Sequence[Point], j: int, rate: Fraction) -> Fraction:
        mean, slope = Fraction(0), Fraction(0)
        for point in _bounded(points):
            slope = _slope(law, point, j)
            mean = mean + slope**2 if decay is None else decay * mean + (1 - decay) * slope**2
        return points[-1][j] - rate * slope / _root(mean) if slope else points[-1][j]

    return lead


def _adam(law: OfFunction, first: Fraction, second: Fraction, is_corrected: bool) -> Lead:
    """The running mean of the slopes over the root of that of their squares, both freed of the 0 that they begin with or not."""

    def lead(points: Sequence[Point], j: int, rate: Fraction) -> Fraction:
        mean, squares = Fraction(0), Fraction(0)
        for point in _bounded(points):
            slope = _slope(law, point, j)
            mean = _cut(first * mean + (1 - first) * slope)
            squares = _cut(second * squares + (1 - second) * slope**2)
        if is_corrected:
            mean, squares = mean / (1 - first ** len(points)), squares / (1 - second ** len(points))
        return points[-1][j] - rate * mean / _root(squares) if mean else points[-1][j]

    return lead


def _bounded(points: Sequence[Point]) -> Sequence[Point]:
    if len(points) > MAX_POINTS:
        raise KeyError("points")
    return points


def _root(value: Fraction) -> Fraction:
    """A square root to so many digits that nobody prints more."""
    return Fraction(isqrt(int(value * _SCALE * _SCALE)), _SCALE)


def _cut(value: Fraction) -> Fraction:
    return Fraction(round(value * _SCALE), _SCALE)

r"""Data told in lists and matrices, ``X = [[1, 2], [2, 3]]`` and ``y = [0, 1]``, or as points with their targets.

Which list is what is not asked: two of the same length may be inputs and targets, the last column of a matrix may be the targets.
What a block of numbers is worked with shows in whether its numbers come out.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from deltarule.rarely import rarely

Data: TypeAlias = tuple[tuple[tuple[Fraction, ...], ...], tuple[Fraction, ...]]

MAX_LISTED = 40
_NUMBER = r"[-+−]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})"
# what stands between rows is possessive: rows that no bracket closes would be tried in all ways of sharing their blanks
_ROW = rf"[\[(]\s{{0,3}}{_NUMBER}(?:(?:\s{{0,3}},\s{{0,9}}|\s{{1,3}}){_NUMBER}){{0,39}}\s{{0,6}}+(?:,\s{{0,3}}+)?+[\])]"
_MATRIX = rarely(
    rf"[\[({{]\s{{0,3}}({_ROW}(?:\s{{0,23}}+(?:,\s{{0,20}}+)?+{_ROW}){{1,39}}+)\s{{0,3}}[\])}}]|({_ROW})"
)
_POINT = rarely(
    rf"\(\s{{0,3}}({_NUMBER}(?:\s{{0,3}}[,;]\s{{0,3}}{_NUMBER}){{0,9}})\s{{0,3}}(?:\||\\mid|;|:|→)\s{{0,3}}({_NUMBER})\s{{0,3}}\)"
)
_BETWEEN = rarely(r"[\s,;$]{0,9}(?:[^\W\d]{1,3}\s{1,3})?")
_EACH_ROW, _EACH = rarely(_ROW), rarely(_NUMBER)


def listed_data(text: str, start: int) -> Iterator[tuple[int, Data]]:
    """Data that lists one behind the other may be, with where they end in the source."""
    yield from _points(text, start)
    found: list[tuple[int, tuple[tuple[Fraction, ...], ...]]] = []
    for match in _MATRIX.finditer(text):
        if match[1] is not None:
            rows = tuple(_numbers(each[0]) for each in _EACH_ROW.finditer(match[1]))
        else:
            rows = tuple((number,) for number in _numbers(match[2]))
        if len(rows) > 1 and len({len(row) for row in rows}) == 1:
            found.append((start + match.end(), rows))
            if len(found) == MAX_LISTED:
                break
    for end, rows in found:
        if len(rows[0]) > 1:
            yield end, (tuple(row[:-1] for row in rows), tuple(row[-1] for row in rows))
    for (_, inputs), (end, targets) in pairwise(found):
        if len(inputs) == len(targets) and len(targets[0]) == 1:
            yield end, (inputs, tuple(row[0] for row in targets))


def _points(text: str, start: int) -> Iterator[tuple[int, Data]]:
    """Points that are set apart from their targets by a bar or the like, ``(0.5, 2 | 0); (2, -0.5 | -1)``."""
    run: list[tuple[int, tuple[Fraction, ...], Fraction]] = []
    for match in (*_POINT.finditer(text), None):
        here = None if match is None else (match.end(), _numbers(match[1]), _numbers(match[2])[0])
        follows = (
            run
            and match is not None
            and here is not None
            and _BETWEEN.fullmatch(text, run[-1][0], match.start())
        )
        if here is not None and follows and len(here[1]) == len(run[-1][1]) and len(run) < MAX_LISTED:
            run.append(here)
            continue
        if len(run) > 1:
            yield start + run[-1][0], (tuple(each[1] for each in run), tuple(each[2] for each in run))
        run = [] if here is None else [here]


def _numbers(text: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(each[0].replace("−", "-").rstrip(".")) for each in _EACH.finditer(text))

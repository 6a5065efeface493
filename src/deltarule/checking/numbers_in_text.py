"""Where each number stands in a text, whatever it is the value of."""

from bisect import bisect_left
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property, lru_cache

from deltarule.rarely import rarely
from deltarule.written import Written

_NUMBER = rarely(r"\d+(?:(?:[.,]|\{[.,]\})\d+)?|[.,]\d+")
_LONGEST = 40
MAX_NUMBERS = 20_000  # of one text; of a number beyond it nobody can say that it was never told


class NumbersInText:
    """The numbers of a text by their size."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _written(self) -> dict[int, Written]:
        """The numbers by their places."""
        found: dict[int, Written] = {}
        for match in _NUMBER.finditer(self.text):
            if len(match[0]) < _LONGEST:
                digits = match[0].replace(",", ".").replace("{", "").replace("}", "")
                places = len(digits.partition(".")[2])
                found[match.start()] = Written(digits, Fraction("0" + digits), places)
                if len(found) == MAX_NUMBERS:
                    break
        return found

    @cached_property
    def _starts(self) -> list[int]:
        return list(self._written)

    @cached_property
    def _places(self) -> dict[Fraction, list[int]]:
        found: dict[Fraction, list[int]] = {}
        for start, written in self._written.items():
            found.setdefault(written.value, []).append(start)
        return found

    def places(self, number: Written, start: int, end: int) -> list[int]:
        """Where a number stands in a stretch of the text, with whatever sign."""
        places = self._places.get(abs(number.value), [])
        return places[bisect_left(places, start) : bisect_left(places, end)]

    def has(self, number: Written, start: int, end: int) -> bool:
        """Whether a number stands in a stretch of the text, or may do so."""
        return len(self._written) == MAX_NUMBERS or bool(self.places(number, start, end))

    def is_elsewhere(self, number: Written, at: int) -> bool:
        """Whether a number stands on any other line than that of a place, or may do so."""
        if len(self._written) == MAX_NUMBERS:
            return True
        start = self.line_start(at)
        end = self.text.find("\n", at)
        places = self._places.get(abs(number.value), [])
        return any(not start <= place < (end if end >= 0 else len(self.text)) for place in places)

    def before(self, at: int, most: int) -> Iterator[Written]:
        """The last numbers that stand in front of a place, the nearest first."""
        last = bisect_left(self._starts, at)
        for start in reversed(self._starts[max(last - most, 0) : last]):
            yield self._written[start]

    def line_start(self, at: int) -> int:
        """Where the line of a place starts."""
        return self.text.rfind("\n", 0, at) + 1


@lru_cache(maxsize=1)
def numbers_in(text: str) -> NumbersInText:
    """The numbers of a text, found once for all that is asked of it in turn."""
    return NumbersInText(text)

"""Values told one after the other of one thing, the column of a table or a function called: which of them a formula gives.

A slip stands alone. Where two values in a row are told otherwise, or none after them is as before, another rule may be at work.
"""

from collections.abc import Hashable


class Succession:
    """Which formula gave each value of a thing, in the order in which they were told."""

    def __init__(self) -> None:
        self._told: dict[Hashable, list[str | None]] = {}

    def hold(self, thing: Hashable, how: str) -> None:
        """Note a value that a formula gives."""
        self._told.setdefault(thing, []).append(how)

    def miss(self, thing: Hashable) -> int:
        """Note a value that no formula gives; returns its place among the values of the thing."""
        told = self._told.setdefault(thing, [])
        told.append(None)
        return len(told) - 1

    def held(self, thing: Hashable, how: str) -> int:
        """How many values of a thing a formula gave."""
        return self._told.get(thing, []).count(how)

    def held_before(self, thing: Hashable, place: int) -> int:
        """How many values in front of a place were given by any formula."""
        return sum(how is not None for how in self._told[thing][:place])

    def is_ever_held(self, thing: Hashable) -> bool:
        """Whether a formula gave any value of a thing."""
        return any(how is not None for how in self._told.get(thing, ()))

    def is_alone(self, thing: Hashable, place: int) -> bool:
        """Whether neither neighbour of a missed value was missed too."""
        return None not in self._told[thing][max(place - 1, 0) : place] + self._told[thing][place + 1 :][:1]

    def is_among(self, thing: Hashable, place: int, fewest: int) -> bool:
        """Whether most values of a thing are given, so many at least, and some on both sides of a missed one."""
        told = self._told[thing]
        given = sum(how is not None for how in told)
        both = any(how is not None for how in told[:place]) and any(how is not None for how in told[place:])
        return both and given >= fewest and 2 * given > len(told)

    def is_regained(self, thing: Hashable, place: int) -> bool:
        """Whether a missed value stands alone and the next one is given again."""
        return self.is_alone(thing, place) and place + 1 < len(self._told[thing])

    def is_last(self, thing: Hashable, place: int) -> bool:
        """Whether a missed value is the last one, and all before it were given."""
        told = self._told[thing]
        return place + 1 == len(told) and None not in told[:place]

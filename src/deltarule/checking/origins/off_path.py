"""Parameters that are not those of the descent from the start, beside others of the same line that are."""

from collections import Counter
from collections.abc import Iterator

from deltarule.checking.origins.origin import Against

FEWEST = 3  # values that the descent must give before another one is called a slip


class OffPath:
    """The parameters that descent from the start gives, by line, and those that it gives otherwise."""

    def __init__(self) -> None:
        self._held: Counter[int] = Counter()
        self._missed: list[Against] = []

    def hold(self, line: int) -> None:
        """Note a value that the descent gives."""
        self._held[line] += 1

    def miss(self, value: Against) -> None:
        """Note a parameter that the descent gives otherwise."""
        self._missed.append(value)

    def beside_others(self) -> Iterator[Against]:
        """Parameters beside another value of the same line that is right."""
        if sum(self._held.values()) >= FEWEST:
            yield from (value for value in self._missed if self._held[value[1].line])

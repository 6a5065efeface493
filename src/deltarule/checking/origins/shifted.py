"""Values a power of ten away from what a stated formula gives: slips where several of them are off by the same power."""

from collections.abc import Iterator

from deltarule.checking.origins.nearness import shift_of
from deltarule.checking.origins.origin import Against

FEWEST_SHIFTED = 2  # values a power of ten away from one formula, before they are called slips


class Shifted:
    """Values that are off by a power of ten, by the formula and the power."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, int], list[Against]] = {}

    def note(self, value: Against) -> None:
        """Note a value that its origin does not give, if a power of ten is what is wrong."""
        _, claim, written, origin = value
        if claim.part is not None and len(claim.links) == 1:
            return  # a list that is only told may be of other data
        shift = shift_of(written, origin)
        if shift:
            self._values.setdefault((origin.how, shift), []).append(value)

    def together(self) -> Iterator[Against]:
        """Values that are off as others are."""
        for values in self._values.values():
            various = {written.value for _, _, written, _ in values}  # a number told again shows nothing new
            if len(various) >= FEWEST_SHIFTED and any(written.figures > 1 for _, _, written, _ in values):
                yield from values

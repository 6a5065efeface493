"""One pass over a document: what it has said so far, what was settled by it, and what is noted to be concluded at the end."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from deltarule.checking.claims import Judged
from deltarule.checking.numbers_in_text import numbers_in
from deltarule.checking.origins.astray import Astray
from deltarule.checking.origins.climbs import Climbs
from deltarule.checking.origins.counted_rows import CountedRows
from deltarule.checking.origins.function_values import FunctionValues
from deltarule.checking.origins.late_memory import LateMemory
from deltarule.checking.origins.listed import Listing
from deltarule.checking.origins.lists import Lists
from deltarule.checking.origins.logged import Log
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.off_path import OffPath
from deltarule.checking.origins.repeated import Repeated
from deltarule.checking.origins.retelling import Retelling
from deltarule.checking.origins.row_values import RowValues
from deltarule.checking.origins.shifted import Shifted
from deltarule.checking.origins.start_of_neighbour import Starts
from deltarule.checking.origins.substituted import Substitutions
from deltarule.checking.origins.told_ahead import ToldAhead
from deltarule.checking.origins.verdicts import Verdicts
from deltarule.checking.origins.walked import Walked
from deltarule.document import Claim, Threshold
from deltarule.spans import Span
from deltarule.written import Written

if TYPE_CHECKING:
    from deltarule.checking.origins.by_function import ByFunction

_Found = TypeVar("_Found")


class Pass:
    """What the steps of a pass share: they take it as their first argument and put into it what they find."""

    def __init__(self, memory: Memory, judged: Sequence[Judged], most: int, text: str) -> None:
        self.names, self.text = memory.names, text
        self.late = LateMemory(memory)
        self.verdicts = Verdicts(judged)
        self.left = most  # origins that may still be tried, which is what the work goes by
        # the place that is reached
        self.rows = CountedRows()
        self.setting_up = False  # the line in hand gives the numbers of an exercise
        self.argument: Span | None = None  # the last point at which a function was told
        self.by_cases = False  # whether a formula by cases was told: only such ones define a value apart
        self.rule: Threshold | None = None  # by which outputs are told apart
        self.compared_on = 0  # the line of the last comparison between numbers
        self.classed: tuple[int, Claim, Written] | None = None  # the last value that nothing is known of yet
        # values that are off by a last place, and those of them that are right with more digits
        self.last_places: set[Span] = set()
        self.carried: set[Span] = set()
        # what is noted on the way, each kind of value to be concluded on by a rule of its own
        numbers = numbers_in(text)
        self.substitutions = Substitutions(memory.names, numbers)
        self.starts = Starts()
        self.again = Retelling(numbers)
        self.repeated = Repeated()
        self.named_points = 0  # slopes that fit at the point that is named with them
        self.lists = Lists()
        self.listing = Listing()
        self.log = Log()
        self.told_ahead = ToldAhead()
        self.walked = Walked()
        self.astray = Astray()
        self.climbs = Climbs()
        self.shifted = Shifted()
        self.off_path = OffPath()
        self.row_values = RowValues()
        self.functions = FunctionValues()

    @cached_property
    def by_function(self) -> "ByFunction":
        """Lines about the function that is descended on; loaded where there is one."""
        from deltarule.checking.origins.by_function import ByFunction

        return ByFunction()

    @property
    def has_function(self) -> bool:
        """Whether lines were held against a function."""
        return "by_function" in vars(self)

    @property
    def memory(self) -> Memory:
        """What the document has said so far."""
        return self.late.now

    def tried(self, found: Iterator[_Found], cost: int = 1) -> Iterator[_Found]:
        """Origins, or lists of them, one after the other, as long as not too many were tried; each costs so much."""
        while self.left > 0:
            self.left -= cost
            origin = next(found, None)
            if origin is None:
                return
            yield origin

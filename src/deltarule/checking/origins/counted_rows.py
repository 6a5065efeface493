"""Which row of which table is in hand, and to which column of it a value belongs."""

from collections.abc import Hashable

from deltarule.checking.origins.memory import Memory
from deltarule.document import Claim, Heading


class CountedRows:
    """The rows of a document as they go by: their tables, their lines, and how they are counted."""

    def __init__(self) -> None:
        self.table_end = 0  # where the table ends that is being read
        self.row_line = 0  # the line of the row that has begun, with the count in front of it
        self.left_out = False  # in front of the row in hand: what one step gives is no measure for it
        self._runs, self._number = 0, 0  # of rows that are counted, and the count of the row in hand

    def head(self, heading: Heading) -> None:
        """Go on to a step or a row."""
        number = heading.epoch if heading.epoch is not None else heading.ordinal
        if number is not None:
            self._runs += number < self._number  # the count begins anew
            self.left_out = number > self._number + 1
            self._number = number

    def holds(self, claim: Claim) -> bool:
        """Whether a claim stands in a row."""
        return claim.span.start < self.table_end or claim.line == self.row_line

    def column(self, claim: Claim, memory: Memory) -> Hashable:
        """The run of values that a value of a row belongs to: those of its name in its table, or outside of all."""
        table = self.table_end if claim.span.start < self.table_end else 0
        variable = memory.variable(claim.subject)
        if variable is not None:
            return "column", self._runs, table, variable
        name = getattr(claim.subject, "name", getattr(claim.subject, "function", None))
        return "column", self._runs, table, name

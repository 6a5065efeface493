"""Working records of a marking: a judged claim, and a slip before it is told."""

from dataclasses import field
from fractions import Fraction

from deltarule.checking.ledger import Entry
from deltarule.document import Claim
from deltarule.findings import Kind, Status
from deltarule.records import changing
from deltarule.spans import Span
from deltarule.trace import Quantity
from deltarule.written import Written


@changing
class FoundSlip:
    """A slip with the entry that it spoils; `operand` where one number of the line is miswritten, `source` the sample it is of."""

    span: Span
    kind: Kind
    code: str
    message: str
    quantity: Quantity | None
    name: str
    written: str
    expected: str
    entry: Entry | None = None
    operand: Quantity | None = None
    harmless: bool = False
    affects: set[int] = field(default_factory=set)
    source: int | None = None


@changing
class Judged:
    """One claim with its verdict, kept for the replay."""

    claim: Claim
    quantity: Quantity | None
    status: Status
    entry: Entry | None = None
    value: Written | None = None
    value_span: Span | None = None
    expected: Fraction | None = None
    reason: str = ""
    name: str = ""
    fits_printed: bool = True
    from_slips: list[FoundSlip] = field(default_factory=list)
    repaired: Fraction | None = None

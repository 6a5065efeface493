"""What the claims of a document are judged to be by their origins: verdicts in the place of unchecked ones, new ones, and slips."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Symbol
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.explanations import Case, explain
from deltarule.checking.origins.origin import DEFINED, Origin
from deltarule.checking.wording import plain, shown
from deltarule.document import Claim
from deltarule.findings import Kind, Status
from deltarule.spans import Span
from deltarule.written import Written


class Verdicts:
    """The claims with their verdicts, those of the walk first, and the slips that were found."""

    def __init__(self, judged: Sequence[Judged]) -> None:
        self.judged = list(judged)
        self.slips: list[FoundSlip] = []
        self._places: dict[tuple[object, ...], int] = {}
        for k, item in enumerate(judged):
            self._places.setdefault(_identity(item.claim), k)

    def place(self, claim: Claim) -> int | None:
        """Which of the judged claims this one is, if the walk has a word on it."""
        return self._places.get(_identity(claim))

    def is_open(self, at: int) -> bool:
        """Whether a claim is still unchecked."""
        return self.judged[at].status is Status.UNCHECKED

    def unplaced(self, at: int | None) -> int | None:
        """A claim that is right by itself and has no place in the run."""
        if at is None or self.judged[at].quantity is not None:
            return None
        return at if self.judged[at].status in (Status.RIGHT, Status.RIGHT_ROUNDED) else None

    def slip(self, at: int | None, claim: Claim, slip: FoundSlip) -> None:
        """Take in a slip, in a claim that has its place here or in one that has none yet."""
        self.slips.append(slip)
        if at is None:
            self.judged.append(Judged(claim, None, Status.SLIP, value_span=slip.span, name=slip.name))
        else:
            self.judged[at] = replace(self.judged[at], status=Status.SLIP, name=slip.name, reason="")

    def slip_if_open(self, at: int, claim: Claim, written: Written, origin: Origin) -> None:
        """Take in that an unchecked value is not what its origin gives."""
        if self.is_open(at):
            self.slip(at, claim, slip_in(claim, written, origin))


def _identity(claim: Claim) -> tuple[object, ...]:
    return claim.span, claim.subject, claim.part


def right(claim: Claim, written: Written, expected: Fraction) -> Judged:
    """A claim whose value is what is expected, or that value rounded."""
    exact = written.value == expected
    return judged_as(Status.RIGHT if exact else Status.RIGHT_ROUNDED, claim, written, expected)


def judged_as(status: Status, claim: Claim, written: Written, expected: Fraction) -> Judged:
    """A claim with a verdict on its last value."""
    return Judged(
        claim,
        None,
        status,
        value=written,
        value_span=claim.links[-1].span,
        expected=expected,
        name=name_of(claim.subject),
    )


def slip_in(claim: Claim, written: Written, origin: Origin, span: Span | None = None) -> FoundSlip:
    """A slip in a value whose origin is known."""
    name = name_of(claim.subject)
    places = max(written.places, 2)
    if origin.how == DEFINED:
        right = shown(origin.value, places)
        message = f"{name} is {right} by the definition of the function above; {plain(written)} stands here."
        return FoundSlip(
            claim.links[-1].span,
            Kind.CONTRADICTION,
            "contradiction.value",
            message,
            None,
            name,
            plain(written),
            right,
        )
    case = Case(written, origin.value, (origin.value,), places, name, shown(origin.value, places))
    found = explain(case)
    span = span or claim.links[-1].span
    message = found.message.replace("from the numbers on this line", "from the numbers of the lines before")
    return FoundSlip(
        span, found.kind, found.code, message, None, name, plain(written), shown(origin.value, places)
    )


def name_of(subject: Expr | None) -> str:
    """What to call the left side of a claim in a sentence."""
    if isinstance(subject, Symbol):
        below = ",".join(str(index) for index in subject.index)
        above = ",".join(str(index) for index in subject.upper)
        plain_name = subject.name.rpartition(":")[2]
        return plain_name + (f"_{below}" if below else "") + (f"^({above})" if above else "")
    if isinstance(subject, Apply) and is_numeric(subject):
        return f"{subject.function}(...)"
    return "the result"

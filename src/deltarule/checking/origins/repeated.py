"""Formulas that hold row by row: where one holds nearly always, a value that it does not give is a slip."""

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from deltarule.algebra.expr import Expr, Symbol
from deltarule.checking.claims import Judged
from deltarule.checking.origins.origin import OF_SUMS, Against, Origin
from deltarule.document import Claim
from deltarule.findings import Status
from deltarule.formulas import Role
from deltarule.formulas.variants import VARIANTS
from deltarule.naming import ACTIVATION_NAMES
from deltarule.written import Written, is_rounding

FEWEST = 3  # values that a formula must give before another one is called a slip
# formulas that hold row by row, so that a row which they do not fit stands out
_REPEATED = frozenset(
    f"usual {role} {place}"
    for role in (Role.NET_INPUT, Role.OUTPUT, Role.ERROR, Role.LOSS)
    for place in range(len(VARIANTS[role]) + 1)
) | {"model output 0", "model error 0", "model error 1", "model square 0"}

_NET_INPUT = f"usual {Role.NET_INPUT} "


class Repeated:
    """How often each formula gave a value, and the values that none gives."""

    def __init__(self) -> None:
        self.held: Counter[str] = Counter()  # by the formula: values that two digits or more show
        # and by the words in the names of what it gave
        self._held_of: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self._names: dict[str, set[str]] = {}  # of what each formula gave
        self._given: dict[str, list[Written]] = {}  # what net inputs were right, by the formula
        self._missed: list[tuple[int, Claim, Written, Sequence[Origin]]] = []
        self._with_parameters: set[int] = set()  # claims that stand behind all parameters, on their line

    def hold(self, claim: Claim, written: Written, how: str) -> None:
        """Count a value that a formula gives."""
        self.held[how] += written.figures > 1
        self._held_of[how, _worded(claim.subject)] += written.figures > 1
        if isinstance(claim.subject, Symbol):
            self._names.setdefault(how, set()).add(claim.subject.name)
        if how.startswith(_NET_INPUT):
            self._given.setdefault(how, []).append(written)

    def miss(
        self, at: int, claim: Claim, written: Written, missed: Sequence[Origin], behind_parameters: bool
    ) -> None:
        """Note a value that no formula gives, of those in `missed` that hold row by row."""
        self._missed.append((at, claim, written, missed))
        if behind_parameters:
            self._with_parameters.add(at)

    def alone(self, judged: Sequence[Judged]) -> Iterator[Against]:
        """Values that are not what the formula gives that holds nearly always."""
        open_still = [each for each in self._missed if judged[each[0]].status is Status.UNCHECKED]
        wrong = Counter(origin.how for _, _, _, missed in self._missed for origin in missed)
        in_model = sum(count for how, count in self.held.items() if how.startswith("model "))
        off_model = sum(
            any(origin.how.startswith("model ") for origin in missed) for _, _, _, missed in open_still
        )
        stale = self._stale()
        for at, claim, written, missed in open_still:
            origin = max(missed, key=lambda each: self.held[each.how])
            held = self.held[origin.how]
            often = origin.how in _REPEATED and held >= FEWEST and 3 * held >= 2 * wrong[origin.how]
            modelled = at in self._with_parameters and origin.how.startswith("model ") and held > 0
            modelled = modelled and _holds(in_model, off_model)
            otherwise = self._is_otherwise_named(claim, origin)
            if otherwise or _is_beside(claim, origin, judged) or (origin.how, origin.value) in stale:
                continue
            if any(
                is_rounding(each.value, origin.value, each.places) for each in self._given.get(origin.how, ())
            ):
                continue  # it gives what it gave for a row before: that this row has other inputs was not understood
            if often or modelled:
                yield at, claim, written, origin

    def _stale(self) -> set[tuple[str, Fraction]]:
        """What formulas give again and again while the values told change: the author goes on with numbers that are not shown."""
        told: dict[tuple[str, Fraction], set[Fraction]] = {}
        for _, _, written, missed in self._missed:
            for origin in missed:
                told.setdefault((origin.how, origin.value), set()).add(written.value)
        return {given for given, values in told.items() if len(values) > 1}

    def _is_otherwise_named(self, claim: Claim, origin: Origin) -> bool:
        """Whether a formula has given values of another activation before all: ``e_relu``, where this is ``e_tanh``.

        So it is where it gave values of other names only: ``σ = 0.731``, and this is the density φ.
        """
        words = _worded(claim.subject)
        named = self._names.get(origin.how)
        if named and isinstance(claim.subject, Symbol) and claim.subject.name not in named:
            return True
        others = [
            count for (how, other), count in self._held_of.items() if how == origin.how and other != words
        ]
        return 2 * self._held_of[origin.how, words] < max(others, default=0)


def is_repeated(how: str) -> bool:
    """Whether a formula is one that holds row by row, or epoch by epoch."""
    return how in _REPEATED or how.startswith(("model loss", "model slope", OF_SUMS))


def _is_beside(claim: Claim, origin: Origin, judged: Sequence[Judged]) -> bool:
    """Whether another component of the same list has the value: which one is of what is not understood."""
    return claim.part is not None and any(
        item.claim.span == claim.span
        and item.claim.part != claim.part
        and item.value is not None
        and is_rounding(item.value.value, origin.value, item.value.places)
        for item in judged
    )


def _holds(held: int, wrong: int) -> bool:
    """Whether what a model gives stands nearly everywhere: several of its values have to be told otherwise first."""
    return held > FEWEST and held >= 3 * wrong


def _worded(subject: Expr | None) -> tuple[str, ...]:
    """The activations among the indices and marks of a name: what tells ``e_tanh`` from ``e_relu``."""
    if not isinstance(subject, Symbol):
        return ()
    words = map(str, (*subject.index, *subject.upper, *subject.marks))
    return tuple(word for word in words if word in ACTIVATION_NAMES)

"""Parameters told once more together, ``after epoch 1: w_0 = 0.59, w_1 = 1.01, w_2 = 0.52``: the one that was another number before."""

from collections.abc import Iterator

from deltarule.algebra.expr import Symbol
from deltarule.checking.numbers_in_text import NumbersInText
from deltarule.checking.origins.memory import Memory
from deltarule.checking.origins.origin import Origin
from deltarule.document import Claim
from deltarule.written import Written

LOOK_BACK = 1000  # characters in front of a line where a number may have been told of something
FEWEST = 2  # parameters that are told again, before the only other one on their line is a slip


class Retelling:
    """What each line tells once more."""

    def __init__(self, numbers: NumbersInText) -> None:
        self._numbers = numbers
        self._again: dict[int, list[Symbol]] = {}
        self._anew: set[int] = set()  # lines that tell something new
        self._missed: dict[int, list[tuple[int, Claim, Written, Written]]] = {}

    def tell(self, claim: Claim, written: Written, memory: Memory) -> None:
        """Note a value that was told before: the last one of its name, or the line is about another time."""
        subject = claim.subject
        if not isinstance(subject, Symbol) or len(claim.links) != 1:
            return
        told = memory.history(subject)
        if told and told[-1].value == written.value and written.figures > 1:
            self._again.setdefault(claim.line, []).append(subject)
        elif not told or told[-1].value != written.value:
            self._anew.add(claim.line)

    def work_out(self, claim: Claim) -> None:
        """Note a value that follows from others: its line says what is new."""
        self._anew.add(claim.line)

    def miss(self, at: int, claim: Claim, written: Written, memory: Memory) -> None:
        """Note a value of a parameter that nothing gives, which had another one before."""
        subject = claim.subject
        if not isinstance(subject, Symbol) or len(claim.links) != 1:
            return
        told = memory.history(subject)
        start = claim.span.start
        if told and not self._numbers.has(written, start - LOOK_BACK, start):
            self._missed.setdefault(claim.line, []).append((at, claim, written, told[-1]))
        elif told and claim.part is not None and told[-1].value != written.value:
            self._anew.add(
                claim.line
            )  # another component of the list is another number, which is told elsewhere

    def alone(self) -> Iterator[tuple[int, Claim, Written, Origin]]:
        """Values that are the only ones of their line that were not told before."""
        for line, missed in self._missed.items():
            again = self._again.get(line, [])
            if len(missed) != 1 or line in self._anew or len(set(again)) < FEWEST:
                continue
            at, claim, written, told = missed[0]
            names = {symbol.name for symbol in again}
            if isinstance(claim.subject, Symbol) and claim.subject.name in names:
                yield at, claim, written, Origin(told.value, told.unit / 2, "told before", True)

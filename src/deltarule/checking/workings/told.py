"""What was told so far, by the ways in which a number of a working may be found: the value before of the same name, the result of the line above."""

import re
from collections import deque
from dataclasses import dataclass, field, replace
from fractions import Fraction

from deltarule.algebra.expr import Apply, Expr, Index, Symbol
from deltarule.document import Claim
from deltarule.records import record
from deltarule.written import Written

Key = tuple[str, tuple[Index, ...]]

MAX_NAMES = 60
RECENT = 10  # results
MAX_BEFORE = 6  # earlier values of one name
OWN = "own"
SYMBOL = "symbol"
_WORD = re.compile(r"[^\W\d_]\w{0,30}")
_LOOK_BACK = 60


def key_of(claim: Claim, text: str) -> Key:
    """What a claim is about: its name, or the last word in front of it on its line."""
    subject = claim.subject
    part: tuple[Index, ...] = () if claim.part is None else (claim.part + 1,)
    if isinstance(subject, Symbol):
        return subject.name, of_part(subject.index, claim.part)
    if isinstance(subject, Apply) and not subject.is_numeric:
        return f"{subject.function}()", part
    if subject is not None and not subject.is_numeric:
        return plain_form(subject), part
    start = max(text.rfind("\n", 0, claim.span.start) + 1, claim.span.start - _LOOK_BACK)
    words = _WORD.findall(text[start : claim.span.start])[-2:]
    return f"words {' '.join(words).lower()}", part


def of_part(index: tuple[Index, ...], part: int | None) -> tuple[Index, ...]:
    """The index of a component: that of ``w`` is the number of the component, that of ``w_2`` is the time and it."""
    if part is None:
        return index
    return (*index, f"part {part + 1}") if index else (part + 1,)


def plain_form(expr: Expr) -> str:
    """How a formula in names is built, the indices of its names left out."""
    if isinstance(expr, Symbol):
        return expr.name
    inner = ",".join([plain_form(child) for child in expr.children()])
    return f"{type(expr).__name__}({inner})" if inner else repr(getattr(expr, "value", ""))


@record
class Telling:
    """A value, where its line ends, and whether it may be relied on: who told a wrong one may go on with the right one.

    `before` holds what the same name was told to be before, the last one first.
    """

    written: Written
    line: int
    end: int
    sure: bool = True
    before: tuple[Written, ...] = ()


@dataclass
class Told:
    """The values told last, by name and in their order."""

    of_key: dict[Key, Telling] = field(default_factory=dict)
    of_name: dict[str, Telling] = field(default_factory=dict)
    _results: deque[Fraction] = field(default_factory=lambda: deque(maxlen=RECENT))

    def tell(self, key: Key, telling: Telling) -> None:
        """Take in a value."""
        self._results.append(telling.written.value)
        if key in self.of_key or len(self.of_key) < MAX_NAMES:
            last = self.of_key.get(key)
            before = () if last is None else (last.written, *last.before)[:MAX_BEFORE]
            self.of_key[key] = self.of_name[key[0]] = replace(telling, before=before)

    @property
    def recent(self) -> frozenset[Fraction]:
        """The results of the last lines."""
        return frozenset(self._results)

    def known(self, key: Key) -> dict[str, Telling]:
        """What a number of a working about this may be, by how it is found."""
        index = key[1]
        found: dict[str, Telling] = {}
        if key in self.of_key:
            found[OWN] = self.of_key[key]
        if index:
            found |= {f"with {other}": telling for (other, of), telling in self.of_key.items() if of == index}
        found |= {f"{SYMBOL} {of}": telling for of, telling in self.of_key.items()}
        found |= {f"name {other}": telling for other, telling in self.of_name.items()}
        return found

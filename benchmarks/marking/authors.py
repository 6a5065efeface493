"""Authors: people with habits of carrying, rounding and slipping, who work a plan line by line."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from benchmarks.marking.arithmetic import (
    Mode,
    Node,
    Quantity,
    Use,
    decimals,
    evaluate,
    may_print_as,
    plain,
    rounded,
    walk,
)
from benchmarks.marking.procedures import CONSTANT, RATE, Claim
from benchmarks.marking.tasks import Task

# what an author copies from the exercise or from the last update, never from the calculator
GIVEN_ROLES = frozenset({"x", "y", "eta", "w", "b", "k"})


@dataclass(frozen=True)
class Author:
    """A person.

    Attributes
    ----------
    carry : str
        Which values go on: ``printed``, ``line`` (what the calculator still shows from the line before, where the
        line needs nothing else that was worked), ``epoch`` (unrounded since the last printed weights), ``run``
        (unrounded throughout).
    adopts : bool
        Goes on from the right value after a wrong one was printed.
    prone : str
        The slip this author makes; any if empty.
    """

    name: str
    carry: str = "printed"
    mode: Mode = Mode.HALF_UP
    adopts: bool = False
    prone: str = ""


AUTHORS = (
    Author("prints and carries"),
    Author("one line back", carry="line"),
    Author("epoch", carry="epoch"),
    Author("run", carry="run"),
    Author("half-even", mode=Mode.HALF_EVEN),
    Author("cuts off", mode=Mode.CUT),
    Author("goes on rightly", adopts=True),
    Author("old weight", prone="copying.old"),
    Author("wrong row", prone="copying.row"),
    Author("updated weight", prone="formula.updated-weight"),
)


@dataclass(frozen=True)
class Digits:
    """How an author prints numbers: places, zeros at the end kept, and ``= exact ≈ rounded`` where the exact is short."""

    places: int = 2
    keep_zeros: bool = False
    chain: bool = False


@dataclass(frozen=True)
class Slip:
    """What goes wrong at one claim, so that it can be left out in a replay.

    Attributes
    ----------
    node : Node or None
        The expression as written, where that is what is wrong.
    harmless : bool
        The value is worked from the right expression all the same.
    times, add : Fraction
        What is done to the printed value.
    places : int or None
        Places that are left of it.
    adopted : bool
        Later lines use the right value.
    statement : str
        The stated formula that is wrong (``at`` is -1 then).
    """

    at: int
    code: str
    kinds: frozenset[str]
    node: Node | None = None
    harmless: bool = False
    times: Fraction = Fraction(1)
    add: Fraction = Fraction(0)
    places: int | None = None
    adopted: bool = False
    statement: str = ""

    @property
    def changes_value(self) -> bool:
        """Whether the value itself is tampered with, rather than an expression."""
        return self.times != 1 or self.add != 0 or self.places is not None


@dataclass(frozen=True)
class Entry:
    """A number that stands somewhere, and the exact ones behind it.

    Attributes
    ----------
    own : Fraction
        What its expression gives from the numbers printed in it.
    shown : Fraction
        What the author's calculator showed before it was rounded.
    epoch, run : Fraction
        What it is if nothing was rounded since the last printed weights, or at all.
    """

    value: Fraction
    places: int
    text: str
    own: Fraction
    shown: Fraction
    epoch: Fraction
    run: Fraction


@dataclass(frozen=True)
class Worked:
    """A claim as it was written: expression, texts of its operands, value, perhaps the exact value before it; and what goes on."""

    claim: Claim
    node: Node
    entry: Entry
    exact: Fraction
    chained: str
    right: tuple[Fraction, ...]  # what the right expression gives when carried in each way
    operands: Mapping[Use, str]
    carried: Entry
    slip: Slip | None = None

    def admits(self, written: Fraction, places: int) -> bool:
        """Whether an honest author could have printed this value here."""
        return any(may_print_as(written, value, places) for value in self.right)


def givens(task: Task) -> dict[Quantity, Entry]:
    """The numbers that an exercise starts from."""
    numbers = {RATE: task.rate, Quantity("b"): task.bias}
    if task.constant:
        numbers[CONSTANT] = task.constant
    if task.rule == "momentum":
        numbers |= {Quantity("v", 0, j): Fraction(0) for j in range(1, task.d + 1)} | {
            Quantity("vb"): Fraction(0)
        }
    numbers |= {Quantity("w", 0, j): weight for j, weight in enumerate(task.weights, 1)}
    numbers |= {Quantity("y", 0, 0, i): target for i, target in enumerate(task.targets, 1)}
    for i, row in enumerate(task.features, 1):
        numbers |= {Quantity("x", 0, j, i): value for j, value in enumerate(row, 1)}
    return {quantity: _given(value) for quantity, value in numbers.items()}


def known(task: Task, done: Iterable[Worked]) -> dict[Quantity, Entry]:
    """Numbers that an author has after some claims: the given ones, and those to go on with."""
    return givens(task) | {worked.claim.quantity: worked.carried for worked in done}


def _given(value: Fraction) -> Entry:
    places = decimals(value) or 0
    return Entry(value, places, plain(value, places, False), value, value, value, value)


def work(
    task: Task,
    claims: Sequence[Claim],
    author: Author,
    digits: Digits,
    slips: Mapping[int, Slip],
    begun: Sequence[Worked] = (),
) -> list[Worked]:
    """Work a plan as this author does, slips included; `begun` is as far as it stands already.

    Raises
    ------
    ValueError
        The numbers leave what can be worked by hand.
    """
    entries = known(task, begun)
    done = list(begun)
    for at, claim in enumerate(claims[len(done) :], len(done)):
        before = claims[at - 1].quantity if at else None
        worked = _claim(claim, entries, author, digits, slips.get(at), before)
        entries[claim.quantity] = worked.carried
        done.append(worked)
    return done


_EXACT: Mapping[str, Callable[[Entry], Fraction]] = {
    "printed": lambda entry: entry.value,
    "own": lambda entry: entry.own,
    "epoch": lambda entry: entry.epoch,
    "run": lambda entry: entry.run,
}


def _evaluated(node: Node, entries: Mapping[Quantity, Entry], before: Quantity | None) -> dict[str, Fraction]:
    """Values of an expression under every habit of carrying; `before` is what the line before worked out."""

    def printed(quantity: Quantity) -> Fraction:
        return entries[quantity].value

    values = {name: evaluate(node, lambda q, of=of: of(entries[q]), printed) for name, of in _EXACT.items()}  # type: ignore[misc]  # bound at once
    worked = {
        part.quantity
        for part in walk(node)
        if isinstance(part, Use) and part.quantity.role not in GIVEN_ROLES
    }
    values["line"] = values["printed"]
    if worked == {before}:
        values["line"] = evaluate(
            node, lambda q: entries[q].shown if q == before else entries[q].value, printed
        )
    return values


def _entry(
    claim: Claim,
    node: Node,
    worlds: Mapping[str, Fraction],
    entries: Mapping[Quantity, Entry],
    author: Author,
    digits: Digits,
) -> Entry:
    """The number that an expression leads to."""
    if isinstance(node, Use) and isinstance(claim.node, Use):  # copied as it stands
        source = entries[node.quantity]
        value = source.value + node.shift
        exact = (at + node.shift for at in (source.own, source.shown, source.epoch, source.run))
        return Entry(value, source.places, _text(value, source.places, digits), *exact)
    if claim.quantity.role == "eta":  # nobody rounds a learning rate
        return _given(worlds["printed"])
    value = rounded(worlds[author.carry], digits.places, author.mode)
    resets = claim.quantity.role in ("w", "b")
    return Entry(
        value,
        digits.places,
        _text(value, digits.places, digits),
        worlds["printed"],
        worlds[author.carry],
        value if resets else worlds["epoch"],
        worlds["run"],
    )


def _text(value: Fraction, places: int, digits: Digits) -> str:
    whole = value.denominator == 1 and not digits.keep_zeros
    return plain(value, 0 if whole else max(places, 0), digits.keep_zeros)


def _claim(
    claim: Claim,
    entries: Mapping[Quantity, Entry],
    author: Author,
    digits: Digits,
    slip: Slip | None,
    before: Quantity | None,
) -> Worked:
    right = _evaluated(claim.node, entries, before)
    right_entry = _entry(claim, claim.node, right, entries, author, digits)
    written, worlds, entry = claim.node, right, right_entry
    if slip and slip.node is not None:
        written = slip.node
        if not slip.harmless:
            worlds = _evaluated(written, entries, before)
            entry = _entry(claim, written, worlds, entries, author, digits)
    chained = _chained(worlds["printed"], author, digits, slip, claim)
    if slip and slip.changes_value:
        entry = _tampered(entry, slip, digits)
    carried = entry
    if slip is not None and slip.adopted:
        carried = right_entry
    elif slip is None and claim.restated:
        carried = entries[claim.quantity]
    texts = _operand_texts(written, entries, digits)
    return Worked(
        claim, written, entry, worlds["printed"], chained, tuple(right.values()), texts, carried, slip
    )


def _tampered(entry: Entry, slip: Slip, digits: Digits) -> Entry:
    if slip.places is not None:
        value, places = rounded(entry.value, slip.places), slip.places
    else:
        shift = _power(slip.times)
        value, places = entry.value * slip.times + slip.add, max(entry.places - shift, 0)
    behind = (entry.own, entry.shown, entry.epoch, entry.run)
    exact = [at * slip.times if slip.times != 1 else value for at in behind]
    text = plain(value, places, digits.keep_zeros and slip.places is None)
    return Entry(value, places, text, *exact)


def _power(times: Fraction) -> int:
    size, power = abs(times), 0
    while size > 1:
        size, power = size / 10, power + 1
    while size < 1:
        size, power = size * 10, power - 1
    return power


def _chained(exact: Fraction, author: Author, digits: Digits, slip: Slip | None, claim: Claim) -> str:
    """The exact value that is written before the rounded one, where there is one worth writing."""
    ends = decimals(exact)
    if (
        not digits.chain
        or author.carry != "printed"
        or claim.restated
        or ends is None
        or (slip and slip.changes_value)
    ):
        return ""
    return plain(exact, ends, False) if digits.places < ends <= digits.places + 2 else ""


def _operand_texts(node: Node, entries: Mapping[Quantity, Entry], digits: Digits) -> dict[Use, str]:
    texts = {}
    for part in walk(node):
        if isinstance(part, Use):
            entry = entries[part.quantity]
            texts[part] = (
                entry.text
                if not part.shift
                else plain(entry.value + part.shift, entry.places, entry.places > 0 and digits.keep_zeros)
            )
    return texts

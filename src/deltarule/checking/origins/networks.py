"""Numbers of a small network whose working a document leaves out: ``out_h2 = 0.5969``, ``w_6 = 0.4087``.

A network of two layers is put together from the inputs, targets, weights and biases that are told first. Which weight leads where is
not always said: the way counts in which most of the document's long numbers come out. Those are right; others are not called wrong.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import product

from deltarule.algebra.expr import Negative, Product, Sum, Symbol, Vector
from deltarule.checking.claims import Judged
from deltarule.checking.origins.late_memory import LateMemory
from deltarule.checking.origins.long_numbers import FIGURES, comes_out, in_order, is_long, told_again
from deltarule.checking.origins.network_run import Network, Row, stepped, values
from deltarule.checking.sides import as_number
from deltarule.document import Claim, Item, Mention
from deltarule.errors import DeltaruleError
from deltarule.findings import Status
from deltarule.formulas import Role
from deltarule.written import Written

FEWEST = 6  # such numbers that come out, before the network is the document's
FEWEST_WEIGHTS = 2  # that are as the step leaves them, before another one is called a slip
MAX_WEIGHTS = 40
MAX_WAYS = 80  # of putting a network together
MAX_NUMBERS = 600  # that are held against it
_INPUTS = ("x", "i", "l", "X", "I", "input", "inputs", "in")
_TARGETS = ("t", "T", "target", "targets", "y", "Y", "d", "o", "O", "label", "hat:y")
_WEIGHTS, _BIASES = ("w", "W"), ("b", "B", "bias")
_CURVES = (("sigmoid", "sigmoid"), ("tanh", "tanh"), ("tanh", "sigmoid"), ("relu", "sigmoid"), ("sigmoid", "identity"), ("relu", "identity"), ("tanh", "identity"))  # fmt: skip

_LOSSES = ((Fraction(1), False), (Fraction(2), False), (Fraction(1), True))

_Told = dict[str, dict[tuple[int, ...], Fraction]]


def of_networks(
    items: Sequence[Item], judged: Sequence[Judged], mentions: Sequence[Mention], late: LateMemory
) -> tuple[list[Judged], list[Judged], list[tuple[int, Fraction]]]:
    """The judged values, those settled that come out of the document's network; numbers of its prose that do; and weights that are wrong."""
    done = list(judged)
    open_still = [k for k, item in enumerate(done) if item.status is Status.UNCHECKED and is_long(item.value)]
    if not open_still and not any(is_long(each.number) for each in mentions):
        return done, [], []
    numbers: list[Written] = []
    best: list[Fraction] = []
    found_so: Network | None = None
    count = FEWEST - 1
    for network in _networks(items, mentions, late):
        numbers = numbers or _long_numbers(done, mentions)
        with suppress(DeltaruleError, ArithmeticError, ValueError):
            if not late.now.affords(40 * network.size):
                break
            found = in_order(values(network))
            fitting = len({each.value for each in numbers if comes_out(each, found)})
            if fitting > count:
                best, count, found_so = found, fitting, network
            if 2 * fitting > len(numbers):
                break
    if found_so is None:
        return done, [], []
    for k in open_still:
        written = done[k].value
        if written is not None and comes_out(written, best):
            done[k] = replace(done[k], status=Status.RIGHT_ROUNDED, reason="")
    unread = [each for each in mentions if is_long(each.number)]
    again = list(told_again(done, unread, best, "a number of the network"))
    with suppress(DeltaruleError, ArithmeticError, ValueError):
        return done, again, _wrong(done, stepped(found_so), found_so)
    return done, again, []


def _wrong(judged: Sequence[Judged], moved: Row, network: Network) -> list[tuple[int, Fraction]]:
    """Weights that are told without working and are not those after the step, where others are; with what they are."""
    before = network.flat
    fitting: set[int] = set()
    wrong: list[tuple[int, Fraction]] = []
    for k, item in enumerate(judged):
        subject, written = item.claim.subject, item.value
        if (
            not isinstance(subject, Symbol)
            or subject.name not in _WEIGHTS
            or subject.upper
            or written is None
        ):
            continue
        at = subject.index[0] if len(subject.index) == 1 else None
        if not isinstance(at, int) or not 1 <= at <= len(moved) or written.figures < FIGURES - 1:
            continue
        gap = abs(written.value - moved[at - 1])
        if gap <= 2 * written.unit:
            fitting.add(at)
        elif (
            item.status is Status.UNCHECKED and len(item.claim.links) == 1 and written.value != before[at - 1]
        ):
            wrong.append((k, moved[at - 1]))
    return wrong if len(fitting) >= FEWEST_WEIGHTS and len(wrong) <= len(fitting) else []


# -- putting a network together


def _long_numbers(judged: Sequence[Judged], mentions: Sequence[Mention]) -> list[Written]:
    """The long numbers of a document."""
    told = [item.value for item in judged] + [each.number for each in mentions]
    return [each for each in told if each is not None and is_long(each)][:MAX_NUMBERS]


def _networks(items: Sequence[Item], mentions: Sequence[Mention], late: LateMemory) -> Iterator[Network]:
    """Every way in which what is told first makes a network of two layers."""
    told = _first_told(items)
    for mention in mentions:
        subject = mention.subject if mention.old else None  # w5: 0.4 -> 0.359
        if (
            isinstance(subject, Symbol)
            and not subject.upper
            and all(isinstance(i, int) for i in subject.index)
        ):
            index = tuple(each for each in subject.index if isinstance(each, int))
            told.setdefault(subject.name, {}).setdefault(index, mention.number.value)
    found = (*_of_matrices(items, told), *_of_scalars(told))
    if not found:
        return  # as on most pages, which then need not be learned
    memory = late.now
    rate = memory.roles.get((Role.LEARNING_RATE, None)) or memory.exercise.learning_rate or memory.rate_used
    rate = rate or _rate_in_step(items)
    ways = 0
    for inputs, targets, weights, biases, by_neuron in found:
        classes = all(target in (0, 1) for target in targets)
        for curves, (factor, log) in product(_CURVES, _LOSSES):
            if log and not (classes and curves[1] == "sigmoid"):
                continue
            ways += 1
            if ways > MAX_WAYS:
                return
            step = rate.value if rate is not None else None
            yield Network(inputs, targets, weights, biases, step, curves, factor, log, by_neuron)


_Way = tuple[Row, Row, tuple[tuple[Row, ...], tuple[Row, ...]], tuple[Row, Row], bool]


def _first_told(items: Sequence[Item]) -> _Told:
    """The first number of each name without working, by its index."""
    found: _Told = {}
    for item in items:
        if not isinstance(item, Claim) or not isinstance(item.subject, Symbol) or len(item.links) != 1:
            continue
        subject, written = item.subject, as_number(item.links[0].expr)
        if written is None or subject.upper or set(subject.marks) & {"new", "net"}:
            continue
        index = tuple(each for each in subject.index if isinstance(each, int))
        if len(index) == len(subject.index):
            found.setdefault(subject.name, {}).setdefault(index, written.value)
    return found


def _rate_in_step(items: Sequence[Item]) -> Written | None:
    """The learning rate where only a step shows it: ``w_5 = 0.4 - 0.5·0.0821``."""
    for item in items:
        subject = item.subject if isinstance(item, Claim) else None
        if not isinstance(item, Claim) or not isinstance(subject, Symbol) or subject.name not in _WEIGHTS:
            continue
        for link in item.links:
            match link.expr:
                case Sum(terms=(_, Negative(arg=Product(factors=(first, *_))))):
                    written = as_number(first)
                    if written is not None and written.value > 0:
                        return written
    return None


def _row(told: _Told, name: str) -> Row:
    """The numbers of a name that count from 1, or its only one."""
    known = told.get(name, {})
    row: list[Fraction] = []
    while (len(row) + 1,) in known:
        row.append(known[(len(row) + 1,)])
    return tuple(row) or ((known[()],) if () in known else ())


def _of_scalars(told: _Told) -> Iterator[_Way]:
    """``w_1`` to ``w_8`` with ``b_1`` and ``b_2``: neuron after neuron, or input after input."""
    weights = max((_row(told, name) for name in _WEIGHTS), key=len)
    biases = max((_row(told, name) for name in _BIASES), key=len)
    if not 3 <= len(weights) <= MAX_WEIGHTS:
        return
    for one, other in product(_INPUTS, _TARGETS):
        inputs, targets = _row(told, one), _row(told, other)
        if one == other or not inputs or not targets:
            continue
        width = len(inputs) + len(targets)
        hidden, rest = divmod(len(weights), width)
        for plain in (True, False) if not rest and hidden else ():
            below = _layer(weights[: hidden * len(inputs)], hidden, len(inputs), plain)
            above = _layer(weights[hidden * len(inputs) :], len(targets), hidden, plain)
            for each in _biases(biases, hidden, len(targets)):
                yield inputs, targets, (below, above), each, plain


def _layer(weights: Row, neurons: int, inputs: int, by_neuron: bool) -> tuple[Row, ...]:
    if by_neuron:
        return tuple(weights[k * inputs : (k + 1) * inputs] for k in range(neurons))
    return tuple(weights[k::neurons] for k in range(neurons))


def _biases(told: Row, hidden: int, outputs: int) -> Iterator[tuple[Row, Row]]:
    """One bias for each neuron, one for each layer, or none."""
    if len(told) == hidden + outputs:
        yield told[:hidden], told[hidden:]
    if len(told) == 2:
        yield (told[0],) * hidden, (told[1],) * outputs
    if not told:
        yield (Fraction(0),) * hidden, (Fraction(0),) * outputs


def _of_matrices(items: Sequence[Item], told: _Told) -> Iterator[_Way]:
    """``W^(1)`` as a matrix and ``W^(2)`` as another, or as a row."""
    weights: dict[int, tuple[Row, ...]] = {}
    biases: dict[int, Row] = {}
    lists: dict[tuple[str, int], list[Fraction]] = {}
    for item in items:
        subject = item.subject if isinstance(item, Claim) else None
        if not isinstance(item, Claim) or not isinstance(subject, Symbol) or "new" in subject.marks:
            continue
        if subject.name not in _WEIGHTS + _BIASES:
            continue
        own = subject.upper or (subject.index if item.given is not None else ())
        layer = own[0] if own and isinstance(own[0], int) else None
        written = as_number(item.links[0].expr) if len(item.links) == 1 else None
        if layer is None:
            continue
        if item.given is not None:
            rows = _matrix(item.given)
            if rows and subject.name in _WEIGHTS:
                weights.setdefault(layer, rows)
        elif written is not None:
            known = lists.setdefault((subject.name, layer), [])
            if item.part is None or item.part == len(known):
                known.append(written.value)
    for (name, layer), numbers in lists.items():
        if name in _WEIGHTS:
            weights.setdefault(layer, (tuple(numbers),))
        else:
            biases.setdefault(layer, tuple(numbers))
    if not {1, 2} <= weights.keys():
        return
    below, above = weights[1], weights[2]
    wide = len(below)
    for one, other in product(_INPUTS, _TARGETS):
        inputs, targets = _row(told, one), _row(told, other)
        fits = len(below[0]) == len(inputs) and len(above) == len(targets) and len(above[0]) == wide
        if one == other or not inputs or not fits:
            continue
        low = biases.get(1, (Fraction(0),) * wide)
        high = biases.get(2, (Fraction(0),) * len(targets))
        if len(low) == wide and len(high) == len(targets):
            yield inputs, targets, (below, above), (low, high), True


def _matrix(vector: Vector) -> tuple[Row, ...]:
    rows = []
    for item in vector.items:
        numbers = [as_number(cell) for cell in item.items] if isinstance(item, Vector) else []
        if not numbers or None in numbers:
            return ()
        rows.append(tuple(each.value for each in numbers if each is not None))
    return tuple(rows) if len({len(row) for row in rows}) == 1 else ()

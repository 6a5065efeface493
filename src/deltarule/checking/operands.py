"""What a wrong operand is: notes of the matching told as slips.

Copying is judged on operands, never on values. A note that recurs over a line (all numbers of another row, all
weights of the step before) is one slip.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from deltarule.algebra.expr import Expr, Number, Sum, Symbol, symbols
from deltarule.checking.ledger import Entry, Ledger
from deltarule.checking.matching import Note
from deltarule.checking.sides import value_of
from deltarule.checking.values import worlds
from deltarule.checking.wording import named, shown
from deltarule.findings import Kind
from deltarule.formulas import Role
from deltarule.formulas.neuron import BIAS_OF
from deltarule.notation import text
from deltarule.records import record
from deltarule.spans import Span
from deltarule.trace import Quantity, quantity_of

NEAR = 4  # a wrong value is off by less than one part in so many, else something else stands there


@record
class OperandSlip:
    """A slip in what is written, before it is known what it does to the value."""

    span: Span
    kind: Kind
    code: str
    message: str
    written: str
    expected: str
    operand: Quantity | None = None
    source: int | None = None  # the sample that it was taken from


@record
class _Context:
    ledger: Ledger
    step: int
    role: Role
    name: str
    fallback: Span


def operand_slips(
    notes: Sequence[Note], ledger: Ledger, quantity: Quantity, name: str, fallback: Span
) -> list[OperandSlip]:
    """Slips for the notes of one line, recurring ones told once."""
    context = _Context(ledger, quantity.step or 1, quantity.role, name, fallback)
    slips = [slip for slip in (_TELLERS[note.what](note, context) for note in notes) if slip is not None]
    if quantity.role is Role.LOSS and any(slip.kind is not Kind.SIGN for slip in slips):
        slips = [
            slip for slip in slips if slip.kind is not Kind.SIGN
        ]  # without its square an error shows its sign
    return _collapsed(slips)


def _collapsed(slips: list[OperandSlip]) -> list[OperandSlip]:
    """Several operands from one wrong place are one slip."""
    done: list[OperandSlip] = []
    for slip in dict.fromkeys(slips):  # a number that is squared is told once
        if slip.code not in _ONCE_A_LINE or not any(other.code == slip.code for other in done):
            done.append(slip)
    return done


_ONCE_A_LINE = frozenset({"copying.old", "formula.updated-weight", "omission.factor", "sign.difference"})


def _replaced(note: Note, context: _Context) -> OperandSlip | None:
    span = note.span or context.fallback
    written = _text(note.written)
    quantity, entry = _quantity(note.expected, context)
    if quantity is not None and entry is None:
        return None  # what it should be is not known
    if quantity is None or entry is None:
        misworked = _misworked(note, context)
        if misworked is not None:
            return misworked
        expected = _text(note.expected)
        return OperandSlip(
            span,
            Kind.FORMULA,
            "formula.rule",
            f"{context.name} asks for {expected} where {written} stands.",
            written,
            expected,
        )
    expected = entry.printed.text.lstrip("+") if entry.printed else shown(entry.value(), 4)
    code, why, source = _origin(note, quantity, entry, context)
    kind = Kind.FORMULA if code.startswith("formula") else Kind.COPYING
    return OperandSlip(
        span,
        kind,
        code,
        f"{context.name} takes {_which(quantity, context)} = {expected}; {written} stands here{why}.",
        written,
        expected,
        quantity,
        source,
    )


def _misworked(note: Note, context: _Context) -> OperandSlip | None:
    """A number where a bracket should be, near enough to its value to be that, worked out wrongly in the head."""
    if not isinstance(note.expected, Sum) or not isinstance(note.written, Number):
        return None
    recipe = context.ledger.recipe(note.expected, context.step)
    found = note.written.written
    if recipe is None or found is None:
        return None
    value = next((abs(value) for _, value in worlds(None, recipe)), None)
    if value is None:
        return None
    off = abs(abs(found.value) - value)
    if off > found.unit and NEAR * off > value:
        return None
    expected = shown(value, max(found.places, 0))
    last = off <= found.unit
    return OperandSlip(
        note.span or context.fallback,
        Kind.ROUNDING if last else Kind.ARITHMETIC,
        "rounding.last-place" if last else "arithmetic.value",
        f"The bracket in {context.name} comes to {expected}; {found.text} stands here.",
        found.text,
        expected,
    )


def _which(quantity: Quantity, context: _Context) -> str:
    """What to call an operand: the old weight where the line gives the new one."""
    name = named(quantity)
    return f"the old {name}" if name == context.name else name


def _origin(note: Note, quantity: Quantity, entry: Entry, context: _Context) -> tuple[str, str, int | None]:
    """Where a wrong operand came from: code, the end of the sentence, and the sample that it is of."""
    number = abs(note.value) if note.value is not None else None
    ledger, role = context.ledger, quantity.role
    if number is None:
        return "copying.operand", "", None
    if role in (Role.WEIGHT, Role.BIAS) and quantity.step is not None:
        for step in range(quantity.step - 1, max(quantity.step - 4, -1), -1):
            if _is(ledger, Quantity(role, quantity.feature, None, step), number):
                return "copying.old", ", the value before an earlier update", None
        if _is(ledger, Quantity(role, quantity.feature, None, quantity.step + 1), number):
            return (
                "formula.updated-weight",
                ", the new weight: all weights are updated together, from the old ones",
                None,
            )
    if role is Role.FEATURE:
        for sample in range(1, ledger.exercise.n_samples + 1):
            if sample != quantity.sample and _is(ledger, Quantity(role, quantity.feature, sample), number):
                return "copying.row", f", which is x_{quantity.feature} of sample {sample}", sample
    elif quantity.sample is not None:
        for sample in range(1, ledger.exercise.n_samples + 1):
            other = Quantity(role, None, sample, quantity.step)
            if sample != quantity.sample and _is(ledger, other, number):
                return "copying.row", f", which is {named(other)}", sample
    column = _other_column(ledger, quantity, number)
    if _one_digit(entry.printed.text if entry.printed else shown(entry.value(), 4), _text(note.written)):
        return "copying.digit", column or ": a digit changed in copying", None
    return "copying.operand", column, None


def _other_column(ledger: Ledger, quantity: Quantity, number: Fraction) -> str:
    """The end of a sentence where the number stands in another column of the same row; nothing where it does not."""
    if quantity.role is not Role.FEATURE:
        return ""
    features = range(1, ledger.exercise.n_features + 1)
    others = (feature for feature in features if feature != quantity.feature)
    found = next((j for j in others if _is(ledger, quantity._replace(feature=j), number)), None)
    return "" if found is None else f", which is x_{found} of the same sample"


def source_of(note: Note, ledger: Ledger, step: int) -> Entry | None:
    """Where a number that stands in another's place was taken from: a quantity of the same sort, as last printed."""
    if note.what != "replaced" or not isinstance(note.expected, Symbol) or note.value is None:
        return None
    quantity, number = quantity_of(note.expected, step), abs(note.value)
    found = (at for at in _alike(quantity, ledger) if at != quantity and _is(ledger, at, number))
    source = next(found, None)
    return None if source is None else ledger.entries[source]


def _alike(quantity: Quantity, ledger: Ledger) -> Iterator[Quantity]:
    """Quantities that are taken for one another: of another update, another feature, another sample."""
    if quantity.step is None:
        return
    if quantity.role in (Role.WEIGHT, Role.BIAS):
        yield from (quantity._replace(step=step) for step in range(quantity.step + 1, -1, -1))
    if quantity.feature is not None:
        features = range(1, ledger.exercise.n_features + 1)
        yield from (quantity._replace(feature=feature) for feature in features)
        yield Quantity(BIAS_OF[quantity.role], None, None, quantity.step)
    if quantity.sample is not None:
        yield from (quantity._replace(sample=sample) for sample in ledger.samples(quantity.step))


def _is(ledger: Ledger, quantity: Quantity, number: object) -> bool:
    entry = ledger.entries.get(quantity)
    return entry is not None and any(abs(form.value) == number for form in entry.forms)


def _one_digit(expected: str, written: str) -> bool:
    """Whether two spellings differ in one digit, or in two neighbours changed over."""
    left, right = expected.lstrip("+-"), written.lstrip("+-")
    if len(left) != len(right):
        longer, shorter = sorted((left, right), key=len, reverse=True)
        return len(longer) > 4 and any(longer[:k] + longer[k + 1 :] == shorter for k in range(len(longer)))
    different = [k for k, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]
    swapped = (
        len(different) == 2
        and left[different[0]] == right[different[1]]
        and left[different[1]] == right[different[0]]
    )
    return len(different) == 1 or swapped


def _omitted_factor(note: Note, context: _Context) -> OperandSlip | None:
    is_rate = isinstance(note.expected, Symbol) and note.expected.name == Role.LEARNING_RATE.value
    if is_rate and context.ledger.exercise.learning_rate is None:
        return None  # it is told nowhere, so any number may be it
    missing = _described(note.expected, context)
    return OperandSlip(
        note.span or context.fallback,
        Kind.OMISSION,
        "omission.factor",
        f"{context.name} lacks the factor {missing}.",
        "",
        missing,
    )


def _omitted_term(note: Note, context: _Context) -> OperandSlip:
    missing = _described(note.expected, context)
    return OperandSlip(
        context.fallback,
        Kind.OMISSION,
        "omission.term",
        f"{context.name} lacks the term {missing}.",
        "",
        missing,
    )


def _extra(note: Note, context: _Context) -> OperandSlip:
    written = _text(note.written)
    return OperandSlip(
        note.span or context.fallback,
        Kind.FORMULA,
        "formula.rule",
        f"{context.name} has {written} too much: its formula does not ask for it.",
        written,
        "",
    )


def _factor(note: Note, context: _Context) -> OperandSlip:
    assert note.ratio is not None
    times = shown(note.ratio, 4)
    return OperandSlip(
        note.span or context.fallback,
        Kind.FORMULA,
        "formula.factor",
        f"The constant factor of {context.name} is {times} times what the formula asks for.",
        _text(note.written),
        "",
    )


def _sign(note: Note, context: _Context) -> OperandSlip:
    span = note.span or context.fallback
    described = _described(note.expected, context)
    updates = note.expected is not None and {
        Role.GRADIENT.value,
        Role.BIAS_GRADIENT.value,
        Role.ERROR.value,
    } & {symbol.name for symbol in symbols(note.expected)}
    if updates and context.role in (Role.WEIGHT, Role.BIAS) and not isinstance(note.expected, Symbol):
        message = f"The step of {context.name} goes the wrong way: {described} has the opposite sign here, and the loss rises."
        return OperandSlip(span, Kind.FORMULA, "formula.direction", message, _text(note.written), "")
    message = f"A sign is wrong in {context.name}: {described} has the opposite sign here."
    return OperandSlip(span, Kind.SIGN, "sign.term", message, _text(note.written), "")


def _reversed(note: Note, context: _Context) -> OperandSlip:
    return OperandSlip(
        note.span or context.fallback,
        Kind.SIGN,
        "sign.difference",
        f"The difference in {context.name} is taken the wrong way round.",
        _text(note.written),
        "",
    )


def _function(note: Note, context: _Context) -> OperandSlip:
    return OperandSlip(
        note.span or context.fallback,
        Kind.FORMULA,
        "formula.rule",
        f"{context.name} is not what its formula asks for: the activation is missing or is not the neuron's.",
        _text(note.written),
        "",
    )


_TELLERS = {
    "replaced": _replaced,
    "omitted factor": _omitted_factor,
    "extra factor": _extra,
    "factor": _factor,
    "sign": _sign,
    "reversed": _reversed,
    "omitted term": _omitted_term,
    "extra term": _extra,
    "function": _function,
}


def _quantity(expr: Expr | None, context: _Context) -> tuple[Quantity | None, Entry | None]:
    if not isinstance(expr, Symbol):
        return None, None
    quantity = quantity_of(expr, context.step)
    entry = context.ledger.find(quantity)
    return quantity, None if entry is None or entry.unknown else entry


def _described(expr: Expr | None, context: _Context) -> str:
    """A missing part by its symbols, with the number of a single one."""
    if expr is None:
        return "a part"
    found = symbols(expr)
    if isinstance(expr, Symbol):
        quantity, entry = _quantity(expr, context)
        value = (
            ""
            if entry is None or quantity is None
            else f" = {entry.printed.text if entry.printed else shown(entry.value(), 4)}"
        )
        return f"{text(expr)}{value}"
    return " · ".join(text(symbol) for symbol in found[:4]) or _text(expr)


def _text(expr: Expr | None) -> str:
    if expr is None:
        return ""
    if isinstance(expr, Number):
        return expr.text
    value = value_of(expr)
    return "it" if value is None else shown(value, 4)

"""What a step gives just where it jumps: the upper class by ``z >= 0``, the lower one by ``z > 0``.

A document says so in symbols, whatever the words around them are: ``y = 1 if net > 0, otherwise 0``, a definition by cases,
``sgn(0) = 1``. Where it does not, the outputs that it tells of net inputs of 0 show it, if they agree. A neuron whose classes are -1 and 1
puts out 0 there only, by ``sgn(0) = 0``.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from deltarule.algebra.expr import Apply, Piecewise
from deltarule.document import Claim, Document, Threshold
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.rarely import rarely
from deltarule.reading.lone_numbers import as_written
from deltarule.records import record
from deltarule.spans import Span

FEWEST_FOR_EACH = 3  # outputs that agree, for each one that does not
_STEPS = frozenset({"step", "sign"})
_JUMP_OF = {">": "lower", "<=": "lower", ">=": "upper", "<": "upper"}
_SIGNS = {
    "≥": ">=",
    "⩾": ">=",
    "\\geq": ">=",
    "\\ge": ">=",
    "≤": "<=",
    "⩽": "<=",
    "\\leq": "<=",
    "\\le": "<=",
}
_SIGNS |= {"\\gt": ">", "\\lt": "<", "\\geqslant": ">=", "\\leqslant": "<="} | {
    sign: sign for sign in _JUMP_OF
}
# a name, a sign, a number or another name
_COMPARED = rarely(
    r"([\w}\])]) {0,3}\$? {0,3}([≥⩾≤⩽]|\\(?:geqslant|leqslant|geq|leq|ge|le|gt|lt)(?![a-zA-Z])|[<>]=?)(?![<>=\-/])"
    r" {0,3}\$? {0,3}([+\-−]?\d{1,9}(?:[.,]\d{1,9})?|\\?[^\W\d_])"
)
_CLASS = rarely(r"(?<![\w.,])((?:[+\-−] ?)?[01])(?![\w]|[.,]\d)")
_CLASSES = ({"0", "1"}, {"-1", "1"})
_OUTPUTS = {Fraction(1): "upper", Fraction(-1): "lower", Fraction(0): "zero"}
_NAME_BEFORE = 24  # characters in front of a sign that a name may fill
_LONGEST = 400  # characters of a sentence that states a rule
_LETTER = rarely(r"[^\W\d_]")
_SENTENCES = rarely(r"[.;!?](?=\s)|[。；]|\n")


@record
class Jump:
    """Which output a step gives where it jumps, and whether the document says or shows it."""

    side: str
    known: bool


def jump_of(document: Document, claims: Sequence[Claim], names: Names, signs: bool = False) -> Jump:
    """As it is stated, else as the outputs show it; the upper one where nothing does. `signs`: between -1 and 1."""
    stated = set(_stated(document, claims, names))
    told = list(_told(claims, names))
    nothing = signs and not stated and set(told) <= {"zero"} and _puts_out_zero(claims, names)
    if nothing or (signs and stated == {"zero"}):
        return Jump("zero", not nothing)
    stated, told = ({_side(each) for each in stated}, [_side(each) for each in told])
    above, below = told.count("upper"), told.count("lower")
    shown = "lower" if below > above else "upper"
    agreeing = min(above, below) * FEWEST_FOR_EACH <= max(above, below) > 1
    if len(stated) == 1:
        side = stated.pop()
        kept = told.count(side)
        if kept and 2 * kept >= len(told):
            return Jump(side, True)
        return Jump(shown if agreeing else side, False)  # a rule that nobody keeps may be another's
    return Jump(shown, agreeing and min(above, below) == 0 and max(above, below) >= FEWEST_FOR_EACH)


def _side(told: str) -> str:
    return "lower" if told == "zero" else told


def _puts_out_zero(claims: Sequence[Claim], names: Names) -> bool:
    """Whether an output is told to be 0."""
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject is not None else None
        value = as_written(claim.links[-1].expr) if claim.links else None
        if reference is not None and reference.role is Role.OUTPUT and value is not None and not value.value:
            return True
    return False


def _told(claims: Sequence[Claim], names: Names) -> Iterator[str]:
    """The side of each output that is told right behind a net input of 0."""
    at_jump = False
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject is not None else None
        value = as_written(claim.links[-1].expr) if claim.links else None
        if (
            reference is None
            or reference.general
            or value is None
            or claim.links[-1].relation not in ("=", "≈")
        ):
            continue
        if reference.role is Role.NET_INPUT:
            at_jump = value.value == 0
        elif reference.role is Role.OUTPUT and at_jump:
            at_jump = False
            if value.value in _OUTPUTS:
                yield _OUTPUTS[value.value]


def _stated(document: Document, claims: Sequence[Claim], names: Names) -> Iterator[str]:
    """What each rule says that stands in front of the working."""
    for item in document.items:
        if isinstance(item, Threshold) and item.bound.value == 0:
            yield "upper" if item.inclusive else "lower"
    for claim in claims:
        yield from _by_cases(claim)
    yield from _in_sentences(document.text[: _begin_of_working(document, claims, names)])


def _by_cases(claim: Claim) -> Iterator[str]:
    """A function of a net input by cases, or its value at 0: ``f(z) = {1 if z > 0, 0 otherwise``, ``sgn(0) = 1``."""
    subject, told = claim.subject, claim.links[-1].expr if len(claim.links) == 1 else None
    if isinstance(told, Piecewise) and isinstance(subject, Apply) and len(told.branches) == 1:
        branch = told.branches[0]
        values = {number.value for number in map(as_written, (branch.value, told.otherwise)) if number}
        side = _JUMP_OF.get(branch.condition.relation)
        if values in ({0, 1}, {-1, 1}) and side is not None:
            yield side
    if isinstance(subject, Apply) and subject.function in _STEPS and told is not None:
        argument, value = as_written(subject.arg), as_written(told)
        if argument is not None and argument.value == 0 and value is not None and abs(value.value) <= 1:
            yield _OUTPUTS.get(value.value, "lower")


def _begin_of_working(document: Document, claims: Sequence[Claim], names: Names) -> int:
    """Where the first number is worked out that a neuron puts out."""
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject is not None else None
        role = None if reference is None else reference.role
        given = bool(claim.links) and claim.links[-1].relation in ("=", "≈")
        worked = given and (role is Role.NET_INPUT or (role is Role.OUTPUT and len(claim.links) > 1))
        if worked and as_written(claim.links[-1].expr) is not None:
            begin = 0 if document.extent is None else document.extent.start
            return max(0, document.source.text.rfind("\n", 0, claim.span.start) - begin)
    return len(document.text)


def _in_sentences(text: str) -> Iterator[str]:
    """What sentences say that hold a name against something, and name both classes and no other whole number of their size."""
    start = 0
    for end in (*(each.start() for each in _SENTENCES.finditer(text)), len(text)):
        sentence, start = text[start:end], end
        if len(sentence) > _LONGEST:
            continue
        found = [each for each in _COMPARED.finditer(sentence) if _is_named(sentence, each)]
        if not found:
            continue
        taken = [Span(*each.span(3)) for each in found]
        classes = [
            each[1].replace(" ", "").replace("−", "-").lstrip("+")
            for each in _CLASS.finditer(sentence)
            if not any(span.start <= each.start(1) < span.end for span in taken)
        ]
        sides = {_JUMP_OF[_SIGNS[each[2]]] for each in found}
        if len(classes) == 2 and set(classes) in _CLASSES and len(sides) == 1:
            yield sides.pop()


def _is_named(sentence: str, compared: "re.Match[str]") -> bool:
    """Whether what is compared has a name, and is no number."""
    end = compared.end(1)
    before = sentence[max(0, end - _NAME_BEFORE) : end]
    name = re.split(r"[\s$=,:+*·×]", before)[-1]
    return _LETTER.search(name) is not None

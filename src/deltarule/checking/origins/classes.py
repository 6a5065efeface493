"""Classes, and the numbers that they follow from: ``-0.2 < 0, so the output is 0``.

A class on the right side of the bound is right. One on the wrong side may be of another number: it is a slip only behind its own
comparison, in a document whose other comparisons lead to the classes that are to be expected.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Number, Piecewise, Product, Symbol
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.origins.memory import Memory
from deltarule.checking.sides import as_number, value_of
from deltarule.checking.wording import plain, shown
from deltarule.document import Claim, Link, Threshold
from deltarule.findings import Kind, Status
from deltarule.formulas import ACTIVATIONS, Role
from deltarule.spans import Span
from deltarule.written import Written, size_of

_ABOVE, _BELOW = frozenset({">", ">=", ">>"}), frozenset({"<", "<=", "<<"})
_OUTPUTS = frozenset({Role.OUTPUT, Role.PREDICTION})
_COMPARED = _ABOVE | _BELOW
_CLASSES = _OUTPUTS | {Role.TARGET}  # many call the output y
_STEPS = frozenset({"sign", "step"})
CLASS = "the class"
FEWEST = 2  # classes that are right, before another one is called a slip
_FEWEST_FIGURES = 2  # of a number that is told again, and not only by chance


def is_compared(claim: Claim) -> bool:
    """Whether a claim holds one number against another."""
    return any([link.relation in _COMPARED for link in claim.links])


def compared(claim: Claim, memory: Memory) -> Iterator[Judged]:
    """What a comparison says by itself: the number in front of it is the one told before, and the class is the one to be expected."""
    at = next(k for k, link in enumerate(claim.links) if link.relation in _COMPARED)
    side = claim.links[at - 1].expr if at else claim.subject
    number = as_number(side) if side is not None else None
    if number is not None and not at and _is_told_before(number, memory):
        yield _right(claim, number, (side and side.span) or claim.span, "the number compared")
    named = claim.links[-1] if at == len(claim.links) - 2 and claim.links[-1].relation == "=" else None
    concluded = claim.concluded if named is None else as_number(named.expr)  # -0.2 < 0 → 0
    if concluded is None or concluded.value not in (0, 1, -1):
        return
    class_told = _right(claim, concluded, claim.links[-1].span, CLASS)
    if (concluded.value == 1) != (claim.links[at].relation in _ABOVE):
        class_told.status, class_told.reason = Status.UNCHECKED, "it may be the class of another number"
    yield class_told


def _right(claim: Claim, number: Written, span: Span, name: str) -> Judged:
    expr = Number(number.value, number, span=span)
    told = Claim(span, claim.line, None, (Link("=", expr, span),))
    return Judged(told, None, Status.RIGHT, value=number, value_span=span, expected=number.value, name=name)


def rule_of(claim: Claim, memory: Memory) -> Threshold | None:
    """The rule that a function of the net input is told as, ``f(z) = {1 if z >= 0, 0 otherwise``."""
    told = claim.links[-1].expr if claim.links else None
    subject = claim.subject
    if not isinstance(told, Piecewise) or len(told.branches) != 1 or not isinstance(subject, Apply):
        return None
    branch = told.branches[0]
    upper, lower, bound = map(as_number, (branch.value, told.otherwise, branch.condition.right))
    of_net = isinstance(subject.arg, Symbol) and memory.names.role(subject.arg.name) is Role.NET_INPUT
    if upper is None or lower is None or bound is None or not of_net or branch.condition.left != subject.arg:
        return None
    relation = branch.condition.relation
    if relation in _BELOW:
        upper, lower = lower, upper
    return Threshold(claim.span, claim.line, bound, upper, lower, relation in (">=", "<"), subject)


def breaks(rule: Threshold, claim: Claim, written: Written, memory: Memory) -> bool:
    """Whether an output right behind its net input is the other class of the rule that the document states for it."""
    if (
        not is_class(claim, written, memory)
        or memory.net is None
        or memory.net != memory.last
        or len(claim.links) > 1
    ):
        return False
    if written.value not in (rule.upper.value, rule.lower.value) or rule.upper.value == rule.lower.value:
        return False
    bound, net = rule.bound.value, memory.net
    return net != bound and (written.value == rule.upper.value) != (net > bound)


def misplaced(claim: Claim, written: Written, memory: Memory) -> FoundSlip:
    """The slip in an output that is the other class."""
    assert memory.net is not None
    message = f"{shown(memory.net, 6)} does not lead to {plain(written)} by the rule above."
    return FoundSlip(
        claim.links[-1].span,
        Kind.CONTRADICTION,
        "contradiction.conclusion",
        message,
        None,
        CLASS,
        plain(written),
        "",
    )


def misclassed(judged: Sequence[Judged]) -> Iterator[tuple[int, FoundSlip]]:
    """Classes that their own comparison does not lead to, where nearly all of the others' do."""
    told = [(at, item) for at, item in enumerate(judged) if item.name == CLASS]
    wrong = [(at, item) for at, item in told if item.status is Status.UNCHECKED]
    if len(told) - len(wrong) < max(FEWEST, 3 * len(wrong)):
        return
    for at, item in wrong:
        assert item.value is not None
        span = item.value_span or item.claim.span
        message = f"The comparison does not lead to {plain(item.value)}, as the other comparisons show."
        yield (
            at,
            FoundSlip(
                span,
                Kind.CONTRADICTION,
                "contradiction.conclusion",
                message,
                None,
                CLASS,
                plain(item.value),
                "",
            ),
        )


def _is_told_before(number: Written, memory: Memory) -> bool:
    if number.value == memory.last:
        return True
    return number.figures >= _FEWEST_FIGURES and size_of(number.value) in memory.numbers


def is_class(claim: Claim, written: Written, memory: Memory) -> bool:
    """Whether a claim names a class that is put out."""
    reference = memory.names.reference(claim.subject) if claim.subject is not None else None
    return written.value in (0, 1, -1) and reference is not None and reference.role in _OUTPUTS


def is_by_the_net(claim: Claim, written: Written, memory: Memory) -> bool:
    """Whether an output of 0, 1 or -1 is on the right side of the threshold, as the last net input is."""
    if written.value not in (0, 1, -1) or not _names_output(claim, memory):
        return False
    net, bound = _stepped(claim, memory), None
    if net is None:
        net = _of_lists(claim.subject, memory)
    if net is None:
        net, bound = memory.net, memory.bound
    if net is None:
        return False
    if bound is None:
        known = memory.roles.get((Role.THRESHOLD, None)) or memory.exercise.threshold
        bound = known.value if known is not None else Fraction(0)
    return net >= bound if written.value == 1 else net <= bound


def _names_output(claim: Claim, memory: Memory) -> bool:
    """Whether a claim is about an output; of a target's name only if it is no datum with an index or working of its own."""
    named = [claim.subject, *(link.expr for link in claim.links if isinstance(link.expr, Symbol))]
    references = [memory.names.reference(each) for each in named if each is not None]
    roles = {each.role for each in references if each is not None}
    if roles & _OUTPUTS:
        return True
    worked = any(is_numeric(link.expr) for link in claim.links[:-1]) and _stepped(claim, memory) is None
    general = any(each is not None and each.general for each in references)
    return Role.TARGET in roles and not worked and not general


def _stepped(claim: Claim, memory: Memory) -> Fraction | None:
    """The number that a step is applied to in front of the value: ``H(-0.5) = 0``, of a letter that stands for nothing else."""
    return _argument(claim.links[-2].expr, memory) if len(claim.links) > 1 else None


def _of_lists(subject: Expr | None, memory: Memory) -> Fraction | None:
    """The net input in ``f(x) = 1``, where lists of inputs and of weights were told."""
    if not isinstance(subject, Apply) or not isinstance(subject.arg, Symbol):
        return None
    if memory.names.role(subject.arg.name) is not Role.FEATURE:
        return None
    inputs, weights = memory.listed(Role.FEATURE), memory.listed(Role.WEIGHT)
    if not inputs or len(inputs) != len(weights):
        return None
    bias = memory.roles.get((Role.BIAS, None))
    products = (x.value * w.value for x, w in zip(inputs, weights, strict=True))
    return sum(products, bias.value if bias is not None else Fraction(0))


def _argument(expr: Expr, memory: Memory) -> Fraction | None:
    if isinstance(expr, Apply) and (expr.function in _STEPS or expr.function not in ACTIVATIONS):
        return value_of(expr.arg)
    match expr:
        case Product(factors=(Symbol(index=()) as name, number)) if memory.names.role(
            name.name
        ) is None and is_numeric(number):
            return value_of(number)
    return None

"""Outputs told as σ of a name, ``ŷ = σ(z_2) = 0.67``, where the number of that name stands a few lines before.

Elsewhere σ of a name is only ever confirmed, for it may be another function for another neuron. It is the sigmoid where it was that
everywhere else in the document; and where it stands only here, a number between 0 and 1 that no activation gives is wrong.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.expr import Apply, Expr, Symbol
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.origins.nearness import fits, is_far
from deltarule.checking.origins.origin import Origin
from deltarule.checking.origins.verdicts import slip_in
from deltarule.checking.sides import as_number, told
from deltarule.document import Claim, Document
from deltarule.findings import Status
from deltarule.records import record
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written

SIGMA = "sigma"
CURVES = ("sigmoid", "tanh", "relu", "identity")
MAX_CLAIMS = 3000
MAX_LINES = 12  # between a number and the line that applies σ to its name
_OTHER_CURVE = re.compile(r"tanh|relu|softmax|softplus|hyperbol|rectif|sign\b|heaviside", re.IGNORECASE)
_RIGHT = frozenset({Status.RIGHT, Status.RIGHT_ROUNDED})
_FEWEST_FIGURES = 2


@record
class _Applied:
    """A number told as σ of a name, and what stood for the name."""

    at: int
    written: Written
    argument: Written


def settle_curves(document: Document, judged: Sequence[Judged]) -> tuple[list[Judged], list[FoundSlip]]:
    """Judge what is told as σ of a name and still unchecked."""
    applied = list(_applied(document, judged))
    if not applied:
        return list(judged), []
    borne_out = [
        item.status in _RIGHT for item in judged if _applies(item) and item.status is not Status.UNCHECKED
    ]
    if not all(borne_out) or (not borne_out and _OTHER_CURVE.search(document.source.text)):
        return list(judged), []
    done, slips = list(judged), []
    for each in applied:
        claim = done[each.at].claim
        origins = [_origin(curve, each.argument) for curve in (CURVES[:1] if borne_out else CURVES)]
        if all(is_far(each.written, origin) and not fits(each.written, origin) for origin in origins):
            slip = slip_in(claim, each.written, origins[0])
            slips.append(slip)
            done[each.at] = replace(done[each.at], status=Status.SLIP, name=slip.name, reason="")
    return done, slips


def _applied(document: Document, judged: Sequence[Judged]) -> Iterator[_Applied]:
    places = {(item.claim.span, item.claim.subject, item.claim.part): k for k, item in enumerate(judged)}
    last: dict[Symbol, tuple[int, Written]] = {}
    for item in document.items[:MAX_CLAIMS]:
        if not isinstance(item, Claim) or item.supposed:
            continue
        links = told(item.links)
        written = as_number(links[-1].expr) if links else None
        if written is None:
            continue
        at = places.get((item.span, item.subject, item.part))
        name = _argument(links[-2].expr) if len(links) > 1 else None
        number = last.get(name) if name is not None else None
        if at is not None and number is not None and item.line - number[0] <= MAX_LINES and item.part is None:
            open_here = judged[at].status is Status.UNCHECKED and judged[at].quantity is None
            if open_here and 0 < written.value < 1 and written.figures >= _FEWEST_FIGURES:
                yield _Applied(at, written, number[1])
        if isinstance(item.subject, Symbol) and item.part is None:
            last[_bare(item.subject)] = item.line, written


def _argument(expr: Expr) -> Symbol | None:
    """The name that σ is applied to."""
    if not isinstance(expr, Apply) or expr.function != SIGMA or not isinstance(expr.arg, Symbol):
        return None
    return _bare(expr.arg)


def _bare(symbol: Symbol) -> Symbol:
    return Symbol(symbol.name, symbol.index, symbol.marks, symbol.upper)


def _applies(item: Judged) -> bool:
    sides = (item.claim.subject, *(link.expr for link in item.claim.links))
    return any(
        isinstance(node, Apply) and node.function == SIGMA
        for side in sides
        if side is not None and side.has_functions
        for node in side.walk()
    )


def _origin(curve: str, argument: Written) -> Origin:
    """What an activation gives for a number, and how far the rounding of that may move it."""
    if curve == "identity":
        return Origin(argument.value, argument.unit / 2 if argument.places > 0 else Fraction(0), curve)
    function = neuron_arithmetic().functions[curve]
    value = Fraction(function(argument.value))
    half = argument.unit / 2 if argument.places > 0 else Fraction(0)
    return Origin(value, abs(Fraction(function(argument.value + half)) - value), curve)

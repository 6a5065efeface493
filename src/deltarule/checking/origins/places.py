"""Points and lists without a name of their own, ``(0.8, -0.3)``: right where the document so far gives all of their numbers."""

from collections.abc import Sequence

from deltarule.algebra.expr import Symbol
from deltarule.checking.origins.state import Pass
from deltarule.checking.origins.verdicts import right
from deltarule.checking.sides import as_number
from deltarule.document import COLUMN, Claim, Link, Place
from deltarule.written import Written


def visit(state: Pass, place: Place) -> None:
    """A point without a name: right if a step of the descent leads to it, or if it is the gradient there."""
    if place.argument:
        state.argument = place.span
    numbers = [as_number(each) for each in place.numbers]
    point = tuple(each for each in numbers if each is not None)
    if len(point) < len(numbers):
        return
    if len(point) > 1 and _are_parameters(state, point, place):
        return
    from deltarule.checking.origins.points import gradient_at, parameters_again, printed, stepped_to

    memory = state.memory
    stepped = stepped_to(point, memory) if len(point) > 1 else ()  # ∇f(2) is told where it is
    told = len(point) > 1 and any(each.value for each in point) and not (stepped or place.argument)
    gradient = gradient_at(point, memory) if told else ()
    again = () if stepped or gradient else parameters_again(point, memory)
    again = again or (printed(point, memory, state.tried) if not (gradient or place.argument) else ())
    for written, expr, value in zip(point, place.numbers, stepped or gradient or again, strict=False):
        span = expr.span or place.span
        claim = Claim(span, place.line, None, (Link("=", expr, span),))
        state.verdicts.judged.append(right(claim, written, value))
    if not gradient:
        memory.visit(point, place.line)


def tells_parameters(state: Pass, claim: Claim) -> bool:
    """Whether a list under words of the author's, ``After the first row: [0.1, 0.2]``, is all parameters of the model."""
    listed = claim.given if claim.part is None and not claim.links else None
    if listed is None or not isinstance(claim.subject, Symbol) or not claim.subject.name.startswith(COLUMN):
        return False
    point = tuple(each for item in listed.items if (each := as_number(item)) is not None)
    place = Place(listed.span or claim.span, claim.line, listed.items)
    return len(point) == len(listed.items) and _are_parameters(state, point, place)


def _are_parameters(state: Pass, point: Sequence[Written], place: Place) -> bool:
    """Whether a point is all parameters of the model, as they stand or as a step on its data leaves them."""
    memory = state.memory
    if memory.objective is not None or not any(written.places > 0 for written in point):
        return False
    from deltarule.checking.origins.points import parameters_told

    order, found = parameters_told(point, memory, state.tried)
    for at, (symbol, origin) in zip(order, found, strict=True):
        written, expr = point[at], place.numbers[at]
        span = expr.span or place.span
        claim = Claim(span, place.line, symbol, (Link("=", expr, span),))
        state.verdicts.judged.append(right(claim, written, origin.value))
        memory.see(claim)
        memory.learn(claim)
    return bool(found)

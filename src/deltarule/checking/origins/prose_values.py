"""Values that prose tells of a quantity, ``the loss falls to 0.31``: right where the document gives them, else nothing is said of them."""

from deltarule.algebra.expr import Number, Symbol
from deltarule.checking.origins.nearness import fits
from deltarule.checking.origins.sources import origins
from deltarule.checking.origins.state import Pass
from deltarule.checking.origins.told_before import told_before
from deltarule.checking.origins.verdicts import right
from deltarule.document import Claim, Link, Mention


def hear(state: Pass, mention: Mention) -> None:
    """Look at one value, then learn it; one that nothing gives is learned only where it is the first of its name."""
    expr = Number(mention.number.value, mention.number, span=mention.span)
    claim = Claim(mention.span, mention.line, mention.subject, (Link("=", expr, mention.span),))
    memory = state.memory
    again = told_before(claim, mention.number, memory)
    near = 2 * mention.number.unit
    told = mention.number.value
    found = state.tried(origins(claim, memory))
    close = (each for each in found if each.slack <= near or each.value == told)
    origin = next((each for each in close if fits(mention.number, each)), None)
    if origin is None and not again:
        if mention.old and isinstance(mention.subject, Symbol) and not memory.history(mention.subject):
            memory.see(claim)  # told here for the first time: what it starts from
            memory.learn(claim)
        return
    value = mention.number.value if origin is None else origin.value
    state.verdicts.judged.append(right(claim, mention.number, value))
    memory.see(claim)
    memory.learn(claim)

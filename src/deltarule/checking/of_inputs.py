"""Outputs written as a function of the input: ``h(2) = 0.7`` is the output of the sample whose input is 2."""

from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Number, Sum, Symbol, Vector, substitute, symbols
from deltarule.checking.sides import value_of
from deltarule.checking.walk import Walk
from deltarule.document import Claim
from deltarule.formulas import Role
from deltarule.trace import Quantity

_OUTPUT = "a"


def of_input(walk: Walk, claim: Claim) -> Claim:
    """The claim with the name of the output for each ``h(x_i)``, and with the sample for the h of its input."""
    names = walk.names
    if not names.of_inputs or names.role(_OUTPUT) is not Role.OUTPUT:
        return claim
    subject = _named(walk, claim.subject)
    links = tuple(replace(link, expr=_formula(walk, link.expr)) for link in claim.links)
    if subject is claim.subject and all(a.expr is b.expr for a, b in zip(links, claim.links, strict=True)):
        return claim
    return replace(claim, subject=subject, links=links)


def is_other_input(walk: Walk, claim: Claim) -> bool:
    """Whether a claim is about the output for an input that is no row of the data, or for which two rows have."""
    subject = claim.subject
    return isinstance(subject, Apply) and subject.function in walk.names.of_inputs and is_numeric(subject.arg)


def is_other_function(walk: Walk, claim: Claim) -> bool:
    """Whether ``h(x) = 5 + 2x`` gives the output with numbers that are not the author's parameters: another example begins."""
    subject = claim.subject
    if not isinstance(subject, Apply) or subject.function not in walk.names.of_inputs or not claim.links:
        return False
    formula = claim.links[-1].expr
    if walk.exercise.n_features != 1 or not isinstance(subject.arg, Symbol) or is_numeric(formula):
        return False
    if {symbol.name for symbol in symbols(formula)} != {subject.arg.name}:
        return False
    at_none, at_one = (_at(formula, Fraction(k)) for k in (0, 1))
    if at_none is None or at_one is None:
        return False
    step = walk.aligner.step
    wanted = ((Quantity(Role.WEIGHT, 1), at_one - at_none), (Quantity(Role.BIAS), at_none))
    for quantity, value in wanted:
        told = (walk.ledger.find(quantity._replace(step=at)) for at in (step, step - 1, 0))
        forms = [form for entry in told if entry is not None for form in entry.forms]
        if forms and not any(abs(value - form.value) <= form.unit for form in forms):
            return True
    return False


def _at(formula: Expr, value: Fraction) -> Fraction | None:
    """The value of a formula of one variable."""
    return value_of(substitute(formula, lambda _: Number(value)))


def _named(walk: Walk, subject: Expr | None) -> Expr | None:
    """The output of the sample that a function of numbers is about; the usual name where it is about any."""
    if isinstance(subject, Sum):
        return _formula(walk, subject) if subject.has_functions else subject  # h(x_1) - y_1
    if not isinstance(subject, Apply) or subject.function not in walk.names.of_inputs:
        return subject
    if not is_numeric(subject.arg):
        counted = isinstance(subject.arg, Symbol) and _counts_sample(subject.arg)
        return _formula(walk, subject) if counted else subject
    items = subject.arg.items if isinstance(subject.arg, Vector) else (subject.arg,)
    values = tuple(value_of(item) for item in items)
    rows = [
        k
        for k, row in enumerate(walk.exercise.features, 1)
        if tuple(number.value for number in row) == values
    ]
    return Symbol(_OUTPUT, (rows[0],), span=subject.span) if len(rows) == 1 else subject


def _counts_sample(symbol: Symbol) -> bool:
    """Whether an input says whose it is: ``x^{(2)}``, ``x_2``."""
    indices = (*symbol.index, *symbol.upper)
    return len(indices) == 1 and isinstance(indices[0], int)


def _formula(walk: Walk, expr: Expr) -> Expr:
    """A formula with the output's name for the function of a sample's input."""
    if not expr.has_functions:
        return expr
    done = expr.map(lambda part: _formula(walk, part))
    if not isinstance(done, Apply) or done.function not in walk.names.of_inputs:
        return done
    of = done.arg
    if not isinstance(of, Symbol) or walk.names.role(of.name) is not Role.FEATURE:
        return done
    return Symbol(_OUTPUT, of.index or of.upper, span=done.span)

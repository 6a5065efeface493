"""The formulas of Adam, for a document that corrects its means, ``m̂_1``, and states no formulas for them."""

from collections.abc import Sequence
from fractions import Fraction

from deltarule.algebra.expr import Apply, Expr, Number, Power, Product, Quotient, Symbol
from deltarule.checking.recursions.steps import Step, slots, step_stated
from deltarule.document import Claim

USUAL = 1_000_000  # from here on formulas are counted that nobody has stated
_LETTER = "t"
_ONE, _TWO = Number(Fraction(1)), Number(Fraction(2))
_USUAL = {1: Fraction(9, 10), 2: Fraction(999, 1000)}
_RATES = ("alpha", "eta", "lr", "gamma", "lambda")
_PARAMETERS = frozenset({"theta", "w", "x", "p", "beta"})


def usual_steps(claims: Sequence[Claim]) -> list[Step]:
    """How the means of Adam go on, and its parameter from them, where a document has corrected means and does not state that."""
    subjects = [claim.subject for claim in claims if isinstance(claim.subject, Symbol)]
    names = {subject.name for subject in subjects}
    if not {"m", "hat:m", "v", "hat:v"} <= names:
        return []
    stated = {step.subject.name for claim in claims if (step := step_stated(claim)) is not None}
    told = {(subject.name, slots(subject)) for subject in subjects}
    first, second = (Symbol("beta", (k,)) if ("beta", (k,)) in told else Number(_USUAL[k]) for k in (1, 2))
    slope = Symbol("g", (_LETTER,))
    steps = [
        _step("m", _mean("m", first, slope)),
        _step("v", _mean("v", second, Power(slope, _TWO))),
        _step("hat:m", Quotient(_at("m"), _ONE - Power(first, Symbol(_LETTER)))),
        _step("hat:v", Quotient(_at("v"), _ONE - Power(second, Symbol(_LETTER)))),
    ]
    rate = next((name for name in _RATES if (name, ()) in told), None)
    if rate is not None:
        root: Expr = Apply("sqrt", _at("hat:v"))
        if ("epsilon", ()) in told:
            root = root + Symbol("epsilon")
        change = Product((Symbol(rate), Quotient(_at("hat:m"), root)))
        begun = {subject.name for subject in subjects if subject.name in _PARAMETERS and 0 in slots(subject)}
        steps += [_step(name, Symbol(name, (f"{_LETTER}-1",)) - change) for name in sorted(begun)]
    return [step for step in steps if step.subject.name not in stated]


def _at(name: str) -> Symbol:
    return Symbol(name, (_LETTER,))


def _mean(name: str, decay: Expr, of: Expr) -> Expr:
    return Product((decay, Symbol(name, (f"{_LETTER}-1",)))) + Product((_ONE - decay, of))


def _step(name: str, body: Expr) -> Step:
    return Step(_at(name), body, _LETTER, 0)

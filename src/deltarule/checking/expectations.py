"""The forms in which a quantity may rightly be written: the formula, and the same with steps put into one another."""

from collections.abc import Callable
from functools import lru_cache

from deltarule.algebra.combination import combination
from deltarule.algebra.expr import Apply, Expr, Negative, Number, Sum, Symbol, substitute
from deltarule.algebra.simplify import simplified
from deltarule.checking.ledger import Form, Ledger, Place
from deltarule.formulas import ACTIVATIONS, Role, System, stepping
from deltarule.formulas.neuron import PER_FEATURE
from deltarule.naming import ACTIVATION_NAMES
from deltarule.trace import Quantity, instance, quantity_of

# symbols of these roles may be replaced by their own formulas, the outermost first
_INLINED = (
    Role.CHANGE,
    Role.BIAS_CHANGE,
    Role.VELOCITY,
    Role.BIAS_VELOCITY,
    Role.GRADIENT,
    Role.BIAS_GRADIENT,
    Role.DELTA,
    Role.OUTPUT_SLOPE,
    Role.ACTIVATION_SLOPE,
    Role.OUTPUT,
    Role.NET_INPUT,
)
_DEEPEST = {
    Role.WEIGHT: 2,
    Role.BIAS: 2,
    Role.CHANGE: 1,
    Role.BIAS_CHANGE: 1,
    Role.VELOCITY: 1,
    Role.BIAS_VELOCITY: 1,
    Role.ERROR: 2,
    Role.DELTA: 1,
    Role.OUTPUT_SLOPE: 1,
    Role.ACTIVATION_SLOPE: 1,
    Role.OUTPUT: 1,
    Role.LOSS: 1,
}
_LINKS = frozenset({Role.DELTA, Role.OUTPUT_SLOPE, Role.ACTIVATION_SLOPE})
_BY_DELTA = frozenset(
    {Role.WEIGHT, Role.BIAS, Role.CHANGE, Role.BIAS_CHANGE, Role.GRADIENT, Role.BIAS_GRADIENT}
)
_BY_VELOCITY = frozenset({Role.WEIGHT, Role.BIAS, Role.CHANGE, Role.BIAS_CHANGE})


def plain_form(quantity: Quantity, ledger: Ledger) -> Form | None:
    """The formula itself; None for what has none, or none of its own at any step."""
    if quantity.role not in ledger.system:
        return None
    if quantity.step is None and quantity.role is not Role.LEARNING_RATE:
        return None
    place = ledger.place(quantity)
    if place not in ledger.plain:
        ledger.plain[place] = ledger.formula(quantity).once(_form)
    return ledger.plain[place]


def _form(tree: Expr) -> Form:
    return Form(tree, combination(tree, ACTIVATION_NAMES))


def expectations(quantity: Quantity, ledger: Ledger) -> tuple[Form, ...]:
    """Forms over formula symbols, the plain formula first."""
    if plain_form(quantity, ledger) is None:
        return ()
    place = ledger.place(quantity)
    if place not in ledger.forms:
        exercise = ledger.exercise
        forms = _forms(ledger.system, place, exercise.n_features, exercise.n_samples)
        if quantity.role is Role.LOSS and exercise.loss == "log":
            decided = _decided(ledger.formula(quantity), quantity.step or 1, ledger)
            forms = (*forms, Form(decided, combination(decided, ACTIVATION_NAMES)))
        ledger.forms[place] = forms
    return ledger.forms[place]


@lru_cache(maxsize=4096)
def _forms(system: System, place: Place, n_features: int, n_samples: int) -> tuple[Form, ...]:
    """The forms that depend on no number; many documents share them."""
    role, at, samples = place

    def formula(role: Role, at: int | None) -> Expr:
        return instance(system[role], samples, n_features, at)

    trees = [formula(role, at)]
    if role is Role.OUTPUT:
        trees += _written_out(trees[0], system.jump)
    further = int(bool(system.momentum) and role in _BY_VELOCITY)
    further += len(system.made & _LINKS) if role in _BY_DELTA or role is Role.DELTA else 0
    for _ in range(_DEEPEST.get(role, 0) + further):
        deeper = _inlined(trees[-1], system, formula)
        if deeper == trees[-1]:
            break
        trees.append(deeper)
    trees += [_flat(tree) for tree in trees[1:]]
    if role is Role.LOSS and len(samples) < n_samples:
        trees.append(instance(system[Role.LOSS], tuple(range(1, n_samples + 1)), n_features, None))
    return tuple(tree.once(_form) for tree in dict.fromkeys(trees))


def _flat(tree: Expr) -> Expr:
    """A formula without the brackets around a sum within a sum: ``w x + b - y`` for ``(w x + b) - y``."""
    done = tree.map(_flat)
    if not isinstance(done, Sum):
        return done
    terms: list[Expr] = []
    for term in done.terms:
        inner = term.arg if isinstance(term, Negative) else term
        if not isinstance(inner, Sum):
            terms.append(term)
        elif inner is term:
            terms += inner.terms
        else:
            terms += [each.arg if isinstance(each, Negative) else Negative(each) for each in inner.terms]
    return Sum(tuple(terms)) if len(terms) > len(done.terms) else done


def _written_out(tree: Expr, jump: str) -> list[Expr]:
    """An activation by its own formula: ``1/(1 + exp(-z))`` for ``sigmoid(z)``."""
    if not isinstance(tree, Apply) or tree.function not in ACTIVATIONS:
        return []
    argument, formula = tree.arg, stepping(ACTIVATIONS[tree.function], jump).value
    return [substitute(formula, lambda symbol: argument if symbol.name == "z" else None)]


def _decided(tree: Expr, step: int, ledger: Ledger) -> Expr:
    """The log loss with targets put in: of each sample one logarithm is left."""

    def target(symbol: Symbol) -> Expr | None:
        entry = ledger.find(quantity_of(symbol, step)) if symbol.name == Role.TARGET.value else None
        return None if entry is None or entry.unknown else Number(entry.value())

    return simplified(substitute(tree, target))


def _inlined(tree: Expr, system: System, formula: Callable[[Role, int | None], Expr]) -> Expr:
    """The outermost quantities of a formula replaced by their own formulas."""
    names = {node.name for node in tree.walk() if isinstance(node, Symbol) and not node.marks}
    role = next((r for r in _INLINED if r.value in names and r in system), None)
    if role is None:
        return tree

    def opened(symbol: Symbol) -> Expr | None:
        if symbol.name != role.value or symbol.marks:  # what is marked as old was worked before
            return None
        quantity = quantity_of(symbol, 1)
        return formula(role, quantity.feature if role in PER_FEATURE else quantity.sample)

    return substitute(tree, opened)

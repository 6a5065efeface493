"""The forms in which a quantity may rightly be written: the formula, and the same with steps put into one another."""

from deltarule.algebra.combination import combination
from deltarule.algebra.expr import Apply, Expr, Number, Symbol, substitute
from deltarule.algebra.simplify import simplified
from deltarule.checking.ledger import Form, Ledger
from deltarule.formulas import ACTIVATIONS, Role
from deltarule.naming import ACTIVATION_NAMES
from deltarule.trace import Quantity, instance, quantity_of

# symbols of these roles may be replaced by their own formulas, the outermost first
_INLINED = (
    Role.CHANGE,
    Role.BIAS_CHANGE,
    Role.GRADIENT,
    Role.BIAS_GRADIENT,
    Role.OUTPUT,
    Role.NET_INPUT,
)
_DEEPEST = {
    Role.WEIGHT: 2,
    Role.BIAS: 2,
    Role.CHANGE: 1,
    Role.BIAS_CHANGE: 1,
    Role.ERROR: 2,
    Role.OUTPUT: 1,
    Role.LOSS: 1,
}


def expectations(quantity: Quantity, ledger: Ledger) -> tuple[Form, ...]:
    """Forms over formula symbols, the plain formula first."""
    if quantity.role not in ledger.exercise.system or quantity.step is None:
        return ()
    place = ledger.place(quantity)
    if place not in ledger.forms:
        trees = dict.fromkeys(_trees(quantity, quantity.step, ledger))
        ledger.forms[place] = tuple(Form(tree, combination(tree, ACTIVATION_NAMES)) for tree in trees)
    return ledger.forms[place]


def _trees(quantity: Quantity, step: int, ledger: Ledger) -> list[Expr]:
    tree = ledger.formula(quantity)
    trees = [tree]
    if quantity.role is Role.OUTPUT:
        trees += _written_out(tree)
    for _ in range(_DEEPEST.get(quantity.role, 0)):
        deeper = _inlined(trees[-1], step, ledger)
        if deeper == trees[-1]:
            break
        trees.append(deeper)
    if quantity.role is Role.LOSS and ledger.exercise.loss == "log":
        trees.append(_decided(tree, step, ledger))
    if quantity.role is Role.LOSS and len(ledger.samples(step)) < ledger.exercise.n_samples:
        everything = tuple(range(1, ledger.exercise.n_samples + 1))
        trees.append(
            instance(ledger.exercise.system[Role.LOSS], everything, ledger.exercise.n_features, None)
        )
    return trees


def _written_out(tree: Expr) -> list[Expr]:
    """An activation by its own formula: ``1/(1 + exp(-z))`` for ``sigmoid(z)``."""
    if not isinstance(tree, Apply) or tree.function not in ACTIVATIONS:
        return []
    argument = tree.arg
    return [
        substitute(ACTIVATIONS[tree.function].value, lambda symbol: argument if symbol.name == "z" else None)
    ]


def _decided(tree: Expr, step: int, ledger: Ledger) -> Expr:
    """The log loss with targets put in: of each sample one logarithm is left."""

    def target(symbol: Symbol) -> Expr | None:
        entry = ledger.find(quantity_of(symbol, step)) if symbol.name == Role.TARGET.value else None
        return None if entry is None or entry.unknown else Number(entry.value())

    return simplified(substitute(tree, target))


def _inlined(tree: Expr, step: int, ledger: Ledger) -> Expr:
    """The outermost quantities of a formula replaced by their own formulas."""
    names = {node.name for node in tree.walk() if isinstance(node, Symbol)}
    role = next((r for r in _INLINED if r.value in names and r in ledger.exercise.system), None)
    if role is None:
        return tree
    return substitute(tree, lambda s: ledger.formula(quantity_of(s, step)) if s.name == role.value else None)

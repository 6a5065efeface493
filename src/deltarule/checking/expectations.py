"""The forms in which a quantity may rightly be written: the formula, and the same with steps put into one another."""

from deltarule.algebra.combination import combination
from deltarule.algebra.expr import Apply, Expr, Symbol, substitute
from deltarule.checking.ledger import Form, Ledger
from deltarule.formulas import ACTIVATIONS, Role
from deltarule.naming import ACTIVATION_NAMES
from deltarule.trace import Quantity, instance, quantity_of

# what may be put in place of a symbol of this role within a formula
_INLINED = frozenset(
    {Role.CHANGE, Role.BIAS_CHANGE, Role.GRADIENT, Role.BIAS_GRADIENT, Role.ERROR, Role.OUTPUT, Role.NET_INPUT}
)
_DEEPEST = {Role.WEIGHT: 2, Role.BIAS: 2, Role.CHANGE: 1, Role.BIAS_CHANGE: 1, Role.ERROR: 2, Role.OUTPUT: 1, Role.LOSS: 1}


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
    if quantity.role is Role.LOSS and len(ledger.samples(step)) < ledger.exercise.n_samples:
        everything = tuple(range(1, ledger.exercise.n_samples + 1))
        trees.append(instance(ledger.exercise.system[Role.LOSS], everything, ledger.exercise.n_features, None))
    return trees


def _written_out(tree: Expr) -> list[Expr]:
    """An activation by its own formula: ``1/(1 + exp(-z))`` for ``sigmoid(z)``."""
    if not isinstance(tree, Apply) or tree.function not in ACTIVATIONS:
        return []
    argument = tree.arg
    return [substitute(ACTIVATIONS[tree.function].value, lambda symbol: argument if symbol.name == "z" else None)]


def _inlined(tree: Expr, step: int, ledger: Ledger) -> Expr:
    """The outermost quantities of a formula replaced by their own formulas."""
    names = {node.name for node in tree.walk() if isinstance(node, Symbol)}
    for role in (Role.CHANGE, Role.BIAS_CHANGE, Role.GRADIENT, Role.BIAS_GRADIENT, Role.OUTPUT, Role.NET_INPUT):
        if role.value in names and role in _INLINED and role in ledger.exercise.system:
            chosen = role

            def put(symbol: Symbol) -> Expr | None:
                if symbol.name != chosen.value:
                    return None
                return ledger.formula(quantity_of(symbol, step))

            return substitute(tree, put)
    return tree

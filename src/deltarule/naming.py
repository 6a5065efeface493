"""What the names in one document mean: from a symbol to a quantity of the neuron."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from deltarule.algebra.expr import Apply, Expr, Symbol, node
from deltarule.formulas import Role
from deltarule.formulas.neuron import BIAS_OF, PER_FEATURE, PER_SAMPLE
from deltarule.notation import roles_of
from deltarule.records import record

# functions that stand for the activation when a document applies them to a net input
ACTIVATION_NAMES = frozenset(
    {
        "G",
        "f",
        "F",
        "g",
        "h",
        "sigma",
        "phi",
        "psi",
        "Phi",
        "act",
        "activation",
        "sigmoid",
        "tanh",
        "relu",
        "step",
        "sign",
    }
)
# behind the name of a weight: what is added to it, or a slope
CHANGE_WORDS = frozenset(
    {
        "delta", "deltas", "change", "changes", "update", "updates", "grad", "grads", "gradient", "gradients", "änderung", "änderungen", "cambio", "cambios", "mudanças", "changements", "изменения",
    }
)  # fmt: skip
SLOPE_OF_ACTIVATION = "f'"  # the name that stands for the slope of the activation, da/dz or f'(z)
COUNTED = "count:errors"  # the name of a count of samples that were wrong
# names that several roles share: the role they have unless the document shows otherwise
_USUAL = {
    "a": Role.OUTPUT,
    "h": Role.NET_INPUT,
    "o": Role.OUTPUT,
    "theta": Role.WEIGHT,
    "delta": Role.ERROR,
    "g": Role.GRADIENT,
}


_PARAMETERS = frozenset({Role.WEIGHT, Role.BIAS})
_SLOPES = frozenset({Role.GRADIENT, Role.BIAS_GRADIENT})
_BY_PARAMETER = frozenset({Role.VELOCITY, Role.GRADIENT, Role.CHANGE})
_OF_SAMPLE = frozenset({Role.NET_INPUT, Role.OUTPUT})


def _first(*indices: Sequence[int]) -> int | None:
    """The first index of the first list that has one."""
    return next((numbers[0] for numbers in indices if numbers), None)


@node
class Reference:
    """A role with the indices that were written: None where an index is missing."""

    role: Role
    feature: int | None = None
    sample: int | None = None
    time: int | None = None
    general: bool = False  # an index is a letter: the formula, not one of its values


@record
class Names:
    """Roles of names in one document.

    Attributes
    ----------
    roles : mapping
        Names whose role was learned from the document.
    n_features, n_samples : int
        Shape of the data; 0 where it is not known.
    first_feature : int
        Index of the first feature, 1 unless the document counts from 0.
    others : frozenset of str
        Names that mean none of this here, whatever they mean elsewhere.
    of_inputs : frozenset of str
        Functions that give the output for an input, ``h(x) = w x + b``, and so are no activations.
    timed : bool
        There is one weight, and its index counts its values: ``w_2 = w_1 - 0.1 g_1``.
    """

    roles: Mapping[str, Role] = field(default_factory=dict)
    n_features: int = 0
    n_samples: int = 0
    first_feature: int = 1
    others: frozenset[str] = frozenset()
    of_inputs: frozenset[str] = frozenset()
    timed: bool = False
    _known: dict[int, tuple[Symbol, Reference | None]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )  # by identity: the same nodes are asked about pass after pass

    def counting(self, n_samples: int) -> "Names":
        """The same names for so many samples: what a symbol refers to does not depend on how many there are."""
        if n_samples == self.n_samples:
            return self
        made = replace(self, n_samples=n_samples)
        made._known.update(self._known)
        return made

    def role(self, name: str) -> Role | None:
        """Role of a name."""
        if name in self.others:
            return None
        if name in self.roles:
            return self.roles[name]
        if name in _USUAL:
            return _USUAL[name]
        candidates = roles_of(name)
        return candidates[0] if candidates else None

    def reference(self, expr: Expr) -> Reference | None:
        """What a symbol, or an activation applied to something, refers to; None if unknown."""
        known = self._known.get(id(expr))
        if known is not None:
            return known[1]
        if isinstance(expr, Apply):
            if SLOPE_OF_ACTIVATION in self.roles and self.is_slope_of_activation(expr):
                return Reference(Role.ACTIVATION_SLOPE)
            if expr.function not in ACTIVATION_NAMES:
                return None
            inner = self.reference(expr.arg) if isinstance(expr.arg, Symbol) else None
            of_row = inner is not None and (
                inner.role is Role.NET_INPUT
                or (inner.role is Role.FEATURE and isinstance(expr.arg, Symbol) and not expr.arg.index)
            )  # h(x^(2))
            sample = inner.sample if inner is not None and of_row else None
            return Reference(Role.OUTPUT, sample=sample, general=bool(inner and inner.general))
        if not isinstance(expr, Symbol):
            return None
        found = self._reference(expr)
        self._known[id(expr)] = expr, found  # the node is kept, so that its identity stays its own
        return found

    def is_slope_of_activation(self, expr: Expr | None) -> bool:
        """Whether it is the slope of an output by its net input: ``da/dz``, ``f'(z)``."""
        if isinstance(expr, Apply):
            inner = expr.arg
            of_net = isinstance(inner, Symbol) and self.role(inner.name) is Role.NET_INPUT
            return expr.function.endswith("'") and expr.function[:-1] in ACTIVATION_NAMES and of_net
        if not isinstance(expr, Symbol) or not expr.name.startswith("dL/d") or not expr.marks or expr.index:
            return False
        of, by = expr.marks[0], expr.name.removeprefix("dL/d")
        return self.role(by) is Role.NET_INPUT and self.role(of) is Role.OUTPUT

    def _reference(self, expr: Symbol) -> Reference | None:
        if SLOPE_OF_ACTIVATION in self.roles and self.is_slope_of_activation(expr):
            return Reference(Role.ACTIVATION_SLOPE)
        role = self.role(expr.name)
        if role is None:
            return None
        if role in _PARAMETERS and any(mark in CHANGE_WORDS for mark in expr.marks):
            return None  # weight_deltas are no weights; whether changes or slopes, is not said
        if expr.marks and (role in _SLOPES or expr.name.startswith("dL/d")):
            of = expr.marks[0]
            if _OF_SAMPLE & {*roles_of(of)[:1], self.role(of)}:
                return None  # ∂z/∂w is no slope of the loss
        if role in _BY_PARAMETER and expr.index[:1] == ("w",):  # g_w1 is the slope by w_1
            expr = replace(expr, index=expr.index[1:])
        numbers = [index for index in expr.index if isinstance(index, int)]
        uppers = [index for index in expr.upper if isinstance(index, int)]
        letters = [
            i
            for i in (*expr.index, *expr.upper)
            if isinstance(i, str) and i not in ("t", "t+1", "k", "k+1", "n", "n+1")
        ]
        general = bool(letters) or (
            not numbers and not uppers and any(isinstance(i, str) for i in (*expr.index, *expr.upper))
        )
        if self.timed and role in PER_FEATURE and numbers:
            return Reference(role, 1, time=numbers[0])
        of_bias = role in _BY_PARAMETER and expr.index[:1] == ("b",)
        if role in BIAS_OF and (of_bias or (numbers[:1] == [0] and self.first_feature == 1)):
            return Reference(BIAS_OF[role], time=uppers[0] if uppers else None)
        if role in PER_FEATURE:
            feature = (
                numbers[0] - self.first_feature + 1
                if numbers
                else (1 if self.n_features == 1 and not general else None)
            )
            return Reference(role, feature, time=_first(uppers, numbers[1:]), general=general)
        if role in PER_SAMPLE:
            return Reference(role, sample=_first(numbers, uppers), general=general)
        if role is Role.FEATURE:
            if uppers:
                feature = numbers[0] if numbers else 1 if self.n_features == 1 else None
                return Reference(role, feature, uppers[0], general=general)
            if len(numbers) > 1:
                return Reference(role, numbers[1], numbers[0], general=general)
            feature = numbers[0] if numbers else (1 if self.n_features == 1 and not general else None)
            return Reference(role, feature, general=general)
        return Reference(role, time=_first(numbers, uppers), general=general)

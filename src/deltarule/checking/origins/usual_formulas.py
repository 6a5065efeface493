"""What the formulas that occur for a quantity of a neuron give for the last numbers told of their roles."""

from collections.abc import Iterator
from fractions import Fraction

from deltarule.algebra.expr import SumOver, Symbol, expand, symbols
from deltarule.checking.origins.arrays import NoValueError
from deltarule.checking.origins.evaluated import FAILED, Assignment, with_slack
from deltarule.checking.origins.memory import Known, Memory
from deltarule.checking.origins.origin import Origin
from deltarule.formulas import Role
from deltarule.formulas.variants import HIDDEN, VARIANTS
from deltarule.naming import Reference
from deltarule.written import Written


def by_usual_formulas(reference: Reference, memory: Memory) -> Iterator[Origin]:
    """What the formulas that occur for a quantity give for the last numbers of those roles."""
    role = reference.role
    weights = tuple(sorted({j for r, j in memory.roles if r is Role.WEIGHT and j is not None}))
    feature = reference.feature if reference.feature is not None else 1
    trees = VARIANTS.get(role, ())
    if role is Role.OUTPUT and (Role.NET_INPUT, None) not in memory.roles:
        trees = (*trees, HIDDEN[Role.NET_INPUT])  # a linear neuron whose net input is not told
    for place, tree in enumerate(trees):
        if not weights and any(isinstance(node, SumOver) for node in tree.walk()):
            continue
        ready = expand(tree, {"j": weights}, {"j": feature})
        for before in (False, True):
            known: Assignment = {}
            try:
                for symbol in dict.fromkeys(symbols(ready)):
                    known[symbol] = _of_role(symbol, reference.sample, memory, before)
                yield with_slack(ready, known, memory, None, f"usual {role} {place}", False)
            except FAILED:
                continue


def _of_role(symbol: Symbol, sample: int | None, memory: Memory, before: bool) -> Known:
    """The last number of a role; with `before`, of weights the one before that."""
    role = Role(symbol.name)
    index = next((i for i in symbol.index if isinstance(i, int)), None)
    if before and (role, index) in memory.roles_before:
        return memory.roles_before[role, index]
    data = memory.data(role, index, sample)
    if data is not None:
        return data
    for key in ((role, sample), (role, None)) if index is None else ((role, index),):
        if key in memory.roles:
            return memory.roles[key]
    if role is Role.BIAS:
        return Written("0", Fraction(0), 0)
    if role is Role.LEARNING_RATE and memory.exercise.learning_rate is not None:
        return memory.exercise.learning_rate
    raise NoValueError(symbol.name)

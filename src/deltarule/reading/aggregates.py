"""What a program makes of a list of numbers, written out: ``mean([0.25, 0.04])``, ``sum(1, 2, 3)``, ``np.dot([1, 2], [3, 4])``."""

from fractions import Fraction

from deltarule.algebra.expr import Expr, Number, Product, Quotient, Sum, Vector
from deltarule.rarely import rarely

AGGREGATES = {
    **dict.fromkeys(("mean", "avg", "average", "media", "promedio", "moyenne", "média", "mittelwert", "среднее"), "mean"),
    **dict.fromkeys(("dot", "inner", "dotproduct", "dot_product"), "dot"),
    **dict.fromkeys(("sum", "suma", "somme", "soma", "somma", "summe", "сумма"), "sum"),
}  # fmt: skip
_OF_NUMBERS = rarely(r"\([ ]?(?:[\[(][ ]?)?[-+−]?[ ]?\.?\d[^()\n;=]{0,200}?,")


def is_of_numbers(text: str, bracket: int) -> bool:
    """Whether a list of numbers opens behind the name of such a function; ``mean(0.25)`` holds none."""
    return _OF_NUMBERS.match(text, bracket) is not None


def written_out(function: str, arg: Expr) -> Expr | None:
    """The sum, mean or product of what stands in a list; None of anything else."""
    if not isinstance(arg, Vector):
        return None
    if function == "dot" and len(arg.items) == 2 and all(isinstance(item, Vector) for item in arg.items):
        return Product(arg.items)
    if function not in ("sum", "mean") or any(isinstance(item, Vector) for item in arg.items):
        return None
    total = Sum(arg.items)
    return total if function == "sum" else Quotient(total, Number(Fraction(len(arg.items))))

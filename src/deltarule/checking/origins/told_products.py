"""Products of vectors and matrices that were told by themselves, ``Xw = (2, 3)``: what is worked of one goes on from the numbers told.

``X^T (Xw - y)`` behind ``Xw - y = (0.5, -1)`` is worked with those numbers, right or wrong: a slip in them is charged there.
"""

from deltarule.algebra.expr import Expr, Product, Symbol

MAX_KEPT = 40  # of one document
_NAME = "told product"


class ToldProducts:
    """The products that were told, each with the name under which its last numbers are kept."""

    def __init__(self) -> None:
        self._names: dict[Expr, Symbol] = {}

    def learn(self, formula: Expr | None) -> str | None:
        """The name under which the numbers of a formula are to be kept; None for one that is a name itself, or none."""
        if formula is None or isinstance(formula, Symbol):
            return None
        if formula not in self._names and len(self._names) < MAX_KEPT:
            self._names[formula] = Symbol(f"{_NAME} {len(self._names)}")
        known = self._names.get(formula)
        return None if known is None else known.name

    def within(self, formula: Expr) -> Expr | None:
        """A formula with the products in it that were told by themselves; None if there are none."""
        if not self._names:
            return None
        made = formula.map(self._put)
        if isinstance(formula, Product):
            made = self._behind(formula) or made
        return made if made != formula else None

    def _put(self, part: Expr) -> Expr:
        known = self._names.get(part)
        if known is not None:
            return known
        if isinstance(part, Product) and (behind := self._behind(part)) is not None:
            return behind
        return part.map(self._put)

    def _behind(self, product: Product) -> Expr | None:
        """``2/3 X^T e`` where ``X^T e`` was told."""
        for at in range(1, len(product.factors) - 1):
            known = self._names.get(Product(product.factors[at:]))
            if known is not None:
                return Product((*product.factors[:at], known))
        return None

"""The formulas that a document states in symbols: what each gives, and of what."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from deltarule.algebra.expr import Apply, Expr, Number, Power, Product, Sum, SumOver, Symbol
from deltarule.checking.stated_rows.grids import Key, key_of
from deltarule.document import Claim, Document
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.records import record

MAX_LAWS, MAX_NODES = 40, 60
BY_ROLE = "role:"  # begins the name of a symbol that stands for whatever has a role
_OF_WEIGHT = (("+", Role.CHANGE, False), ("-", Role.CHANGE, False), ("-", Role.GRADIENT, True))
_OF_BIAS = (("+", Role.BIAS_CHANGE, False), ("-", Role.BIAS_CHANGE, False), ("-", Role.BIAS_GRADIENT, True))


@record
class Law:
    """A formula for a name; `stated` unless it is only the usual one."""

    key: Key
    letters: tuple[str, ...]  # that its name has as indices
    body: Expr
    stated: bool = True

    @property
    def goes_on(self) -> bool:
        """Whether it takes what the same name was before; in ``eta_k = eta / k`` the two are not the same."""
        own = [symbol for symbol in self.body.symbols if key_of(symbol) == self.key]
        return any(not self.letters or symbol.index or symbol.upper for symbol in own)


def stated_laws(document: Document) -> list[Law]:
    """The formulas of a document, in reading order."""
    found: dict[tuple[Key, Expr], Law] = {}
    for item in document.items:
        if not isinstance(item, Claim) or item.supposed or item.part is not None:
            continue
        for law in _of_claim(item):
            found.setdefault((law.key, law.body), law)
            if len(found) == MAX_LAWS:
                return list(found.values())
    return list(found.values())


def _of_claim(claim: Claim) -> Iterator[Law]:
    key = key_of(claim.subject)
    if claim.formula is not None and key is not None:
        yield Law(key, (), claim.formula)
    if key is None or "old" in getattr(claim.subject, "marks", ()):
        return
    letters = tuple(
        part
        for part in (*getattr(claim.subject, "index", ()), *getattr(claim.subject, "upper", ()))
        if isinstance(part, str)
    )
    for link in claim.links:
        body = link.expr if link.whole is None else link.whole
        if link.relation not in ("=", "≈") or body.is_numeric or isinstance(body, Symbol):
            continue
        if sum(1 for _ in body.walk()) <= MAX_NODES:
            yield Law(key, letters, body)


def functions(laws: Sequence[Law], document: Document) -> Mapping[str, tuple[Symbol, Expr]]:
    """What a function of one variable gives: ``f(x) = 3x^2``, ``f'(x) = 6x``; without its slope stated, its derivative."""
    found: dict[str, tuple[Symbol, Expr]] = {}
    for item in document.items:
        subject = item.subject if isinstance(item, Claim) else None
        if (
            not isinstance(item, Claim)
            or not isinstance(subject, Apply)
            or not isinstance(subject.arg, Symbol)
        ):
            continue
        body = item.links[-1].expr if item.links else None
        if body is not None and set(body.symbols) == {subject.arg}:
            found.setdefault(subject.function, (subject.arg, body))
    return found


def descents(key: Key, known: Mapping[str, tuple[Symbol, Expr]]) -> Iterator[Law]:
    """The plain step down a function of one variable, for that variable."""
    own = Symbol(key[0], key[1])
    for name, (variable, _) in known.items():
        if key_of(variable) == key and not name.endswith("'"):
            slope = Apply(name + "'", own)
            yield Law(
                key, (), own - Product((Symbol(BY_ROLE + Role.LEARNING_RATE.value), slope)), stated=False
            )


def losses(key: Key, keys: Sequence[Key], laws: Sequence[Law], names: Names) -> Iterator[Law]:
    """The squared loss over the data of the neuron whose parameters the rows tell: its mean or its sum, half of it or all."""
    model = _model(keys, laws, names)
    if model is None:
        return
    square = Power(model - Symbol(BY_ROLE + Role.TARGET.value), Number(Fraction(2)))
    for whole in (Apply("mean", square), SumOver("i", square)):
        yield Law(key, (), whole, stated=False)
        yield Law(key, (), Product((Number(Fraction(1, 2)), whole)), stated=False)


def _model(keys: Sequence[Key], laws: Sequence[Law], names: Names) -> Expr | None:
    """The output of the neuron: as it is stated, or else the weighted sum."""
    for law in laws:
        roles = {names.role(symbol.name) for symbol in law.body.symbols}
        if {Role.WEIGHT, Role.FEATURE} <= roles <= {Role.WEIGHT, Role.FEATURE, Role.BIAS} and not law.goes_on:
            return law.body
    weights = [key for key in keys if names.role(key[0]) is Role.WEIGHT and key[1] != (0,)]
    terms: list[Expr] = [
        Symbol(*key) * Symbol(BY_ROLE + Role.FEATURE.value, key[1] or (1,)) for key in weights
    ]
    terms += [Symbol(*key) for key in keys if names.role(key[0]) is Role.BIAS or key[1] == (0,)]
    return Sum(tuple(terms)) if weights and len(terms) > 1 else terms[0] if weights else None


def laws_of(key: Key, laws: Sequence[Law], names: Names) -> list[Law]:
    """The laws that may give a column: those of its name, or else of another name of its role; then the usual ones."""
    named = [law for law in laws if _names(law, key)]
    role = names.role(key[0])
    if not named and role is not None:
        named = [law for law in laws if names.role(law.key[0]) is role and _names(law, (law.key[0], key[1]))]
    if key[0].endswith("^2"):
        base = Symbol(key[0].removesuffix("^2"), key[1])
        named.append(Law(key, (), Product((base, base))))
    return [*named, *_usual(key, role, {names.role(law.key[0]) for law in laws})]


def _names(law: Law, key: Key) -> bool:
    """Whether a law is of a name: of that index, of any, or of the one that is not counted."""
    if law.key[0] != key[0]:
        return False
    indices = law.key[1]
    return indices == key[1] or bool(law.letters) or not indices or (indices == (1,) and not key[1])


def _usual(key: Key, role: Role | None, stated: Collection[Role | None]) -> Iterator[Law]:
    """A parameter moves by its change, or by the learning rate times its slope; where these are stated, so is the sum with them."""
    own = Symbol(key[0], key[1])
    bias = role is Role.BIAS or (role is Role.WEIGHT and key[1] == (0,))
    if role is Role.WEIGHT or bias:
        for sign, of, by_rate in (*_OF_BIAS, *_OF_WEIGHT) if bias else _OF_WEIGHT:
            change: Expr = Symbol(BY_ROLE + of.value, key[1])
            if by_rate:
                change = Product((Symbol(BY_ROLE + Role.LEARNING_RATE.value), change))
            yield Law(
                key, (), own + change if sign == "+" else own - change, stated=of in stated and sign == "+"
            )


def without_parts(body: Expr) -> Iterator[Expr]:
    """A formula with one thing done wrongly: a factor left out, a term left out, or taken with the other sign."""
    for node in body.walk():
        if isinstance(node, Product) and len(node.factors) > 1:
            for k in range(len(node.factors)):
                rest = (*node.factors[:k], *node.factors[k + 1 :])
                yield _put(body, node, rest[0] if len(rest) == 1 else Product(rest))
        elif isinstance(node, Sum):
            for k, term in enumerate(node.terms):
                rest = (*node.terms[:k], *node.terms[k + 1 :])
                yield _put(body, node, replace(node, terms=(*rest, -term)))
                yield _put(body, node, rest[0] if len(rest) == 1 else Sum(rest))


def _put(tree: Expr, old: Expr, new: Expr) -> Expr:
    return new if tree is old else tree.map(lambda child: _put(child, old, new))

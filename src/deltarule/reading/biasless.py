"""Whether a neuron has no bias: it is said so in words, or its net input is stated without one."""

import re
from collections.abc import Iterator, Sequence

from deltarule.algebra.expr import Expr, Product, Sum, SumOver, Symbol, symbols
from deltarule.document import Claim
from deltarule.formulas import Role
from deltarule.naming import Names
from deltarule.rarely import rarely

_NAMES = "bias|intercept|offset|sesgo|viés|vies|biais|смещени|зсув|偏置|偏差|バイアス|바이어스|편향"

DENIED = rarely(
    # without a bias, kein Bias, sin sesgo, bez biasu
    rf"\b(?:without|no|ohne|kein|keinen|sans|sin|sem|senza|без|bez|tanpa|zonder|geen|nessun|aucun|ningún|nenhum)\s{{1,3}}(?:an?\s|the\s|de\s|un\s)?\s{{0,3}}(?:{_NAMES})\w{{0,3}}"
    # there is no bias: no hay sesgo, il n'y a pas de biais, Bias wird nicht verwendet
    rf"|\b(?:no hay|não há|nao ha|il n'y a pas de|n'y a pas de|non c'è(?: un)?|nie ma|нет|tidak ada|não se usa|no se usa|нема[єе])\s{{1,3}}(?:{_NAMES})\w{{0,3}}"
    rf"|\b(?:{_NAMES})\w{{0,3}} (?:is not used|is omitted|wird nicht|entfällt|yoktur|yok\b|нет\b|не использ|відсутн|tidak |nie |nem |finns inte)"
    rf"|(?:没有|沒有|无|無|不使用|不用|不含|不考虑)(?:{_NAMES})项?|(?:バイアス)(?:は|項は)?(?:ない|なし|無い|使わない|使用しない|用いない)|(?:바이어스|편향)(?:은|는|이|가)?\s?(?:없|사용하지)",
    re.IGNORECASE,
)


def states_no_bias(claims: Sequence[Claim], names: Names) -> bool:
    """Whether the net input is stated as weights times inputs and nothing else, for all inputs that there are."""
    for claim in claims:
        if not isinstance(claim.subject, Symbol) or not claim.links or claim.supposed:
            continue
        if names.role(claim.subject.name) not in (Role.NET_INPUT, Role.OUTPUT):
            continue
        terms = list(_terms(claim.links[0].expr))
        whole = isinstance(terms[0], SumOver) or len(terms) >= names.n_features
        if whole and all(_weighs(term, names) for term in terms):
            return True
    return False


def _terms(expr: Expr) -> Iterator[Expr]:
    if isinstance(expr, Sum):
        yield from expr.terms
    else:
        yield expr


def _weighs(term: Expr, names: Names) -> bool:
    """Whether a term is a weight times an input, which are no vectors."""
    body = term.body if isinstance(term, SumOver) else term
    if not isinstance(body, Product) or len(body.factors) != 2:
        return False
    found = [symbol for symbol in symbols(body) if not symbol.marks or "transpose" not in symbol.marks]
    roles = [names.role(symbol.name) for symbol in found]
    counted = isinstance(term, SumOver) or names.n_features == 1 or all(s.index or s.upper for s in found)
    return sorted(str(role) for role in roles) == sorted(map(str, (Role.WEIGHT, Role.FEATURE))) and counted

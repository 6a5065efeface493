"""What a claim is about: the name on its left, with the place, the words and the variable that belong to it."""

from collections.abc import Sequence
from dataclasses import replace

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Product, Sum, Symbol
from deltarule.errors import InputError
from deltarule.formulas import Role
from deltarule.naming import ACTIVATION_NAMES, CHANGE_WORDS
from deltarule.notation import roles_of
from deltarule.rarely import rarely
from deltarule.reading.mathtext import parse
from deltarule.reading.named_terms import APPLIED
from deltarule.reading.not_read import NotReadError
from deltarule.reading.scripts import MARKS
from deltarule.reading.statements import Statement
from deltarule.reading.token import (
    CLOSE,
    COMMAND,
    DERIVATIVE,
    NAME,
    NUMBER,
    OPEN,
    OPERATOR,
    POWER,
    RELATION,
    SEPARATOR,
    WORD,
    Token,
)
from deltarule.reading.token_words import GREEK_NAMES
from deltarule.spans import Span

# words that stand in front of a relation sign and are no names of a quantity
_NO_NAMES = frozenset(
    {
        "is", "are", "equals", "get", "gets", "gives", "have", "result", "results", "then", "so", "thus", "hence", "and", "or", "with",
        "for", "where", "we", "obtain", "obtained", "becomes", "also", "the", "ist", "sind", "und", "mit", "es", "son", "y",
        "con", "est", "sont", "et", "avec", "donc", "soit", "if", "when", "since", "because", "therefore", "value", "equal", "from",
    }
)  # fmt: skip


def is_marked_new(left: Sequence[Token]) -> bool:
    """``w1+``: a plus glued to the end of a name says that its new value is meant."""
    if len(left) != 2 or left[0].kind != NAME:
        return False
    return left[1].kind == OPERATOR and left[1].value == "+" and left[0].end == left[1].start


# how prose says which variable a slope is taken by: the last words in front of its name
_RESPECT = (
    ("respect", "to"), ("wrt",), ("w.r.t",), ("rapport", "à"), ("respecto", "a"), ("respecto", "al"), ("respeito", "a"), ("relação", "a"), ("rispetto", "a"),
    ("nach",), ("bezüglich",), ("по",), ("terhadap",), ("względem",), ("theo",),
)  # fmt: skip


_OF_SLOPES = ("deriv", "dériv", "ableit", "gradi", "градиент", "производн", "turunan", "pochodn", "đạo", "slope", "pente", "pendiente", "steigung")  # fmt: skip


def told_by_variable(statement: Statement, topic: Sequence[Token]) -> None:
    """``the gradient with respect to w1 is -0.04``: the slope by w1, and not w1."""
    tokens = statement.tokens
    _with_change(statement)
    words = [word.value.lower() for word in statement.words if word.end <= tokens[0].start]
    if words and tokens[0].value == "a" and len(tokens) > 1 and tokens[1].kind == NAME:
        words.append("a")  # respecto a w1
    if not words or not any(tuple(words[-len(phrase) :]) == phrase for phrase in _RESPECT):
        return
    about = any(word.startswith(_OF_SLOPES) for word in words)
    if len(topic) == 1 and topic[0].kind == NAME:
        about |= Role.GRADIENT in roles_of(topic[0].value)
    at = 1 if words[-1] == "a" and tokens[0].value == "a" else 0
    if not about or tokens[at].kind != NAME or len(tokens) < at + 2 or tokens[at + 1].kind != RELATION:
        return
    name, _, digits = tokens[at].value.partition("#")
    slope = Token(DERIVATIVE, f"L|{name}|{digits}", tokens[at].start, tokens[at].end)
    statement.tokens = [slope, *tokens[at + 1 :]]


def _with_change(statement: Statement) -> None:
    """``Weight deltas: [-1.2, 0.3]``: the changes of the weights, and not the weights."""
    tokens = statement.tokens
    if len(tokens) < 2 or tokens[0].kind != NAME or tokens[1].kind != RELATION:
        return
    if tokens[1].end - tokens[1].start > 1:
        return  # bias changes to 0.3
    between = [
        word for word in statement.words if tokens[0].end <= word.start and word.end <= tokens[1].start
    ]
    if len(between) != 1 or between[0].value.lower() not in CHANGE_WORDS:
        return
    if not set(roles_of(tokens[0].value)[:1]) & {Role.WEIGHT, Role.BIAS}:
        return
    mark = Token(POWER, f"mark:{between[0].value.lower()}#", between[0].start, between[0].end)
    statement.tokens = [tokens[0], mark, *tokens[1:]]


def slope_by(variable: Token) -> Symbol:
    """The slope by a variable: ``grad x1``."""
    name, _, digits = variable.value.partition("#")
    return Symbol(f"dL/d{name}", (int(digits),) if digits.isdigit() else (), ("",), span=variable.span)


def subject_in_words(statement: Statement, relation: Token) -> Symbol | None:
    """A quantity named by a word that we do not know: ``velocity = 0.2``."""
    if not statement.words:
        return None
    last = statement.words[-1]
    name = " ".join(last.value.split())
    if not name or relation.start - last.end > 2 or name.lower() in _NO_NAMES or not name[0].isalpha():
        return None
    return Symbol(name.replace(" ", "_"), span=last.span)


def _without_word(subject: Sum) -> Sum:
    first = subject.terms[0]
    word = first.factors[0] if isinstance(first, Product) and len(first.factors) == 2 else None
    if not isinstance(first, Product) or not isinstance(word, Symbol) or word.index or len(word.name) < 5:
        return subject
    named = Role.ERROR in roles_of(word.name)[:1]
    return replace(subject, terms=(first.factors[1], *subject.terms[1:])) if named else subject


def as_one_name(subject: Expr | None) -> Expr | None:
    """``learning rate h``, ``bias x_0``, ``Velocity v_1``: a word and the symbol that it introduces are one name.

    So is one in front of a difference, ``errors h - y``, which is no product either.
    """
    if isinstance(subject, Sum):
        return _without_word(subject)
    if isinstance(subject, Product) and len(subject.factors) > 2:  # predicted output ŷ
        inner = as_one_name(replace(subject, factors=subject.factors[-2:]))
        outer = (
            replace(subject, factors=(*subject.factors[:-2], inner)) if isinstance(inner, Symbol) else subject
        )
        named = as_one_name(outer) if outer is not subject else subject
        return named if isinstance(named, Symbol) else subject
    if not isinstance(subject, Product) or len(subject.factors) != 2:
        return subject
    word, symbol = subject.factors
    if isinstance(word, Symbol) and isinstance(symbol, Apply) and isinstance(symbol.arg, Symbol):
        said = len(word.name) > 2 and Role.OUTPUT in roles_of(word.name)[:1]
        return symbol if said and symbol.function in ACTIVATION_NAMES else subject  # output h(x)
    if (
        not isinstance(word, Symbol)
        or not isinstance(symbol, Symbol)
        or len(word.name) < 3
        or word.index
        or ":" in word.name
        or word.name in GREEK_NAMES  # η ∂f/∂x is a product
    ):
        return subject
    known = set(roles_of(word.name))
    if len(symbol.name) > 2 and known | set(roles_of(symbol.name)) == {Role.FEATURE, Role.WEIGHT}:
        return subject  # inputs * weights
    if Role.GRADIENT in known and not {Role.GRADIENT, Role.CHANGE} & set(roles_of(symbol.name)):
        zero = symbol.index == (0,) and symbol.name in ("theta", "w")  # grad θ_0
        weight = symbol.name in ("w", "W", "theta")
        name = "dL/db" if zero or symbol.name == "b" else "dL/dw" if weight else f"dL/d{symbol.name}"
        return Symbol(name, () if zero else symbol.index, ("",), span=symbol.span)
    shared = known & set(roles_of(symbol.name)) or Role.FEATURE in roles_of(symbol.name)
    changed = known & _STEPPED and _CHANGED & set(roles_of(symbol.name))  # bias Δb
    return symbol if shared or changed else word if known else subject


_STEPPED = frozenset({Role.WEIGHT, Role.BIAS})
_CHANGED = frozenset({Role.CHANGE, Role.BIAS_CHANGE})
_WORKED = frozenset({Role.ERROR, Role.NET_INPUT, Role.OUTPUT, Role.LOSS, Role.CHANGE, Role.DELTA})


def worked_in_brackets(subject: Expr | None) -> tuple[Symbol, Expr] | None:
    """``Error (1 - 0): 1``: the name, and the working of its value that stands in brackets behind it."""
    if not isinstance(subject, Product) or len(subject.factors) != 2:
        return None
    word, working = subject.factors
    if not isinstance(word, Symbol) or len(word.name) < 3 or not set(roles_of(word.name)[:1]) & _WORKED:
        return None
    return (word, working) if isinstance(working, Sum) and is_numeric(working) else None


def qualified_by(subject: Symbol, statement: Statement) -> Symbol:
    """A name with the word in front of it that says which one is meant: ``new w1``."""
    words = [word for word in statement.words if word.end <= statement.tokens[0].start]
    mark = (
        MARKS.get(words[-1].value.lower())
        if words and statement.tokens[0].start - words[-1].end <= 2
        else None
    )
    return replace(subject, marks=(*subject.marks, mark)) if mark in ("new", "old") else subject


_WANTED = frozenset(
    {"true", "expected", "desired", "correct", "wanted", "required", "erwartete", "gewünschte", "wahre", "richtige", "vraie", "verdadera", "ожидаемый", "желаемый"}
)  # fmt: skip


def wanted_by(subject: Symbol, statement: Statement) -> Symbol:
    """``True output: 0``: the target, whose name says that it is an output."""
    words = [word for word in statement.words if word.end <= statement.tokens[0].start]
    beside = bool(words) and statement.tokens[0].start - words[-1].end <= 2
    if not beside or words[-1].value.lower() not in _WANTED or len(subject.name) < 3:
        return subject
    shared = {Role.OUTPUT, Role.PREDICTION} & set(roles_of(subject.name)[:1])
    return replace(subject, name="target") if shared else subject


_OWNED = rarely(
    r"([^\W\d_]{4,12})\s?(?:\([^()\n]{1,20}\)\s)?(?:(?:of|de|da|do|di|du|del|der|des|dell[ao']|de la|of the|of our|от|на)\s|dell'|de l')$"
)
_OWNING = frozenset({Role.OUTPUT, Role.PREDICTION})
_REACH = 50  # characters in front of a name that say what is told of it


def owned_by(subject: Symbol, text: str) -> Symbol:
    """``The error of the output is 0.11``: what is told is no output, and by which formula it is an error is not known."""
    if len(subject.name) < 4 or subject.span is None or not set(roles_of(subject.name)[:1]) & _OWNING:
        return subject
    at = subject.span.start
    match = _OWNED.search(text[max(0, at - _REACH) : at])
    if match is None or not set(roles_of(match[1].lower())[:1]) & {Role.ERROR, Role.LOSS}:
        return subject
    return replace(subject, name=f"{match[1].lower()}_{subject.name}")


_SIZES = frozenset(
    {"size", "sizes", "größe", "taille", "tamaño", "tamanho", "dimensione", "ukuran", "размер", "boyutu", "rozmiar", "大小"}
)  # fmt: skip


_BETWEEN = frozenset({"of", "de", "von", "di", "da", "is"})


def counted_by(subject: Symbol, statement: Statement) -> Symbol:
    """``a mini-batch size of b = 2``: a letter that counts rows, whatever it is elsewhere."""
    words = [
        word.value.lower().split()[-1]
        for word in statement.words
        if word.end <= statement.tokens[0].start and word.value.split()
    ]
    while words and words[-1] in _BETWEEN:
        words.pop()
    sized = bool(words) and words[-1] in _SIZES and subject.name == "b" and not subject.index
    return replace(subject, name="batch_size") if sized else subject


def name_with_place(part: Sequence[Token]) -> Expr | None:
    """``w_1(2)``, ``E(w)``, ``MSE(1)``, ``J(10, 3)``: a name with what it belongs to in brackets."""
    opening = last_bracket(part)
    if not opening:
        return None
    try:
        symbol = parse(part[:opening])[0]
    except (NotReadError, InputError):
        return None
    inside = part[opening + 1 : -1]
    if not isinstance(symbol, Symbol) or symbol.name in APPLIED:
        return None
    if len(inside) > 1 and any(token.kind == NAME and token.value == part[0].value for token in inside):
        return None  # a (1 - a) is a product
    if (
        len(inside) == 1
        and inside[0].kind in (NAME, WORD)
        and inside[0].value.lower() in MARKS
        and len(inside[0].value) > 1
    ):
        return replace(symbol, marks=(*symbol.marks, MARKS[inside[0].value.lower()]))
    if part[opening - 1].value == "'" and inside:  # J'(3): a slope, not a new J
        try:
            primes = "'" * symbol.marks.count("new")
            return Apply(symbol.name + primes, parse(inside)[0], span=Span(part[0].start, part[-1].end))
        except (NotReadError, InputError):
            return None
    if len(inside) == 1 and inside[0].kind == NUMBER and inside[0].value.isdigit():
        return replace(symbol, upper=(*symbol.upper, int(inside[0].value)))
    if inside and all(token.kind not in (NUMBER, RELATION) or token.value == "1" for token in inside):
        return symbol
    listed = any(token.kind == SEPARATOR and token.value in ",;" for token in inside)
    if listed and _lists_names(inside):
        return symbol  # what it is a function of
    if (
        inside
        and (listed or "." in inside[0].value)
        and all(token.kind in (NUMBER, SEPARATOR, OPERATOR) for token in inside)
    ):
        return symbol  # the place at which it is worked out
    return None


def _lists_names(inside: Sequence[Token]) -> bool:
    """Whether names with their indices stand in a list: ``x_1, x_2``."""
    starts = {0} | {
        k + 1 for k, token in enumerate(inside) if token.kind == SEPARATOR and token.value in ",;"
    }
    if any(token.kind in (RELATION, WORD) for token in inside):
        return False
    if any(token.kind == OPERATOR and token.value not in ("_", "^") for token in inside):
        return False
    if any(k < len(inside) and inside[k].kind not in (NAME, COMMAND) for k in starts):
        return False
    return all(k and inside[k - 1].value in ("_", "{") for k, t in enumerate(inside) if t.kind == NUMBER)


def last_bracket(part: Sequence[Token]) -> int | None:
    """Position of the round bracket that closes with the last token."""
    if not part or part[-1].kind != CLOSE or part[-1].value != ")":
        return None
    depth = 0
    for at in range(len(part) - 1, -1, -1):
        depth += (part[at].kind == CLOSE) - (part[at].kind == OPEN)
        if depth == 0:
            return at if part[at].value == "(" else None
    return None

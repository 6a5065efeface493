"""Tables whose columns are quantities and whose rows are samples or steps, cell by cell as claims.

The heading of a column names a quantity, ``Δw1``, ``Net z = w·x + b``, ``New w_1, w_2, b``; a cell gives its value, or
the expression too: ``0.25 - 0.4 = -0.15``. A row becomes a label and then its claims. Weights that stand in front
of what is worked out of them are those that the row starts from; they are told with the row that made them.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Negative, Number, Power, Product, Sum, Symbol, Vector
from deltarule.document import Claim, Heading, Item, Link
from deltarule.errors import InputError
from deltarule.formulas import Role
from deltarule.naming import COUNTED
from deltarule.notation import roles_of
from deltarule.rarely import rarely
from deltarule.reading.counts import is_count
from deltarule.reading.headed_products import is_product, products
from deltarule.reading.headings import COUNTING_STEMS, EPOCH_STEMS, NAMED_ROWS, SAMPLE_STEMS, heading
from deltarule.reading.lone_numbers import as_written
from deltarule.reading.mathtext import parse
from deltarule.reading.not_read import NotReadError
from deltarule.reading.plain import expression
from deltarule.reading.sample_cells import lists_with_target, sample_of_cells
from deltarule.reading.scripts import MARKS
from deltarule.reading.subjects import name_with_place
from deltarule.reading.token import (
    CLOSE,
    COMMAND,
    DERIVATIVE,
    INDEX,
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
from deltarule.reading.token_words import FUNCTIONS, GREEK_NAMES
from deltarule.reading.totals import sums_up, totals
from deltarule.reading.vectors import ShapeError, components
from deltarule.reading.worked_cells import number_alone, plain, worked_columns
from deltarule.records import record
from deltarule.spans import Source, Span
from deltarule.written import Written, is_rounding, is_truncation

_WORKED = frozenset(
    {Role.NET_INPUT, Role.ERROR, Role.LOSS, Role.GRADIENT, Role.CHANGE, Role.BIAS_GRADIENT, Role.BIAS_CHANGE}
)
_VECTORS = frozenset({Role.WEIGHT, Role.CHANGE, Role.GRADIENT, Role.FEATURE})
_OF_ROWS = frozenset(
    {Role.ERROR, Role.OUTPUT, Role.PREDICTION}
)  # a list of them has one for each row of the data
_PARAMETERS = frozenset({Role.WEIGHT, Role.BIAS})
_COUNTERS = ("#", "i", "n", "nr", "no", "no.", "nr.", "№", "k", "index", "t")
_ITERATIONS = ("iter", "iter#", "it", "it#")

_VALUES = frozenset(
    {"value", "values", "wert", "valor", "valores", "valeur", "valore", "nilai", "значение", "值", "값", "giá", "değer", "result", "resultado", "ergebnis"}
)  # fmt: skip
# what a column over values of the quantities that the rows name says of them
_AGES = {
    "before": "old", "vorher": "old", "alt": "old", "avant": "old", "antes": "old", "prima": "old", "sebelum": "old", "до": "old", "trước": "old", "이전": "old", "更新前": "old",
    "after": "new", "nachher": "new", "après": "new", "después": "new", "depois": "new", "dopo": "new", "sesudah": "new", "setelah": "new", "после": "new", "sau": "new", "이후": "new", "更新后": "new",
}  # fmt: skip

_ENDS = frozenset({"end", "of", "after", "ende", "der", "nach", "fin", "final", "fim", "de", "la", "da", "après", "después", "fine", "dopo"})  # fmt: skip
_AFTER = re.compile(
    r"\b(?:after|nach|après|después de|depois de|dopo|setelah|после|sau)\s(\d{1,6})\s([^\W\d_]{3,12})"
)
_COUNT = rarely(r"[ $*`#(]{0,6}([0-9]{1,4})(?![0-9.,])")  # 1, #1, 1 (start)

# words that name a quantity only where they head a column
_HEADED = {
    **dict.fromkeys(("ist", "istwert", "ist-ausgabe", "actual output", "obtenido", "obtenida", "obtido", "obtida", "obtenu", "ottenuto"), "output"),
    **dict.fromkeys(("soll", "sollwert", "soll-ausgabe", "zielwert", "deseado", "deseada", "esperado", "desejado", "desejada", "désiré", "désirée", "desiderato", "atteso", "期望输出", "期望值", "目标值", "目標値", "教師信号", "正解", "требуемый"), "target"),
    **dict.fromkeys(("netto", "netz", "netzeingabe", "nettoeingabe", "neta", "entrada neta", "nette", "entrée nette", "netto input", "net-input", "ingresso netto", "entrada líquida", "净输入", "総入力", "взвешенная сумма", "summe", "somme pondérée", "suma ponderada"), "net"),
    **dict.fromkeys(("错误", "誤差", "误差", "abweichung", "écart", "scarto", "desvio", "desviación"), "error"),
}  # fmt: skip

MAX_STATED = 30  # tokens of a formula in a heading
Lexer = Callable[[Span], list[Token]]


@record
class Column:
    """What a column is about: its quantities, or a count of epochs or samples."""

    subjects: tuple[Expr, ...] = ()
    counts: str = ""
    mark: str = ""  # "new value": of what the first cell of the row names
    heading: Expr | None = None  # as it stands
    formula: Expr | None = None  # what stands behind the name: BCE = -log p, v = 0.7 v + g
    after: int | None = None  # the epoch that its values are of: "After 200 steps"
    parts: int = 0  # how many components its gradient has
    errors: bool = False  # of a row that is an epoch it counts them

    @property
    def tells_rates(self) -> bool:
        """Whether its values are learning rates, and it is not headed by one, ``lr = 0.1``."""
        return self.roles == {Role.LEARNING_RATE} and self.heading is not None

    @property
    def roles(self) -> frozenset[Role]:
        """Usual roles of its quantities."""
        found: set[Role] = set()
        for subject in self.subjects:
            if isinstance(subject, Apply):
                found.add(Role.OUTPUT)
            elif isinstance(subject, Symbol) and roles_of(subject.name):
                found.add(roles_of(subject.name)[0])
        return frozenset(found)


def column(text: str, found: Sequence[Token]) -> Column:
    """What the heading of a column says; `found` are its tokens."""
    plain = text.strip(" $*`_").lower()
    words = plain.split()
    counted = _AFTER.search(plain)
    if counted is not None and counted[2].startswith(EPOCH_STEMS):
        found = [token for token in found if token.kind not in (NUMBER, SEPARATOR)]
        return replace(column(plain[: counted.start()], found), after=int(counted[1]))
    while len(words) > 1 and words[0] in _ENDS:
        del words[0]  # end of epoch
    if (
        words
        and (words[0] in ("ep", "ep.", "ép.") or words[0].startswith(COUNTING_STEMS))
        and not any(token.kind == RELATION for token in found)
    ):
        return Column(counts="epoch")
    if words and words[0].startswith(SAMPLE_STEMS) and len(words) < 3 and words[0] not in ("input", "inputs"):
        return Column(counts="sample")
    if plain in NAMED_ROWS:
        return Column(counts="sample")
    if plain in _ITERATIONS:
        return Column(counts="iteration")
    if plain in _COUNTERS and plain not in ("t", "i", "n", "k"):
        return Column(counts="sample")
    if plain in _HEADED and found:
        return Column((Symbol(_HEADED[plain], span=Span(found[0].start, found[-1].end)),))
    kept = [token for token in found if not (token.kind == SEPARATOR and token.value in ("$", " ", "."))]
    relation = next((at for at, token in enumerate(kept) if token.kind == RELATION), None)
    left = [
        token
        for token in (kept if relation is None else kept[:relation])
        if token.kind != COMMAND or token.value != ""
    ]
    marks = [
        MARKS[token.value.lower()] for token in left if token.kind == WORD and token.value.lower() in MARKS
    ]
    left = _numbered(_changes(_without_remarks(left)))
    left = _named_behind(_behind_word(_listed_behind(left)))
    subjects = tuple(_of_row(subject) for part in _parts(left) if (subject := _subject(part)) is not None)
    if marks and marks[0] in ("new", "old"):
        subjects = tuple(
            replace(s, marks=(*s.marks, marks[0])) if isinstance(s, Symbol) else s for s in subjects
        )
    if not any(isinstance(s, Apply) or (isinstance(s, Symbol) and roles_of(s.name)) for s in subjects) and (
        words and words[-1] in _VALUES
    ):
        subjects = ()
    age = next((_AGES[word] for word in words[:1] if word in _AGES), "")
    heading = _heading(left) if relation is None else None
    mark = "" if subjects else marks[0] if marks else age
    formula = None if relation is None else _formula_behind(kept[relation:])
    if formula is not None and not (_may_be_told(subjects) or _goes_on(subjects, formula)):
        formula = None  # what a neuron gives has its own formula
    return Column(subjects, mark=mark, heading=heading, formula=formula, errors=is_count(plain))


def _may_be_told(subjects: Sequence[Expr]) -> bool:
    """Whether a heading names one thing that the neuron does not say by itself: a loss, or something else."""
    name = subjects[0] if len(subjects) == 1 else None
    return isinstance(name, Symbol) and roles_of(name.name)[:1] in ((), (Role.LOSS,))


def _goes_on(subjects: Sequence[Expr], formula: Expr) -> bool:
    """Whether a quantity is made of what it was before: ``v = 0.7 v + g``."""
    name = subjects[0] if len(subjects) == 1 else None
    return isinstance(name, Symbol) and any(each.name == name.name for each in formula.symbols)


def _formula_behind(kept: Sequence[Token]) -> Expr | None:
    """The formula in names that a heading states behind the name of its column, from the relation on."""
    if kept[0].value not in ("=", "≈", "←") or any(token.kind in (RELATION, WORD) for token in kept[1:]):
        return None
    formula = _heading(kept[1:]) if 2 < len(kept) <= MAX_STATED else None
    return None if formula is None or is_numeric(formula) or isinstance(formula, Symbol) else formula


def _numbered(tokens: list[Token]) -> list[Token]:
    """``Weight 1``, ``Input 2``: a word with the number behind it that it has as an index."""
    if len(tokens) != 2 or tokens[0].kind != NAME or tokens[1].kind != NUMBER:
        return tokens
    name, number = tokens
    if "#" in name.value or not number.value.isdigit() or len(number.value) > 2 or not roles_of(name.value):
        return tokens
    return [replace(name, value=f"{name.value}#{number.value}", end=number.end)]


def _heading(left: Sequence[Token]) -> Expr | None:
    """What a heading says, letters that count rows left out; None if it is no mathematics."""
    try:
        return _without_counters(expression(left)) if left else None
    except (NotReadError, InputError):
        return None


def _without_counters(expr: Expr) -> Expr:
    return _of_row(expr) if isinstance(expr, Symbol) else expr.map(_without_counters)


def _listed_behind(tokens: list[Token]) -> list[Token]:
    """``weights (w_1, w_2, b)``, ``errors (e_1, e_2)``: the names in the bracket are the quantities, the word in front says what they are."""
    if len(tokens) < 4 or tokens[0].kind != NAME or tokens[1].kind != OPEN or tokens[-1].kind != CLOSE:
        return tokens
    roles = frozenset(roles_of(tokens[0].value)) if len(tokens[0].value) > 2 else frozenset()
    if Role.WEIGHT not in roles and not roles & _OF_ROWS:
        return tokens
    parts = _parts(tokens[1:])
    named = [part for part in parts if part[0].kind == NAME and roles_of(part[0].value.partition("#")[0])]
    if Role.WEIGHT not in roles:  # errors (e_1, e_2), and not loss (w, b)
        named = [part for part in named if roles & set(roles_of(part[0].value.partition("#")[0]))]
    return tokens[1:] if len(named) == len(parts) > 1 else tokens


def _behind_word(tokens: list[Token]) -> list[Token]:
    """``Gradient $g$``, ``Loss L(w)``: the symbol behind the word that says what it is."""
    if len(tokens) < 2 or tokens[0].kind != NAME or tokens[1].kind not in (NAME, DERIVATIVE):
        return tokens
    word, symbol = tokens[0].value, tokens[1].value.partition("#")[0].removeprefix("hat:")
    is_word = word.isalpha() and word not in GREEK_NAMES and word not in FUNCTIONS
    is_word = is_word and (len(word) > 2 or not word.isascii())
    is_word = is_word and tokens[0].end - tokens[0].start == len(word)  # and no sign, ∇ or \\nabla
    is_symbol = tokens[1].kind == DERIVATIVE or len(symbol) == 1 or symbol in GREEK_NAMES
    if not (is_word and is_symbol) or tokens[1].start == tokens[0].end:
        return tokens
    if len(tokens) > 2 and tokens[2].value not in ("_", "^") and tokens[2].kind not in (INDEX, POWER, OPEN):
        return tokens
    said, meant = set(roles_of(word)), set(roles_of(symbol))
    if Role.GRADIENT in said and any(token.kind == OPEN for token in tokens):
        return tokens  # grad f(x)
    return tokens if said and meant and not said & meant else tokens[1:]


def _named_behind(tokens: list[Token]) -> list[Token]:
    """``actual output Y``: the name behind words that say what it is."""
    if not 1 < len(tokens) < 4 or any(token.kind != NAME or "#" in token.value for token in tokens[:-1]):
        return tokens
    *words, name = tokens
    called = name.value.partition("#")[0]
    if name.kind != NAME or len(called) > 2 or any(len(word.value) < 3 for word in words):
        return tokens
    said = {role for word in words for role in roles_of(word.value)}
    return [name] if said & set(roles_of(called)) else tokens


def _of_row(subject: Expr) -> Expr:
    """``x_i`` in a heading is the x of each row: the letter that counts rows is left out."""
    if isinstance(subject, Apply):
        return replace(subject, arg=_without_counters(subject.arg))
    if isinstance(subject, Power):
        return replace(subject, base=_of_row(subject.base))
    if not isinstance(subject, Symbol):
        return subject
    index = tuple(part for part in subject.index if part not in ("i", "k", "n", "t"))
    upper = tuple(part for part in subject.upper if part not in ("i", "k", "n", "t"))
    if index == subject.index and upper == subject.upper:
        return subject
    return replace(subject, index=index, upper=upper)


def _without_remarks(tokens: Sequence[Token]) -> list[Token]:
    """A heading without its words, and without brackets that hold nothing else: ``x (steep side)``."""
    kept: list[Token] = []
    for token in tokens:
        if token.kind == WORD:
            continue
        if token.kind == CLOSE and kept and kept[-1].kind == OPEN and tokens[0] is not kept[-1]:
            kept.pop()
        else:
            kept.append(token)
    return kept


def _changes(tokens: list[Token]) -> list[Token]:
    """``delta-w`` as the change of w, where it is no difference."""
    if (
        len(tokens) > 2
        and tokens[0].value == "delta"
        and tokens[1].value == "-"
        and tokens[2].value.partition("#")[0] in ("w", "b")
    ):
        return [Token(NAME, "d" + tokens[2].value, tokens[0].start, tokens[2].end), *tokens[3:]]
    return tokens


def _parts(tokens: Sequence[Token]) -> list[list[Token]]:
    """Names that one heading lists: ``w_1, w_2, b`` or ``(Δw1 Δw2 Δb)``."""
    if len(tokens) > 2 and tokens[0].kind == OPEN and tokens[-1].kind == CLOSE:
        tokens = tokens[1:-1]
        if all(token.kind == NAME for token in tokens):
            return [[token] for token in tokens]
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.kind == OPEN) - (token.kind == CLOSE)
        if token.kind == SEPARATOR and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def _subject(part: Sequence[Token]) -> Expr | None:
    """The quantity that a heading names, words and explanations left out."""
    if [token.kind for token in part[-3:]] == [OPEN, NAME, CLOSE] and len(part) > 4:  # w x + b - y (error)
        name = part[-2].value
        if len(name) > 3 and roles_of(name):
            return Symbol(name, span=part[-2].span)
    try:
        expr = name_with_place(part) or expression(part)
    except (NotReadError, InputError):
        first = next((token for token in part if token.kind == NAME), None)
        if first is None:
            return None
        name, _, digits = first.value.partition("#")
        return Symbol(name, (int(digits),) if digits.isdigit() else ()) if roles_of(name) else None
    return _quantity(expr)


def _is_error(name: str) -> bool:
    return Role.ERROR in roles_of(name)[:1]


def _quantity(expr: Expr) -> Expr | None:
    match expr:
        case Symbol() | Apply():
            return expr
        case Power(base=Symbol(name=name), exponent=Number(value=two)) if two == 2 and _is_error(name):
            return expr
        case Sum(terms=terms) if _is_difference(terms):
            return Symbol("error", span=expr.span)  # t - y
        case Power(base=Sum(terms=terms), exponent=Number(value=two)) if two == 2 and _is_difference(terms):
            return replace(expr, base=Symbol("error", span=expr.base.span))  # (t - y)^2
        case Sum(terms=terms) if _weighs(terms):
            return Symbol("z", span=expr.span)  # w x + b
        case Product():
            known = [f for f in expr.factors if isinstance(f, Symbol) and roles_of(f.name)]
            if len(known) == len(expr.factors) == 2 and {roles_of(f.name)[0] for f in known} == {
                Role.WEIGHT,
                Role.FEATURE,
            }:
                return Symbol("z", span=expr.span)  # x·w
            if (
                known
                and all(roles_of(f.name)[0] is roles_of(known[0].name)[0] for f in known)
                and len(known) < 3
            ):
                rest = [f for f in expr.factors if isinstance(f, Symbol | Sum) and f not in known]
                return None if rest else known[-1]
        case Vector():
            return None
    return None


def _is_difference(terms: Sequence[Expr]) -> bool:
    """Whether terms are a target and an output, which may be written out, with opposite signs: ``t - y``, ``w x + b - y``."""
    match terms:
        case (Symbol(), Negative(arg=Symbol())):
            return True
        case (Apply(), Negative(arg=Symbol(name=name))) | (Symbol(name=name), Negative(arg=Apply())):
            return _is_target(name)  # h(x) - y
        case (Symbol(name=name), Negative(arg=Sum(terms=inner))):
            return _is_target(name) and _weighs(inner)
        case (Sum(terms=inner), Negative(arg=Symbol(name=name))):
            return _is_target(name) and _weighs(inner)
        case (*inner, Negative(arg=Symbol(name=name))):
            return _is_target(name) and _weighs(inner)
    return False


def _is_target(name: str) -> bool:
    return Role.TARGET in roles_of(name)[:1]


def _weighs(terms: Sequence[Expr]) -> bool:
    """Whether terms are a net input: a weight times an input, and others of that kind or parameters alone."""
    products = 0
    for term in terms:
        inner = term.arg if isinstance(term, Negative) else term
        factors = inner.factors if isinstance(inner, Product) else (inner,)
        roles = [set(roles_of(each.name)) if isinstance(each, Symbol) else set() for each in factors]
        if len(roles) == 1 and roles[0] & _PARAMETERS:
            continue
        if len(roles) != 2 or not any(
            Role.FEATURE in a and Role.WEIGHT in b for a, b in (roles, roles[::-1])
        ):
            return False
        products += 1
    return products > 0


def is_result_table(columns: Sequence[Column]) -> bool:
    """Whether a table holds what was worked out, and not only what is given."""
    roles = [role for each in columns for role in each.roles]
    if any(role in _WORKED or role in _PARAMETERS for role in roles) or any(each.after for each in columns):
        return True
    if {Role.PREDICTION, Role.TARGET, Role.FEATURE} <= set(roles):
        return True
    if (
        any(each.counts == "epoch" for each in columns)
        and roles
        and set(roles) <= {Role.FEATURE, Role.TARGET}
    ):
        return True  # data do not come by steps
    if any(each.counts == "epoch" for each in columns) and any(each.tells_rates for each in columns):
        return True  # a rate that shrinks
    if sum(_is_of_descent(each) for each in columns) > (0 if any(each.counts for each in columns) else 1):
        return True
    return Role.OUTPUT in roles and (Role.TARGET in roles or Role.FEATURE in roles)


def _is_of_descent(each: Column) -> bool:
    """Whether a column tells a slope or the next value of a variable, which no table of data does."""
    return any(
        isinstance(subject, Symbol) and (subject.name.startswith("dL/d") or "new" in subject.marks)
        for subject in each.subjects
    )


def row_items(
    source: Source,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Span]],
    lexed: Lexer,
    stated: Callable[[Span], list[Item]],
) -> list[Item]:
    """Labels and claims of the rows, in the order in which they are worked.

    `stated` reads a cell that holds statements of its own, such as ``w = [0, 0.2], b = 0``.
    """
    if columns and only_counts(source, columns[0], [row[0] for row in rows if row]):
        columns = [Column(counts="row"), *columns[1:]]
    columns = _with_class(_with_counts(columns))
    columns = _with_parts(columns)
    columns = _with_squares(source, _with_bias_input(source, columns, rows), rows, lexed)
    working = worked_columns(source.text, rows, lexed)
    headings = [
        None if each.subjects and each.heading and is_product(each.heading) else each.heading
        for each in columns
    ]
    multiplied = products(source, headings, rows, lambda cell: number_alone(lexed(cell)))
    fixed = [at for at, each in enumerate(columns) if _is_threshold(source, each, at, rows)]
    before = _weights_first([Column() if at in fixed else each for at, each in enumerate(columns)])
    data = _data_columns(source, columns, rows)
    items: list[Item] = []
    samples: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows):
        if _left_out(source, row):
            items.append(Heading(row[0], source.line(row[0].start)))
            continue
        if number > 1 and sums_up(source, row):
            items += totals(source, rows[:number], row, lexed)
            continue
        label = _label(source, columns, row, samples)
        first: list[Item] = []
        rest: list[Item] = []
        for at, (each, cell) in enumerate(zip(columns, row, strict=False)):
            if (product := multiplied.get(at, {}).get(number)) is not None:
                rest.append(product)
                continue
            found = lexed(cell)
            if each.counts and not states(found):
                if not _holds_list(source, cell):
                    continue
                each = data.get(at, _INPUT)
            named = _named_by_row(each, lexed(row[0])) if at else each
            value, words = _value_and_words(found)
            claims = stated(cell) if states(found) else _cell(source, named, value)
            if words and not states(found):
                claims = [*claims, *stated(Span(words[0].start, cell.end))]
            if at - 1 in working and not _names_quantities(columns[at - 1]):
                told = first if at - 1 in before else rest
                claims = claims or _cell(source, _of_row_or_result(lexed(row[0]), at), value)
                if told and isinstance(told[-1], Claim) and row[at - 1].start <= told[-1].span.start:
                    claims = _value_of(told.pop(), named, claims)
                else:
                    claims = _behind_working(source, claims, columns[at - 1], lexed(row[at - 1]))
            elif named.mark == "new":
                claims = _behind_working(source, claims, columns[at - 1], lexed(row[at - 1]))
            (first if at in before else rest).extend(claims)
        rest = _without_old_ones(rest)
        if row is rows[0] and _is_start(columns, [*first, *rest]):
            items += [Heading(row[0], source.line(row[0].start), start=True), *first, *rest]
            continue
        items += first
        if label is None and rest and (shown := sample_of_cells(source, row)) is not None:
            items.append(shown)
        if label is not None and (first or rest):
            items.append(
                replace(label, features=_given(rest, Role.FEATURE), targets=_given(rest, Role.TARGET))
            )
        items += rest
    return items


def tells_new_values(columns: Sequence[Column], rows: Sequence[Sequence[Span]], lexed: Lexer) -> bool:
    """Whether a column has the new values of the parameters that the rows name: ``parameter | old | new``."""
    if not any(each.mark == "new" for each in columns[1:]) or columns[0].roles:
        return False
    heads = [name_of_row(lexed(row[0])) for row in rows if row]
    named = [_subject(head) for head in heads if head]
    return (
        bool(named)
        and len(named) == len(rows)
        and all(isinstance(name, Symbol) and set(roles_of(name.name)[:1]) & _PARAMETERS for name in named)
    )


def _named_by_row(each: Column, head: Sequence[Token]) -> Column:
    """A column of new values, or of slopes or changes, of what the first cell of the row names."""
    of_any = all(
        isinstance(subject, Symbol) and not subject.index and not subject.name.startswith("dL")
        for subject in each.subjects
    )
    slopes = each.roles == {Role.GRADIENT} and of_any
    changes = each.roles == {Role.CHANGE} and of_any
    if each.mark not in ("new", "old") and not slopes and not changes:
        return each
    name = _subject([token for token in head if token.kind not in (SEPARATOR, WORD)])
    if not isinstance(name, Symbol):
        return each
    if changes:
        return Column((Symbol(f"d{name.name.lower()}", name.index, span=name.span),))
    if slopes:
        weight = name.name in ("w", "W", "theta")
        by = "dL/dw" if weight else f"dL/d{name.name}"
        return Column((Symbol(by, name.index, ("",), span=name.span),))
    return Column((replace(name, marks=(*name.marks, each.mark)),), mark=each.mark)


def _without_old_ones(claims: list[Item]) -> list[Item]:
    """A row without the old value of what it works out anew: ``w_1 | 0.5 | 0.5 - 0.1 · 2 = 0.3`` says it twice."""
    worked = {
        (claim.subject.name, claim.subject.index)
        for claim in claims
        if isinstance(claim, Claim)
        and isinstance(claim.subject, Symbol)
        and "new" in claim.subject.marks
        and len(claim.links) > 1
    }
    return [
        claim
        for claim in claims
        if not (
            isinstance(claim, Claim)
            and isinstance(claim.subject, Symbol)
            and "old" in claim.subject.marks
            and (claim.subject.name, claim.subject.index) in worked
        )
    ]


def name_of_row(head: Sequence[Token]) -> list[Token]:
    """The tokens of the quantity that the first cell of a row names; none if it names none."""
    left = [token for token in plain(head) if token.kind != WORD]
    if not left or any(token.kind in (RELATION, SEPARATOR) for token in left):
        return []
    return left if _is_name(_subject(left)) else []


def formula_of_row(head: Sequence[Token]) -> list[Token]:
    """The tokens of the formula that the first cell of a row states for its quantity, ``e = t - y``; none if it states none."""
    kept = plain(head)
    first = next((k for k, token in enumerate(kept) if token.kind == RELATION), 0)
    name, rest = name_of_row(kept[:first]), kept[first:]
    if not name or len(rest) < 2 or any(token.kind in (SEPARATOR, WORD) for token in rest):
        return []
    signs = [token for token in rest if token.kind == RELATION]
    return [*name, *rest] if all(sign.value == "=" for sign in signs) and rest[-1] is not signs[-1] else []


def _is_name(subject: Expr | None) -> bool:
    """Whether it is a name, or a function of one: ``w``, ``f'(net)``."""
    return isinstance(subject, Symbol) or (isinstance(subject, Apply) and isinstance(subject.arg, Symbol))


def _behind_working(
    source: Source, claims: list[Item], before: Column, working: Sequence[Token]
) -> list[Item]:
    """A new value with the expression of the cell in front of it: ``0.5 - 0.1 * 0.024 | 0.498``."""
    claim = claims[0] if len(claims) == 1 else None
    if before.subjects or before.mark or not isinstance(claim, Claim) or len(claim.links) != 1:
        return claims
    worked = _cell(source, Column((Symbol("working"),)), working)
    shown = worked[0] if len(worked) == 1 else None
    if not isinstance(shown, Claim) or as_written(shown.links[0].expr) is not None or len(shown.links) > 1:
        return claims
    return [replace(claim, span=shown.span.cover(claim.span), links=(*shown.links, *claim.links))]


def _of_row_or_result(head: Sequence[Token], at: int) -> Column:
    """What a column of values without a heading that says so is about: what the row names."""
    name = _subject(name_of_row(head)) if at > 1 and name_of_row(head) else None
    return Column((name or Symbol("result"),))


def _names_quantities(each: Column) -> bool:
    """Whether a heading names a quantity that is known."""
    return bool(each.roles)


def _value_of(working: Item, named: Column, value: list[Item]) -> list[Item]:
    """A cell that says itself what it works out, with the value of the cell behind it."""
    claim = value[0] if len(value) == 1 else None
    if not isinstance(working, Claim) or not isinstance(claim, Claim) or len(claim.links) != 1:
        return [working, *value]
    subject = working.subject
    links = (*working.links, *claim.links)
    if not isinstance(subject, Symbol) and subject is not None and named.roles:
        stated = Link("=", subject, subject.span or working.span)
        subject, links = claim.subject, (stated, *links)  # dL/dw | δ x = 0.2 · 3 | 0.6
    return [replace(working, span=working.span.cover(claim.span), subject=subject, links=links)]


def is_turned(columns: Sequence[Column], rows: Sequence[Sequence[Span]], lexed: Lexer) -> bool:
    """Whether the rows are quantities, named by their first cell, and the columns are steps."""
    if len(columns) < 2 or any(each.subjects or each.mark for each in columns[1:]):
        return False
    if _counts_by_letters([lexed(row[0]) for row in rows if row]):
        return False
    named = [row for row in rows if _head(row, lexed).roles & (_PARAMETERS | _WORKED)]
    return len(named) > 1 and 3 * len(named) >= 2 * len(rows)


def _counts_by_letters(heads: Sequence[Sequence[Token]]) -> bool:
    """Whether rows begin with a, b, c, ..., maybe with a bracket: questions are counted so, and quantities are not."""
    letters = [token.value for head in heads for token in head[:3] if token.kind in (NAME, WORD)]
    return len(letters) == len(heads) > 2 and [each.lower() for each in letters] == [
        chr(ord("a") + k) for k in range(len(letters))
    ]


def _head(row: Sequence[Span], lexed: Lexer) -> Column:
    return column("", lexed(row[0])) if row else Column()


def turned_items(
    source: Source,
    header: Sequence[Span],
    rows: Sequence[Sequence[Span]],
    lexed: Lexer,
    stated: Callable[[Span], list[Item]],
) -> list[Item]:
    """Labels and claims of a table whose rows are quantities, step by step."""
    items: list[Item] = []
    labels = [_label_of_column(source, cell) for cell in header[1:]]
    counts = sum(label.epoch is not None for label in labels) > 1
    for at, label in enumerate(labels, 1):
        items.append(label)
        for row in rows:
            if at < len(row):
                found = lexed(row[at])
                told = stated(row[at]) if states(found) else _cell(source, _head(row, lexed), found)
                beside = counts and label.epoch is None  # "Epoch 1 | Epoch 2 | Optimum"
                items += [_as_supposed(item) for item in told] if beside else told
    return items


def _label_of_column(source: Source, cell: Span) -> Heading:
    """The label that a column of steps has, with the epoch that it counts."""
    line = source.line(cell.start)
    found = heading(source.text, cell.start, cell.end, line)
    return Heading(cell, line, None if found is None else found[0].epoch)


def _as_supposed(item: Item) -> Item:
    """A value that is of no step; what has a star on it says so itself."""
    if not isinstance(item, Claim) or "star" in getattr(item.subject, "marks", ()):
        return item
    return replace(item, supposed=True)


def cell_items(
    source: Source, cell: Span, each: Column, lexed: Lexer, stated: Callable[[Span], list[Item]]
) -> list[Item]:
    """What a cell says: statements of its own, or the value of its column."""
    found = lexed(cell)
    return stated(cell) if states(found) else _cell(source, each, found)


def value_of_row(source: Source, row: Sequence[Span], cell: Span, lexed: Lexer) -> list[Item]:
    """What a cell says of the quantity that the first cell of its row names."""
    found = lexed(cell)
    return [] if states(found) else _cell(source, _head(row, lexed), found)


def only_counts(source: Source, first: Column, cells: Sequence[Span]) -> bool:
    """Whether the first column is a letter that counts rows: ``k`` over 0, 1, 2, ..., 10."""
    letters = [
        subject.name for subject in first.subjects if isinstance(subject, Symbol) and not subject.index
    ]
    if len(letters) != 1 or letters[0] not in ("k", "i", "n", "t") or len(cells) < 2:
        return False
    texts = [source.extract(cell).strip(" $*`") for cell in cells]
    counted = [int(text) for text in texts if text.isascii() and text.isdigit()]
    gaps = [text for text in texts if not any(char.isalnum() for char in text)]
    if len(counted) + len(gaps) < len(texts) or len(counted) < 2 or counted[0] not in (0, 1):
        return False
    ahead = len(counted) if not gaps else 2  # a gap may leave out any number of rows
    in_order = all(first < second for first, second in pairwise(counted))
    return in_order and counted[:ahead] == list(range(counted[0], counted[0] + ahead))


def _with_counts(columns: Sequence[Column]) -> Sequence[Column]:
    """``epoch | w1 | w2 | b | errors``: how many samples were wrong, where the rows are epochs and no samples."""
    roles = {role for each in columns for role in each.roles}
    of_samples = roles & {Role.FEATURE, Role.TARGET, Role.NET_INPUT, Role.OUTPUT, Role.CHANGE}
    counted = "sample" if of_samples else "epoch"
    columns = [replace(each, counts=counted) if each.counts == "iteration" else each for each in columns]
    if of_samples or not any(each.counts == "epoch" for each in columns):
        return columns
    return [Column((Symbol(COUNTED),)) if each.errors else each for each in columns]


def _with_class(columns: Sequence[Column]) -> Sequence[Column]:
    """``x1 x2 class w·x g(w·x)``: a class between the inputs and what is worked out from them is the wanted one."""
    if any(Role.TARGET in each.roles for each in columns):
        return columns
    places = [at for at, each in enumerate(columns) if each.subjects == (_CLASS,)]
    inputs = [at for at, each in enumerate(columns) if each.roles == {Role.FEATURE}]
    if len(places) != 1 or not inputs or inputs[-1] > places[0]:
        return columns
    worked = any(each.roles & {Role.NET_INPUT, Role.OUTPUT} for each in columns[places[0] + 1 :])
    if not worked:
        return columns
    return [*columns[: places[0]], Column((Symbol("target"),)), *columns[places[0] + 1 :]]


def _with_bias_input(
    source: Source, columns: Sequence[Column], rows: Sequence[Sequence[Span]]
) -> Sequence[Column]:
    """``x1 x2 b t ... w1 w2 b``: of two columns of a bias the one among the inputs, always 1, is its input."""
    places = [at for at, each in enumerate(columns) if each.roles == {Role.BIAS}]
    if len(places) < 2 or not any(each.roles & {Role.FEATURE} for each in columns[: places[0]]):
        return columns
    first = places[0]
    cells = {source.extract(row[first]).strip(" $*`+") for row in rows if len(row) > first}
    if len(cells - {""}) != 1 or not cells <= {"1", "-1", "−1", ""}:
        return columns
    return [*columns[:first], Column((Symbol("x", (0,)),)), *columns[first + 1 :]]


def _with_squares(
    source: Source, columns: Sequence[Column], rows: Sequence[Sequence[Span]], lexed: Lexer
) -> Sequence[Column]:
    """``t - y ... Error`` over 0.7 and 0.49: of two columns of errors the one with the squares is a loss."""
    places = [at for at, each in enumerate(columns) if each.roles == {Role.ERROR}]
    if len(places) != 2:
        return columns
    first, second = ([_number_in(source, row, at, lexed) for row in rows] for at in places)
    pairs = [
        (e, square) for e, square in zip(first, second, strict=True) if e is not None and square is not None
    ]
    fitting = sum(
        any(
            is_rounding(square.value, e.value**2 / part, square.places)
            or is_truncation(square.value, e.value**2 / part, square.places)
            for part in (1, 2)
        )
        for e, square in pairs
    )
    if 2 * fitting <= len(pairs) or all(e.value == square.value for e, square in pairs):
        return columns
    return [*columns[: places[1]], Column((Symbol("loss"),)), *columns[places[1] + 1 :]]


def _number_in(source: Source, row: Sequence[Span], at: int, lexed: Lexer) -> Written | None:
    """The number that a cell ends with."""
    claims = _cell(source, Column((Symbol("error"),)), lexed(row[at])) if at < len(row) else []
    last = claims[-1] if claims else None
    return as_written(last.links[-1].expr) if isinstance(last, Claim) and last.links else None


def _left_out(source: Source, row: Sequence[Span]) -> bool:
    """Whether a row says that rows are left out here."""
    cells = [source.extract(cell).strip(" $*`") for cell in row]
    shown = [cell for cell in cells if cell]
    return bool(shown) and all(
        cell in ("\\vdots", "\\dots", "\\ldots", "\\cdots") or not cell.strip(". …⋮•·∙") for cell in shown
    )


def _is_start(columns: Sequence[Column], told: Sequence[Item]) -> bool:
    """Whether a row tells weights only, where others have data too: what the run starts from."""
    roles = {role for each in columns for role in each.roles}
    subjects = [item.subject for item in told if isinstance(item, Claim)]
    if not subjects or len(subjects) < len(told) or Role.FEATURE not in roles:
        return False
    return all(
        isinstance(subject, Symbol) and frozenset(roles_of(subject.name)[:1]) <= _PARAMETERS
        for subject in subjects
    )


def _holds_list(source: Source, cell: Span) -> bool:
    """Whether a cell that should count rows shows the row's data: ``1 0 1``."""
    parts = source.extract(cell).strip(" $*`()[]").replace(",", " ").split()
    return len(parts) > 1 and all(part.lstrip("+-−").replace(".", "").isdigit() for part in parts)


_COMPARISONS = frozenset({"<", ">", "<=", ">=", "≤", "≥"})
_CLASS = Symbol("class")
_INPUT = Column((Symbol("x"),))


def _data_columns(
    source: Source, columns: Sequence[Column], rows: Sequence[Sequence[Span]]
) -> dict[int, Column]:
    """Columns that show a row's inputs with its target behind them, where no other column has it."""
    if any(Role.TARGET in each.roles for each in columns):
        return {}
    weights = {subject for each in columns if each.roles == {Role.WEIGHT} for subject in each.subjects}
    names = (*(Symbol("x", (k + 1,)) for k in range(len(weights))), Symbol("target"))
    return {
        at: Column(names)
        for at, each in enumerate(columns)
        if each.counts and lists_with_target(source, [row[at] for row in rows if at < len(row)], len(weights))
    }


def _is_threshold(source: Source, each: Column, at: int, rows: Sequence[Sequence[Span]]) -> bool:
    """Whether a column of θ is the same in every row: no weight that is learned."""
    named = [subject.name for subject in each.subjects if isinstance(subject, Symbol) and not subject.index]
    return named == ["theta"] and len({source.extract(row[at]).strip() for row in rows if at < len(row)}) == 1


def _weights_first(columns: Sequence[Column]) -> frozenset[int]:
    """Columns of weights that a row starts from."""
    weights = [at for at, each in enumerate(columns) if each.roles & _PARAMETERS and not _marked(each, "new")]
    worked = [
        at
        for at, each in enumerate(columns)
        if each.roles & (_WORKED | {Role.OUTPUT}) and not each.roles & _PARAMETERS
    ]
    if not weights or not worked:
        return frozenset()
    return frozenset(weights) if max(weights) < min(worked) else frozenset()


def _marked(each: Column, mark: str) -> bool:
    return any(isinstance(subject, Symbol) and mark in subject.marks for subject in each.subjects)


def _label(
    source: Source, columns: Sequence[Column], row: Sequence[Span], samples: dict[tuple[str, ...], int]
) -> Heading | None:
    """Where a row stands: its epoch, and its sample by number or by its data."""
    after = next((each.after for each in columns if each.after is not None), None)
    number: dict[str, int] = {}  # by what is counted; of epochs and steps within them the epochs
    for each, cell in zip(columns, row, strict=False):
        counted = _COUNT.match(source.extract(cell)) if each.counts else None
        if counted is not None:
            number.setdefault(each.counts, int(counted[1]))
    epoch, sample, ordinal = number.get("epoch", after), number.get("sample"), number.get("row")
    given = tuple(
        source.extract(cell).strip(" $*`")
        for each, cell in zip(columns, row, strict=False)
        if each.roles & {Role.FEATURE} or (each.roles & {Role.TARGET} and not each.roles & {Role.OUTPUT})
    )
    if given and all(given):
        shows_data = any(each.roles & {Role.FEATURE} for each in columns)
        if shows_data or ordinal is None:
            numbered = samples.setdefault(given, len(samples) + 1)
            sample = numbered if sample is None or (shows_data and sample > 4 * len(samples)) else sample
        else:
            sample = sample or ordinal  # many rows may have one target
    if epoch is None and sample is None and ordinal is None:
        return None
    span = row[0]
    return Heading(span, source.line(span.start), epoch, sample, ordinal)


def _given(claims: Sequence[Item], role: Role) -> tuple[Fraction, ...]:
    """Numbers of a row that may be its features, or its target: one name can mean either an output or a target."""
    found = []
    for claim in claims:
        if isinstance(claim, Claim) and isinstance(claim.subject, Symbol) and len(claim.links) == 1:
            number = claim.links[0].expr
            value = number.arg if isinstance(number, Negative) else number
            if claim.subject.index == (0,):
                continue  # the input of the bias
            if role in roles_of(claim.subject.name) and isinstance(value, Number):
                found.append(-value.value if isinstance(number, Negative) else value.value)
    return tuple(found)


def _value_and_words(found: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """``-1 → update b to -0.9``: the value of a cell, and what is said behind it of other quantities."""
    end = 0
    while end < len(found) and (
        found[end].kind == NUMBER
        or (found[end].kind == OPERATOR and found[end].value in "+-")
        or (found[end].kind == SEPARATOR and found[end].value in "$ ")
    ):
        end += 1
    rest = found[end:]
    if rest and rest[0].kind == OPERATOR:  # 1.6^2 + 2 · 0.36 = 3.28, which has fallen
        return found, []
    numbers = sum(token.kind == NUMBER for token in found[:end])
    told = any(token.kind == WORD for token in rest) and any(token.kind == NAME for token in rest)
    if numbers != 1 or not told or not any(token.kind == NUMBER for token in rest):
        return found, []
    return found[:end], rest[1:] if rest[0].value in ("→", ",", ";", ":", "⇒", "(") else rest


def states(found: Sequence[Token]) -> bool:
    """Whether a cell says itself what it is about: ``b = -0.2``."""
    inside = [token for token in found if token.kind not in (SEPARATOR, WORD) and token.value != ""]
    return bool(inside) and inside[0].kind == NAME and any(token.kind == RELATION for token in inside)


def _cell(source: Source, each: Column, found: Sequence[Token]) -> list[Item]:
    """Claims of one cell."""
    found = [token for token in found if not (token.kind == SEPARATOR and token.value in ("$", " "))]
    found = [token for token in found if not (token.kind == COMMAND and token.value == "")]
    found = _without_reason(_after_arrow(found))
    while found and (found[-1].kind == WORD or found[-1].value == "^"):
        found.pop()
    while found and found[0].value == "^":  # **0.5**
        del found[0]
    if not found or any(token.kind == WORD for token in found):
        return []
    sides: list[list[Token]] = [[]]
    relations: list[Token] = []
    depth = 0
    for token in found:
        depth += (token.kind == OPEN) - (token.kind == CLOSE)
        if token.kind == RELATION and depth <= 0 and token.value in ("=", "≈", "→"):
            sides.append([])
            relations.append(token)
        else:
            sides[-1].append(token)
    try:
        links = [_link(relations[k - 1] if k else None, side) for k, side in enumerate(sides) if side]
    except (NotReadError, InputError):
        return []
    if not links or not is_numeric(links[-1].expr):
        return []
    return _claims(source, each, links, Span(found[0].start, found[-1].end))


def _with_parts(columns: Sequence[Column]) -> Sequence[Column]:
    """``(a, b) | ∇f(a, b)``: the components of a gradient are the slopes by the variables of the place beside it."""
    widths = {len(each.subjects) for each in columns} - {0, 1}
    if len(widths) != 1:
        return columns
    return [replace(each, parts=max(widths)) if _is_gradient(each) else each for each in columns]


def _is_gradient(each: Column) -> bool:
    """Whether a column has ``∇f`` at a place."""
    whole = each.subjects[0] if len(each.subjects) == 1 else None
    return (
        isinstance(whole, Symbol) and whole.name.startswith("dL/d") and bool(whole.marks) and not whole.index
    )


def _after_arrow(found: list[Token]) -> list[Token]:
    """``0.5 → **0.3**``: what a value changes to."""
    at = next((k for k, token in enumerate(found) if token.kind == RELATION and token.value == "→"), None)
    if not at:
        return found
    parts = [[token for token in part if token.value != "^"] for part in (found[:at], found[at + 1 :])]
    plain = all(part and part[-1].kind == NUMBER and len(part) < 3 for part in parts)
    return parts[1] if plain else found


def _without_reason(found: list[Token]) -> list[Token]:
    """``+1 (0 ≥ 0)``, ``-1 (wrong)``: a value without the words, or the comparison, that stand behind it in brackets."""
    value = 1 + (bool(found) and found[0].kind == OPERATOR and found[0].value in "+-")
    rest = found[value:]
    if len(rest) < 3 or found[value - 1].kind != NUMBER or rest[0].kind != OPEN or rest[-1].kind != CLOSE:
        return found
    inside = rest[1:-1]
    closed = all(token.kind not in (OPEN, CLOSE) for token in inside)
    told = any(
        token.kind == WORD or (token.kind == RELATION and token.value in _COMPARISONS) for token in inside
    )
    return found[:value] if closed and told else found


def _link(relation: Token | None, side: Sequence[Token]) -> Link:
    items = _listed(side)
    span = Span(side[0].start, side[-1].end)
    value = "≈" if relation is not None and relation.value == "≈" else "="
    if items is not None:
        return Link(value, Vector(tuple(parse(item)[0] for item in items), span=span), span)
    expr, readings = parse(side)
    return Link(value, expr, span, readings)


def _listed(side: Sequence[Token]) -> list[list[Token]] | None:
    """Numbers in a row with blanks between them: ``1 0 -1``, ``(1 0 -1)``."""
    inner = side[1:-1] if len(side) > 2 and side[0].kind == OPEN and side[-1].kind == CLOSE else side
    items: list[list[Token]] = []
    for at, token in enumerate(inner):
        if token.kind == NUMBER:
            if at and inner[at - 1].kind == OPERATOR and items and len(items[-1]) == 1:
                items[-1].append(token)
            else:
                items.append([token])
        elif (
            token.kind == OPERATOR
            and token.value in "+-"
            and at + 1 < len(inner)
            and inner[at + 1].start == token.end
        ):
            if at and inner[at - 1].end == token.start:
                return None
            items.append([token])
        elif token.kind == SEPARATOR and token.value in ",;" and items and at + 1 < len(inner):
            continue
        else:
            return None
    return items if len(items) > 1 else None


def _claims(source: Source, each: Column, links: Sequence[Link], span: Span) -> list[Item]:
    """One claim for each quantity of a cell."""
    line = source.line(span.start)
    subjects = each.subjects
    try:
        listed = [components(link.expr) for link in links]
    except ShapeError:
        return []
    sizes = {None if parts is None else len(parts) for parts in listed}
    if sizes == {None}:
        if len(subjects) == 1:
            formula = each.heading if isinstance(each.heading, Sum) else each.formula  # t - y
            return [Claim(span, line, subjects[0], tuple(links), formula=formula)]
        return [Claim(span, line, None, tuple(links))] if len(links) > 1 else []
    if len(sizes) != 1:
        return []
    count = sizes.pop() or 0
    whole = subjects[0] if len(subjects) == 1 else None
    if isinstance(whole, Symbol):
        # a list of numbers that is neither weights nor changes, and not of all rows, is the input
        name = whole if each.roles & (_VECTORS | _OF_ROWS) else Symbol("x", span=whole.span)
        subjects = tuple(replace(name, index=(k + 1,)) for k in range(count))
    if len(subjects) != count:
        return []
    parts = [[part[k] for part in listed if part is not None] for k in range(count)]
    return [
        Claim(
            parts[k][0].span or span,
            line,
            subject,
            tuple(
                Link(link.relation, part, part.span or span)
                for link, part in zip(links, parts[k], strict=True)
            ),
            part=k if each.roles & _OF_ROWS or count == each.parts else None,
        )
        for k, subject in enumerate(subjects)
    ]

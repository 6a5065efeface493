"""What the heading of a column says: ``Δw1``, ``Net z = w·x + b``, ``New w_1, w_2, b``, or a count of epochs or samples."""

import re
from collections.abc import Sequence
from dataclasses import replace

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Apply, Expr, Power, Symbol
from deltarule.errors import InputError
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.column_quantities import OF_ROWS, quantity_of
from deltarule.reading.counts import is_count
from deltarule.reading.headings import COUNTING_STEMS, EPOCH_STEMS, NAMED_ROWS, SAMPLE_STEMS
from deltarule.reading.not_read import NotReadError
from deltarule.reading.plain import expression
from deltarule.reading.scripts import MARKS
from deltarule.reading.token import (
    CLOSE,
    COMMAND,
    DERIVATIVE,
    INDEX,
    NAME,
    NUMBER,
    OPEN,
    POWER,
    RELATION,
    SEPARATOR,
    WORD,
    Token,
)
from deltarule.reading.token_words import FUNCTIONS, GREEK_NAMES
from deltarule.records import record
from deltarule.spans import Span

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
# words that name a quantity only where they head a column
_HEADED = {
    **dict.fromkeys(("ist", "istwert", "ist-ausgabe", "actual output", "obtenido", "obtenida", "obtido", "obtida", "obtenu", "ottenuto"), "output"),
    **dict.fromkeys(("soll", "sollwert", "soll-ausgabe", "zielwert", "deseado", "deseada", "esperado", "desejado", "desejada", "désiré", "désirée", "desiderato", "atteso", "期望输出", "期望值", "目标值", "目標値", "教師信号", "正解", "требуемый"), "target"),
    **dict.fromkeys(("netto", "netz", "netzeingabe", "nettoeingabe", "neta", "entrada neta", "nette", "entrée nette", "netto input", "net-input", "ingresso netto", "entrada líquida", "净输入", "総入力", "взвешенная сумма", "summe", "somme pondérée", "suma ponderada"), "net"),
    **dict.fromkeys(("错误", "誤差", "误差", "abweichung", "écart", "scarto", "desvio", "desviación"), "error"),
}  # fmt: skip
MAX_STATED = 30  # tokens of a formula in a heading


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
    subjects = tuple(_of_row(subject) for part in _parts(left) if (subject := quantity_of(part)) is not None)
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
    if Role.WEIGHT not in roles and not roles & OF_ROWS:
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

"""How a solution looks on the page: notations for numbers, symbols and expressions, and layouts of lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.marking.arithmetic import Call, Minus, Node, Quantity, Ratio, Square, Sum, Times, Use
from benchmarks.marking.authors import Worked
from benchmarks.marking.names import Names
from benchmarks.marking.tasks import Task

LATEX, UNICODE, ASCII = 0, 1, 2
_SUB = str.maketrans("0123456789()i", "₀₁₂₃₄₅₆₇₈₉₍₎ᵢ")


@dataclass(frozen=True)
class Habits:
    """What is a matter of taste.

    Attributes
    ----------
    medium : int
        LaTeX, Unicode or ASCII.
    times : str
        The sign of a product.
    bracket : bool
        Negative numbers within a sum get brackets; otherwise their minus becomes the sum's.
    juxtaposed : bool
        No product sign before a bracket.
    approx : bool
        ``≈`` where a value is rounded; otherwise always ``=``.
    comma : bool
        Decimal commas.
    new : str
        What marks a new weight in its own line; nothing, mostly.
    gradient : str
        ``fraction`` (dL/dw), ``nabla`` or ``g``.
    indexed : bool
        Net inputs, outputs and errors bear their sample's number.
    superscript : bool
        That number stands above, in brackets (LaTeX).
    underscore : bool
        ASCII names have one before their number.
    decimal_factor : bool
        Constant factors as decimals where they end.
    assign : str
        Relation after a new weight.
    function : str
        A sigmoid by its ``name`` or by its ``formula``.
    fraction : str
        The command for fractions in LaTeX.
    sized : bool
        Brackets of LaTeX with ``\\left`` and ``\\right``.
    square : bool
        Square brackets around the sum of a gradient or loss.
    stop : str
        What ends a display: nothing, a comma or a full stop.
    broken : bool
        Long expressions end their line, and the value begins the next.
    shows_data : bool
        Headings of samples say what the sample is.
    environment : str
        That of aligned blocks.
    matrix : str
        That of vectors.
    """

    medium: int
    times: str
    bracket: bool = True
    juxtaposed: bool = False
    approx: bool = False
    comma: bool = False
    new: str = ""
    gradient: str = "fraction"
    indexed: bool = True
    superscript: bool = False
    underscore: bool = False
    decimal_factor: bool = False
    assign: str = "="
    function: str = "name"
    fraction: str = "\\frac"
    sized: bool = False
    square: bool = False
    stop: str = ""
    broken: bool = False
    shows_data: bool = False
    environment: str = "aligned"
    matrix: str = "pmatrix"


class Notation:
    """Writes quantities, numbers and expressions of one solution."""

    def __init__(self, task: Task, names: Names, habits: Habits) -> None:
        self.task, self.names, self.habits, self.medium = task, names, habits, habits.medium
        self.minus = "−" if self.medium == UNICODE else "-"

    # numbers

    def number(self, text: str) -> str:
        """A number from its plain text."""
        text = text.replace("-", self.minus)
        if self.habits.comma:
            text = text.replace(".", "{,}" if self.medium == LATEX else ",")
        return text

    # symbols

    def base(self, role: str) -> str:
        """The letter of a role."""
        return self.names.spellings[role][self.medium]

    def indexed(self, base: str, index: str) -> str:
        """A letter with an index below."""
        if not index:
            return base
        if self.medium == LATEX:
            return f"{base}_{index}" if len(index) == 1 else f"{base}_{{{index}}}"
        if self.medium == UNICODE:
            return base + index.translate(_SUB)
        return f"{base}_{index}" if self.habits.underscore or not index.isdigit() else f"{base}{index}"

    def symbol(self, quantity: Quantity, new: bool = False) -> str:
        """How a quantity is called."""
        role = quantity.role
        if role in ("w", "b"):
            return self._weight(role, quantity.feature, self.habits.new if new else "", quantity.step)
        if role in ("g", "gb"):
            return self._gradient(role, quantity.feature)
        if role in ("d", "db"):
            weight = self._weight("w" if role == "d" else "b", quantity.feature, "")
            return ("\\Delta " if self.medium == LATEX else "Δ" if self.medium == UNICODE else "d") + weight
        if role in ("v", "vb"):
            letter = "m" if self.base("z") == "v" else "v"
            bias = "0" if self.names.bias_is_weight_zero else "b"
            return self.indexed(letter, str(quantity.feature) if role == "v" else bias)
        if role == "k":
            return self.constant
        if role in ("z", "a", "e") and self.habits.indexed:
            if self.habits.superscript and self.medium == LATEX:
                return f"{self.base(role)}^{{({quantity.sample})}}"
            return self.indexed(self.base(role), str(quantity.sample))
        return self.base(role)

    def _weight(self, role: str, feature: int, mark: str, step: int = 0) -> str:
        if role == "b" and self.names.bias_is_weight_zero:
            role, feature = "w", 0
        base, index = self.base(role), "" if role == "b" else str(feature)
        plain = self.indexed(base, index)
        if not mark:
            return plain
        if mark == "'":
            return plain + "'"
        if mark == "step":
            return f"{plain}^{{({step})}}" if self.medium == LATEX else f"{plain}({step})"
        if self.medium == LATEX:
            return f"{plain}^{{\\text{{{mark}}}}}"
        return f"{plain}_{mark}" if self.medium == ASCII else f"{plain} {mark}"

    def _gradient(self, role: str, feature: int) -> str:
        weight = self._weight("w" if role == "g" else "b", feature, "")
        loss = self.base("L") if len(self.base("L")) == 1 else "L"
        if self.medium == LATEX:
            return f"\\frac{{\\partial {loss}}}{{\\partial {weight}}}"
        return f"∂{loss}/∂{weight}" if self.medium == UNICODE else f"d{loss}/d{weight}"

    @property
    def constant(self) -> str:
        """What the constant of the rule is called."""
        spellings = {
            "momentum": ("\\beta", "β", "beta"),
            "weight decay": ("\\lambda", "λ", "lambda"),
            "decaying rate": ("\\gamma", "γ", "gamma"),
        }
        return spellings[self.task.rule][self.medium]

    # expressions

    def expression(self, node: Node, texts: Mapping[Use, str]) -> str:
        """An expression with its numbers put in."""
        return self._sum(node, texts) if isinstance(node, Sum) else self._product(node, texts, first=True)

    def _sum(self, node: Sum, texts: Mapping[Use, str]) -> str:
        parts: list[str] = []
        for k, (sign, child) in enumerate(node.terms):
            negative = sign < 0
            leading = self._leading(child, texts)
            if leading.startswith("-") and not negative and (k == 0 or not self.habits.bracket):
                body = self._product(child, texts, first=True)
                if k == 0:
                    parts.append(body)
                    continue
                body, negative = body.removeprefix(self.minus), True
            else:
                body = self._product(child, texts, first=False)
            if k == 0:
                parts.append(self.minus + body if negative else body)
            else:
                parts.append(f" {self.minus if negative else '+'} {body}")
        return "".join(parts)

    def _leading(self, node: Node, texts: Mapping[Use, str]) -> str:
        """Text of the number that an expression starts with, if it is a bare one."""
        if isinstance(node, Use):
            return texts[node]
        return self._leading(node.factors[0], texts) if isinstance(node, Times) else ""

    def _product(self, node: Node, texts: Mapping[Use, str], first: bool) -> str:
        """A term; `first` if nothing stands before it, so that a minus needs no bracket."""
        if isinstance(node, Minus):
            return self.minus + self._product(node.body, texts, first=False)
        if not isinstance(node, Times):
            return self._factor(node, texts, first)
        text = ""
        for k, child in enumerate(node.factors):
            part = self._factor(child, texts, first and k == 0)
            if k and self.habits.juxtaposed and part.startswith(("(", "[")):
                text += part
            elif k:
                text += self._times() + part
            else:
                text = part
        return text

    def _times(self) -> str:
        return f" {self.habits.times} " if self.medium == LATEX else self.habits.times

    def _factor(self, node: Node, texts: Mapping[Use, str], first: bool) -> str:
        match node:
            case Use():
                text = self.number(texts[node])
                return text if first or not texts[node].startswith("-") else f"({text})"
            case Ratio(top, bottom):
                return self._ratio(top, bottom)
            case Square(base):
                inside = self._factor(base, texts, first=False)
                return inside + ("²" if self.medium == UNICODE else "^2")
            case Call(name, argument):
                return self.call(name, self.expression(argument, texts))
            case Sum():
                inside = self._sum(node, texts)
                outer = self.habits.square and isinstance(node.terms[0][1], Times | Square)
                return f"[{inside}]" if outer else f"({inside})"
        return self._product(node, texts, first)

    def _ratio(self, top: int, bottom: int) -> str:
        if bottom == 1:
            return str(top)
        if self.habits.decimal_factor and (1000 * top) % bottom == 0:
            return self.number(f"{top / bottom:.3f}".rstrip("0").rstrip("."))
        return f"{self.habits.fraction}{{{top}}}{{{bottom}}}" if self.medium == LATEX else f"({top}/{bottom})"

    def call(self, name: str, argument: str) -> str:
        """A function of something."""
        if name == "ln":
            return f"\\ln({argument})" if self.medium == LATEX else f"ln({argument})"
        if name == "sigmoid" and self.habits.function == "formula":
            inside = argument[1:] if argument.startswith(self.minus) else self.minus + argument
            if self.medium == LATEX:
                return f"\\frac{{1}}{{1 + e^{{{inside}}}}}"
            return f"1/(1 + e^({inside}))" if self.medium == UNICODE else f"1/(1 + exp({inside}))"
        signs = {
            "sigmoid": ("\\sigma", "σ", "sigmoid"),
            "tanh": ("\\tanh", "tanh", "tanh"),
            "step": ("f", "f", "step"),
            "sign": ("\\operatorname{sign}", "sgn", "sign"),
        }
        return f"{signs[name][self.medium]}({argument})"

    # claims

    def claim(self, worked: Worked, align: str = "") -> str:
        """A claim: symbol, expression, value."""
        return " ".join(self.parts(worked, align))

    def parts(self, worked: Worked, align: str = "") -> tuple[str, str]:
        """A claim in two parts: up to its expression, and its value."""
        quantity = worked.claim.quantity
        restated = worked.claim.restated
        left = self.symbol(quantity, new=not restated or self.habits.new == "step")
        if isinstance(worked.claim.node, Use):
            return left, f"{align}= {self.number(worked.entry.text)}"
        relation = self.habits.assign if quantity.role in ("w", "b") and not restated else "="
        expression = self.expression(worked.node, worked.operands)
        return f"{left} {align}{relation} {self._sized(expression)}", self.value(worked)

    def value(self, worked: Worked) -> str:
        """The end of a claim: its value with the relation before it."""
        value = self.number(worked.entry.text)
        if worked.chained:
            return f"= {self.number(worked.chained)} {self._about()} {value}"
        exact = worked.exact == worked.entry.value
        return f"{'=' if exact or not self.habits.approx else self._about()} {value}"

    def is_broken(self, worked: Worked) -> bool:
        """Whether a claim goes over two lines."""
        return self.habits.broken and not isinstance(worked.claim.node, Use) and len(self.claim(worked)) > 40

    def _sized(self, expression: str) -> str:
        if not self.habits.sized or self.medium != LATEX:
            return expression
        for bracket, command in (("(", "\\left("), (")", "\\right)"), ("[", "\\left["), ("]", "\\right]")):
            expression = expression.replace(bracket, command)
        return expression

    def _about(self) -> str:
        return ("\\approx", "≈", "~=")[self.medium] if self.medium != ASCII else "≈"


@dataclass(frozen=True)
class Signs:
    """How formulas with letters for indices are put together in a medium."""

    j: str
    i: str
    ij: str
    sum_j: str
    sum_i: str
    dot: str
    square: str
    change: str


SIGNS: Mapping[int, Signs] = {
    LATEX: Signs("_j", "_i", "_{ij}", "\\sum_j ", "\\sum_i ", " ", "^2", "\\Delta "),
    UNICODE: Signs("ⱼ", "ᵢ", "ᵢⱼ", "Σⱼ ", "Σᵢ ", " ", "²", "Δ"),
    ASCII: Signs("_j", "_i", "_ij", "sum_j ", "sum_i ", "*", "^2", "d"),
}
_LOSS_FACTORS = {"mean": (1, "n"), "half-mean": (1, "2n"), "sum": (1, ""), "half-sum": (1, "2")}
_GRADIENT_FACTORS = {"mean": (2, "n"), "half-mean": (1, "n"), "sum": (2, ""), "half-sum": (1, "")}


def statements(
    notation: Notation, task: Task, gradients: bool, changes: bool, losses: bool, wrong: str = ""
) -> list[tuple[str, str]]:
    """The formulas that a solution starts with, each with its name; the one called `wrong` climbs."""
    signs, minus, dot = SIGNS[notation.medium], notation.minus, SIGNS[notation.medium].dot
    w, b, x = notation.base("w") + signs.j, notation.symbol(Quantity("b")), notation.base("x") + signs.ij
    y, z, a, e = (_of_sample(notation, role) for role in "yzae")
    used = a if task.activation != "identity" else z
    online = task.batch == 1
    lines = [("net", f"{z} = {signs.sum_j}{w}{dot}{x} + {b}")]
    if task.activation != "identity":
        lines.append(("output", f"{a} = {_activation(notation, task, z)}"))
    lines.append(
        ("error", f"{e} = {used} {minus} {y}" if task.reversed_error else f"{e} = {y} {minus} {used}")
    )
    if losses and task.loss == "squared":
        top, bottom = _LOSS_FACTORS[task.convention]
        body = f"{e}{signs.square}" if online else f"{signs.sum_i}{e}{signs.square}"
        lines.append(("loss", f"{notation.base('L')} = {_fraction(notation.medium, top, bottom)}{body}"))
    slopes = {"sigmoid": f"{dot}{a}{dot}(1 {minus} {a})", "tanh": f"{dot}(1 {minus} {a}{signs.square})"}
    slope = slopes.get(task.activation, "") if task.loss == "squared" else ""
    body = f"{e}{slope}{dot}{x}" if online else f"{signs.sum_i}{e}{slope}{dot}{x}"
    factor = _fraction(notation.medium, *_gradient_factor(task))
    eta, change, climbs = notation.base("eta"), signs.change + w, wrong == "change"
    if gradients:
        gradient = _general_gradient(notation, w)
        lines.append(("gradient", f"{gradient} = {'' if task.reversed_error else minus}{factor}{body}"))
        sign, step = ("" if climbs else minus), f"{eta}{dot}{gradient}"
        if task.rule == "momentum":
            velocity = ("m" if notation.base("z") == "v" else "v") + signs.j
            lines.append(("velocity", f"{velocity} = {notation.constant}{dot}{velocity} + {gradient}"))
            step = f"{eta}{dot}{velocity}"
        elif task.rule == "weight decay":
            step = f"{eta}{dot}({gradient} + {notation.constant}{dot}{w})"
    else:
        sign, step = (minus if task.reversed_error != climbs else ""), f"{factor}{eta}{dot}{body}"
    if changes:
        lines.append(("change", f"{change} = {sign}{step}"))
        lines.append(("weight", f"{w} = {w} + {change}"))
    else:
        lines.append(("change", f"{w} = {w} {sign or '+'} {step}"))
    if task.rule == "decaying rate":
        now, then = _rates(notation)
        lines.append(("rate", f"{then} = {notation.constant}{dot}{now}"))
    return lines


def _rates(notation: Notation) -> tuple[str, str]:
    """The learning rate of an epoch, and of the next."""
    eta = notation.base("eta")
    return (f"{eta}_t", f"{eta}_{{t+1}}") if notation.medium == LATEX else (f"{eta}(t)", f"{eta}(t+1)")


def _of_sample(notation: Notation, role: str) -> str:
    """A letter with the index of any sample; none where it has an index of words already."""
    base = notation.base(role)
    if base.endswith("_{in}"):
        return base[:-1] + ",i}"
    return base if "_" in base else base + SIGNS[notation.medium].i


def _gradient_factor(task: Task) -> tuple[int, str]:
    if task.loss == "none":
        return 1, ""
    top, bottom = _GRADIENT_FACTORS[task.convention] if task.loss == "squared" else (1, "n")
    return (top, "") if task.batch == 1 else (top, bottom)


def _activation(notation: Notation, task: Task, z: str) -> str:
    if task.activation == "sigmoid":
        forms = {
            LATEX: f"\\frac{{1}}{{1 + e^{{-{z}}}}}",
            UNICODE: f"1/(1 + e^(−{z}))",
            ASCII: f"1/(1 + exp(-{z}))",
        }
        return forms[notation.medium]
    if task.activation == "tanh":
        return f"\\tanh({z})" if notation.medium == LATEX else f"tanh({z})"
    low = "0" if task.activation == "step" else "-1"
    if notation.medium == LATEX:
        return f"\\begin{{cases}} 1 & {z} \\geq 0 \\\\ {low} & \\text{{otherwise}} \\end{{cases}}"
    return f"1 if {z} {'≥' if notation.medium == UNICODE else '>='} 0 else {notation.number(low)}"


def _fraction(medium: int, top: int, bottom: str) -> str:
    if not bottom:
        return "" if top == 1 else f"{top}{SIGNS[medium].dot}"
    if medium == LATEX:
        return f"\\frac{{{top}}}{{{bottom}}} "
    denominator = f"({bottom})" if len(bottom) > 1 else bottom
    return f"({top}/{denominator}){SIGNS[medium].dot}"


def _general_gradient(notation: Notation, w: str) -> str:
    loss = notation.base("L") if len(notation.base("L")) == 1 else "L"
    if notation.medium == LATEX:
        return f"\\frac{{\\partial {loss}}}{{\\partial {w}}}"
    return f"∂{loss}/∂{w}" if notation.medium == UNICODE else f"d{loss}/d{w}"


@dataclass(frozen=True)
class Words:
    """Headings in a language."""

    title: str
    data: str
    epoch: str
    sample: str
    batch: str
    forward: str
    gradient: str
    update: str
    result: str


LANGUAGES: Mapping[str, Words] = {
    "English": Words(
        "Worked solution",
        "Data",
        "Epoch",
        "Sample",
        "Batch",
        "Forward pass",
        "Gradients",
        "Update",
        "Weights now",
    ),
    "German": Words(
        "Lösung",
        "Daten",
        "Epoche",
        "Beispiel",
        "Stapel",
        "Vorwärts",
        "Gradienten",
        "Anpassung",
        "Gewichte jetzt",
    ),
    "Spanish": Words(
        "Solución",
        "Datos",
        "Época",
        "Muestra",
        "Lote",
        "Salidas",
        "Gradientes",
        "Actualización",
        "Pesos ahora",
    ),
    "French": Words(
        "Corrigé", "Données", "Époque", "Exemple", "Lot", "Sorties", "Gradients", "Mise à jour", "Poids"
    ),
    "Portuguese": Words(
        "Resolução", "Dados", "Época", "Amostra", "Lote", "Saídas", "Gradientes", "Atualização", "Pesos"
    ),
    "Italian": Words(
        "Soluzione", "Dati", "Epoca", "Esempio", "Lotto", "Uscite", "Gradienti", "Aggiornamento", "Pesi"
    ),
    "Indonesian": Words(
        "Penyelesaian", "Data", "Epoch", "Data ke-", "Batch", "Keluaran", "Gradien", "Pembaruan", "Bobot"
    ),
    "Russian": Words(
        "Решение", "Данные", "Эпоха", "Пример", "Пакет", "Прямой ход", "Градиенты", "Обновление", "Веса"
    ),
    "Chinese": Words("解答", "数据", "第{}轮", "样本", "批次", "前向计算", "梯度", "更新", "权重"),
}


class Page:
    """Lines as they are written, and which claims stand on which."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.places: dict[int, int] = {}
        self.begun: dict[int, int] = {}
        self.stated: dict[str, int] = {}

    def begin(self, text: str, claims: Sequence[int]) -> None:
        """Write a line on which claims begin, whose values come later."""
        self.lines.append(text)
        for claim in claims:
            self.begun[claim] = len(self.lines)

    def add(self, text: str, claims: Sequence[int] = ()) -> int:
        """Write a line that holds these claims; its number counts from 1."""
        self.lines.append(text)
        for claim in claims:
            self.places[claim] = len(self.lines)
        return len(self.lines)

    def blank(self) -> None:
        """An empty line, never two."""
        if self.lines and self.lines[-1]:
            self.lines.append("")

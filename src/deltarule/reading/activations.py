"""Which activation a document's neuron has: as it is named, stated, or shown by its outputs."""

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import (
    Apply,
    Expr,
    Number,
    Piecewise,
    Quotient,
    Sum,
    Symbol,
    symbols,
)
from deltarule.document import Claim, Document, Threshold
from deltarule.errors import DeltaruleError
from deltarule.formulas import Role
from deltarule.naming import ACTIVATION_NAMES, Names
from deltarule.notation import roles_of
from deltarule.rarely import rarely
from deltarule.reading.lone_numbers import as_written
from deltarule.trace import neuron_arithmetic
from deltarule.written import Written

_STEP_NAMES = (
    r"\bstep (?:function|activation)\b|heaviside|hardlim|\bsign(?:um)? (?:function|activation)\b|\bthreshold (?:function|unit|activation)\b|signumfunktion"
    r"|vorzeichenfunktion|schwell(?:en|wert|enwert)funktion|sprungfunktion|stufenfunktion|\béchelon\b|\bfonction signe\b|\bescal[oó]n\b|\bfunción signo\b"
    r"|\bdegrau\b|\bfunção sinal\b|\bgradino\b|\bfunzione (?:di )?segno\b|порогов\w{1,4} функци|функци\w{1,3} (?:активации:? )?(?:пороговая|знак)|ступенчат|阶跃|階段関数|ステップ関数|符号函数|符号関数"
)
# an activation, what a text that names it cannot be without, and how it is named
_ACTIVATION_WORDS = (
    (
        "sigmoid",
        ("sigmoid", "logistic", "σ(", "\\sigma", "сигмо", "логист"),
        r"sigmoid|logistic|(?-i:σ\(|\\sigma)|сигмо|логист",
    ),
    (
        "tanh",
        (
            "tanh",
            "th(",
            "tgh",
            "hyperbol",
            "hiperb",
            "iperbol",
            "гиперболич",
            "гіперболіч",
            "双曲正切",
            "双曲線正接",
        ),
        r"\btanh\b|(?-i:\bth\()|\btgh\b|hyperbolic tangent|tangens hyperbolicus|tangente (?:hyperbolique|hiperb[óo]lica|iperbolica)"
        r"|tangens hiperboliczny|hiperbolik tanjant|гиперболическ\w{1,3} тангенс|тангенс\w? гиперболич|гіперболічн\w{1,3} тангенс|双曲正切|双曲線正接",
    ),
    ("relu", ("relu", "rectified"), r"\brelu\b|rectified"),
    (
        "step",
        (
            *(
                "perceptron",
                "perzeptron",
                "step function",
                "heaviside",
                "hardlim",
                "перцептрон",
                "персептрон",
                *(
                    "perseptron",
                    "perceptr",
                    "パーセプトロン",
                    "感知",
                    "퍼셉트론",
                    "เพอร์เซปตรอน",
                    "परसेप्ट्रॉन",
                    "פרספטרון",
                ),
            ),
            *(
                "sign",
                "vorzeichen",
                "schwell",
                "sprung",
                "stufen",
                "échelon",
                "escal",
                "degrau",
                "gradino",
                "segno",
                "sinal",
            ),
            *("порог", "ступен", "знак", "阶跃", "階段", "ステップ関数", "符号", "threshold"),
        ),
        rf"\bperceptr[oó]n(?:ul|ului|u|a|em|ie)?\b|\bper[sz]eptron|перцептрон|персептрон|パーセプトロン|感知[器机機]|퍼셉트론|เพอร์เซปตรอน|परसेप्ट्रॉन|פרספטרון|{_STEP_NAMES}",
    ),
)


# what a neuron without a step is called where a perceptron, too, is spoken of
_LINEAR_STEMS = ("linear", "lineal", "identity", "identität", "adaline", "unlike", "линейн")
_LINEAR = rarely(
    r"(?<!non)(?<!non-)\b(?:linear (?:neuron|unit|perceptron|activation|output)|lineares? (?:neuron|perzeptron)"
    r"|neurona lineal|линейн\w{1,4} (?:нейрон|активаци)|identity\b(?! matri)|identität|adaline|unlike (?:the|a) perceptron)",
    re.IGNORECASE,
)
# a step by its own name stays one
_STEP = rarely(_STEP_NAMES, re.IGNORECASE)


def _named_activation(text: str, classes: bool) -> str | None:
    """The first of the activations that a text names; a linear neuron that is likened to a perceptron has no step.

    Nor has one whose targets are no `classes`, whatever it is likened to.
    """
    lower = text.casefold()
    for name, stems, pattern in _ACTIVATION_WORDS:
        if any(stem in lower for stem in stems) and re.search(pattern, text, re.IGNORECASE):
            likened = name == "step" and not _STEP.search(text)
            return None if likened and (not classes or _is_linear(text, lower)) else name
    return None


def _is_linear(text: str, lower: str) -> bool:
    return any(stem in lower for stem in _LINEAR_STEMS) and _LINEAR.search(text) is not None


STEPS = ("step", "sign")


def activation_of(
    document: Document, claims: Sequence[Claim], targets: Sequence[Written], names: Names
) -> str | None:
    """From a stated formula, else from the values, else from a word; None where nothing says it."""
    linear = _states_identity(claims, names)
    found = (
        _stated_activation(claims, names)
        or _used_activation(claims, names)
        or _written_out(claims)
        or (None if linear else _told_outputs(claims, names))
    )
    if found is None:
        classes = bool(targets) and any({target.value for target in targets} <= each for each in _CLASSES)
        found = _named_activation(document.text, classes or not targets)
        found = found or (_told_outputs(claims, names, fewest=1) if classes and not linear else None)
        found = found or ("identity" if linear else None)
    if found in STEPS:
        below = any(target.value < 0 for target in targets) or _tells_minus_one(claims, names)
        found = "sign" if below else "step"
    return found


def _tells_minus_one(claims: Sequence[Claim], names: Names) -> bool:
    """Whether an output of -1 is told of a function called sign: ``a = sign(-2) = -1``, whatever the targets are."""
    for claim in claims:
        sides = [claim.subject, *(link.expr for link in claim.links)]
        signs = any(isinstance(side, Apply) and side.function == "sign" for side in sides)
        value = as_written(claim.links[-1].expr) if signs and claim.links else None
        if value is not None and value.value == -1:
            return True
    return False


def _stated_activation(claims: Sequence[Claim], names: Names) -> str | None:
    for claim in claims:
        if isinstance(claim.subject, Apply) and claim.links and isinstance(claim.links[0].expr, Piecewise):
            return "step"
        reference = names.reference(claim.subject) if claim.subject else None
        if reference is None or reference.role is not Role.OUTPUT:
            continue
        for link in claim.links:
            if isinstance(link.expr, Apply) and link.expr.function in (
                "sigmoid",
                "tanh",
                "relu",
                "step",
                "sign",
            ):
                return link.expr.function
            if link.expr.has_functions and any(
                isinstance(node, Apply) and node.function == "exp" for node in link.expr.walk()
            ):
                return "sigmoid" if "1" in _leading(link.expr) else "tanh"
            if isinstance(link.expr, Piecewise) and not is_numeric(link.expr):
                return "step"
    return None


def _states_identity(claims: Sequence[Claim], names: Names) -> bool:
    """Whether the output is said to be the net input: ``a_i = z_i``."""
    for claim in claims:
        if isinstance(claim.subject, Symbol) and names.role(claim.subject.name) is Role.OUTPUT:
            for link in claim.links:
                if isinstance(link.expr, Symbol) and names.role(link.expr.name) is Role.NET_INPUT:
                    return True
    return False


def _used_activation(claims: Sequence[Claim], names: Names) -> str | None:
    """The activation that fits most of ``f(0.3) = 0.57``."""
    fitting: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    known = ACTIVATION_NAMES - names.of_inputs
    functions = neuron_arithmetic().functions
    for claim in claims:
        sides = [claim.subject, *(link.expr for link in claim.links)]
        applied = next(
            (s for s in sides if isinstance(s, Apply) and s.function in known and is_numeric(s)), None
        )
        value = as_written(claim.links[-1].expr) if claim.links else None
        argument = as_written(applied.arg) if applied is not None else None
        if argument is None or value is None:
            continue
        for name in ("identity", "sigmoid", "tanh", "relu", *STEPS):
            if _is_beyond(name, argument, value):
                fitting[name] += 0
                continue
            try:
                expected = argument.value if name == "identity" else functions[name](argument.value)
            except DeltaruleError:
                continue
            near = abs(expected - value.value) <= value.unit / 2 and max(value.figures, value.places) > 1
            fitting[name] += expected == value.value or near
            exact[name] += expected == value.value
    best = max(fitting, key=lambda name: (fitting[name], exact[name]), default=None)
    return best if best is not None and fitting[best] else None


_REACH = {"sigmoid": (0, 1), "tanh": (-1, 1)}  # of functions that take long to work out
_FAR = 50_000  # an argument beyond is worked out, or told to be too large


def _is_beyond(name: str, argument: Written, value: Written) -> bool:
    """Whether a function gives nothing like a value, as it lies outside of what the function reaches."""
    if name not in _REACH or abs(argument.value) > _FAR:
        return False
    least, most = _REACH[name]
    return not least - value.unit <= value.value <= most + value.unit


def _written_out(claims: Sequence[Claim]) -> str | None:
    """The sigmoid where it is written out under whatever name: ``1/(1 + e^-2)``."""
    for claim in claims:
        for link in claim.links:
            for node in link.expr.walk() if link.expr.has_functions else ():
                match node:
                    case Quotient(
                        numerator=Number(value=above),
                        denominator=Sum(terms=(Number(value=one), Apply(function="exp"))),
                    ) if above == one == 1:
                        return "sigmoid"
    return None


FEWEST_OUTPUTS = 3
FEWEST_FOR_EACH = 4  # outputs that are steps, for one that is miswritten
_CLASSES = ({0, 1}, {-1, 1})  # that a step gives


def _told_outputs(claims: Sequence[Claim], names: Names, fewest: int = FEWEST_OUTPUTS) -> str | None:
    """A step, where outputs of 0, 1 and -1 are told behind net inputs that they are the steps of."""
    net: Fraction | None = None
    pairs: list[tuple[Fraction, Fraction]] = []
    bare: list[Fraction] = []
    for claim in claims:
        reference = names.reference(claim.subject) if claim.subject is not None else None
        value = as_written(claim.links[-1].expr) if claim.links else None
        if reference is None or reference.general or value is None:
            continue
        if reference.role is Role.NET_INPUT:
            net = value.value
        elif reference.role is Role.OUTPUT and net is not None:
            pairs.append((net, value.value))
            net = None
        elif reference.role is Role.OUTPUT:
            bare.append(value.value)
    if not pairs and len(bare) > FEWEST_OUTPUTS and set(bare) in _CLASSES:
        return "step"  # rows that tell no net inputs
    if len(pairs) < fewest or all(z == a for z, a in pairs):
        return None
    odd = sum(not (a in (0, 1, -1) and (z == 0 or (a == 1) == (z > 0))) for z, a in pairs)
    return "step" if odd * FEWEST_FOR_EACH <= len(pairs) - odd else None


def _leading(expr: Expr) -> str:
    return "1" if not isinstance(expr, Apply) and isinstance(getattr(expr, "numerator", None), Number) else ""


def is_activation_rule(rule: Threshold, claims: Sequence[Claim]) -> bool:
    """Whether a rule by cases defines the output that the errors are taken of, rather than the final class."""
    if not isinstance(rule.subject, Symbol) or rule.bound.value != 0:
        return False
    used = any(
        rule.subject.name in {symbol.name for link in claim.links for symbol in symbols(link.expr)}
        or (isinstance(claim.subject, Symbol) and claim.subject.name == rule.subject.name)
        for claim in claims
    )
    return used or _errors_of_classes(claims)


def _errors_of_classes(claims: Sequence[Claim]) -> bool:
    """Whether errors are taken of what is predicted, ``error = target - prediction``, where no formula works that out of weights."""
    defined: set[str] = set()
    taken: set[str] = set()
    for claim in claims:
        if not isinstance(claim.subject, Symbol):
            continue
        names = {symbol.name for link in claim.links for symbol in symbols(link.expr)}
        if names:
            defined.add(claim.subject.name)
        if Role.ERROR in roles_of(claim.subject.name)[:1] and any(
            Role.TARGET in roles_of(name)[:1] for name in names
        ):
            taken |= {name for name in names if {Role.OUTPUT, Role.PREDICTION} & set(roles_of(name)[:1])}
    return bool(taken) and not taken & defined

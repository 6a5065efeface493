"""Words and letters that mean something in mathematics: Greek, functions, accents, small digits."""

from functools import lru_cache

from deltarule.notation import TABLE

GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψωΔΣΓΘΛΞΠΦΨΩϵϕϑ",
        [
            "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
            "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Delta", "Sigma",
            "Gamma", "Theta", "Lambda", "Xi", "Pi", "Phi", "Psi", "Omega", "epsilon", "phi", "theta",
        ],
        strict=True,
    )
)  # fmt: skip


GREEK_NAMES = frozenset(GREEK.values())
CIRCULAR = frozenset({"sin", "cos"})  # which are words of prose, too
FUNCTIONS = {
    "exp": "exp", "ln": "ln", "log": "ln", "sqrt": "sqrt", "tanh": "tanh", "sigmoid": "sigmoid", "relu": "relu",
    "ReLU": "relu", "sgn": "sign", "sign": "sign", "step": "step", "abs": "abs", "max": "max", "min": "min",
    "hardlim": "step", "heaviside": "step", "logistic": "sigmoid", "sig": "sigmoid", "logsig": "sigmoid", "expit": "sigmoid", "signum": "sign", "signe": "sign", "signo": "sign", "segno": "sign", "sinal": "sign", "vorzeichen": "sign",
    "escalon": "step", "escalón": "step", "degrau": "step", "sprung": "step", "seuil": "step", "unitstep": "step",
    "floor": "floor", "ceil": "ceil",
}  # fmt: skip


# words that are functions only where a bracket is glued to them; in a sentence they are words
APPLIED_WORDS = {
    **dict.fromkeys(
        (
            "sigmoide", "sigmoïde", "sigmóide", "sigmoida", "sigmoïd", "sigmoidea", "sigmoidal", "szigmoid", "сигмоида", "сигмоїда",
            "logistica", "logística", "logistique", "logistisch", "сигмоид",
        ),
        "sigmoid",
    ),
    **dict.fromkeys(("th", "tgh"), "tanh"),
    **dict.fromkeys(("raiz", "raíz", "wurzel", "racine", "radice", "корень", "karekök"), "sqrt"),
}  # fmt: skip


ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "vec": "", "mathbf": "", "boldsymbol": "",
    "bm": "", "mathcal": "", "underline": "", "dot": "dot", "mathbb": "", "boxed": "", "fbox": "", "mathscr": "", "mathfrak": "",
    "pmb": "", "widetilde": "tilde",
}  # fmt: skip


SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑᵢⱼₖₙₜₓₘ", "0123456789+-aeijkntxm", strict=True))
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁱⁿᵀᵗ⁽⁾", "0123456789+-inTt()", strict=True))


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Words of several letters that name a quantity or a function."""
    names = {name for row in TABLE for name in row.names if name.isalpha() and len(name) > 1}
    joined = {name for row in TABLE for name in row.names if "_" in name}
    return frozenset(names | joined | set(FUNCTIONS))

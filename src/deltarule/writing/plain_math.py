"""A short piece of LaTeX as people would type it: ``\\alpha \\cdot \\frac{\\partial L}{\\partial w_j}`` as ``α · ∂L/∂w_j``.

Only for showing what an author wrote where nothing sets LaTeX. What is not known here is shown as it stands.
"""

import re
from collections.abc import Callable

MAX_PIECE = 400  # characters; a longer piece is no formula to be read at a glance
MAX_DEPTH = 20

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "eta": "η", "theta": "θ",
    "lambda": "λ", "mu": "μ", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "psi": "ψ", "omega": "ω",
    "Delta": "Δ", "Sigma": "Σ", "nabla": "∇", "partial": "∂",
}  # fmt: skip
_SIGNS = {
    "cdot": " · ", "times": " × ", "ast": " * ", "sum": " Σ", "le": " ≤ ", "leq": " ≤ ", "ge": " ≥ ", "geq": " ≥ ",
    "leftarrow": " ← ", "gets": " ← ", "to": " → ", "rightarrow": " → ", "approx": " ≈ ", "pm": " ± ", "infty": "∞",
    "top": "ᵀ", "ldots": "…", "dots": "…", "cdots": "…",
}  # fmt: skip
_BLANKS = {
    ",": " ", ";": " ", ":": " ", " ": " ", "!": "", "quad": " ", "qquad": " ", "displaystyle": "",
    "left": "", "right": "", "big": "", "Big": "", "bigl": "", "bigr": "",
}  # fmt: skip
_FUNCTIONS = {"exp": "exp", "ln": "ln", "log": "log", "tanh": "tanh", "max": "max", "min": "min"}
_KNOWN = _GREEK | _SIGNS | _BLANKS | _FUNCTIONS
_WRAPPERS = frozenset(
    {"text", "mathrm", "mathbf", "mathit", "boldsymbol", "vec", "operatorname", "mathcal", "textbf", "bm"}
)
_ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
_FRACTIONS = frozenset({"frac", "dfrac", "tfrac"})
_PIECE = re.compile(r"\\(?:[A-Za-z]+|.)|.", re.DOTALL)
_CLOSED = re.compile(r"[^\s+\-−·×/=]+")


def plain_math(text: str) -> str:
    r"""A piece of LaTeX in plain characters; the text itself where it holds what is not known here.

    >>> plain_math(r"\alpha \cdot \frac{\partial L}{\partial w_j}"), plain_math(r"\frac{1}{2} (\hat{y} - y)^2")
    ('α · ∂L/∂w_j', '1/2 (ŷ - y)^2')
    >>> plain_math(r"\sqrt{2}"), plain_math("0.5")
    ('\\sqrt{2}', '0.5')
    """
    if "\\" not in text or len(text) > MAX_PIECE:
        return text
    try:
        shown = _Reader(_PIECE.findall(text)).run(closed=False)
    except _UnknownError:
        return text
    return re.sub(r" +", " ", shown).replace("( ", "(").replace(" )", ")").strip()


class _UnknownError(Exception):
    """Something that is not to be shown otherwise than it was written."""


class _Reader:
    """Goes through the pieces once."""

    def __init__(self, pieces: list[str]) -> None:
        self.pieces, self.at, self.depth = pieces, 0, 0

    def run(self, closed: bool) -> str:
        """All up to the end, or to the brace that closes."""
        made: list[str] = []
        while self.at < len(self.pieces):
            if self.pieces[self.at] == "}":
                if not closed:
                    raise _UnknownError
                self.at += 1
                return "".join(made)
            made.append(self.one(after=made[-1] if made else ""))
        if closed:
            raise _UnknownError
        return "".join(made)

    def one(self, after: str = "") -> str:
        """The next piece or group."""
        if self.at >= len(self.pieces):
            raise _UnknownError
        piece = self.pieces[self.at]
        self.at += 1
        if piece == "{":
            inside = self.deeper(lambda: self.run(closed=True))
            return (
                f"({inside})" if after in ("^", "_") and len(inside) > 1 and not inside.isalnum() else inside
            )
        if piece == "}":
            raise _UnknownError
        if not piece.startswith("\\"):
            return piece
        name = piece[1:]
        if name in _FRACTIONS:
            over, under = self.argument(), self.argument()
            return f"{_bracketed(over)}/{_bracketed(under)}"
        if name in _WRAPPERS:
            return self.argument()
        if name in _ACCENTS:
            return _composed(self.argument() + _ACCENTS[name])
        if name not in _KNOWN:
            raise _UnknownError
        if name in ("partial", "Delta", "nabla"):  # the blank behind only ends the name of the command
            self.skip()
        return _KNOWN[name]

    def argument(self) -> str:
        """What a command is given."""
        self.skip()
        return self.deeper(self.one).strip()

    def deeper(self, read: Callable[[], str]) -> str:
        """What is read one level further in."""
        if self.depth >= MAX_DEPTH:
            raise _UnknownError
        self.depth += 1
        made = read()
        self.depth -= 1
        return made

    def skip(self) -> None:
        """Go over blanks."""
        while self.at < len(self.pieces) and self.pieces[self.at].isspace():
            self.at += 1


def _bracketed(text: str) -> str:
    return text if _CLOSED.fullmatch(text) else f"({text})"


def _composed(text: str) -> str:
    from unicodedata import normalize

    return normalize("NFC", text)

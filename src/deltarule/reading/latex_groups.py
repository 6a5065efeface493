r"""Groups of LaTeX with prose and formulas in them: ``\caption{Descent with $\eta = 0.2$.}``, ``{\small ...}``.

The command and its braces only say how the sentence is set: they are blanked out, and it is read like any other. A group without
a formula between dollars or brackets is left as it is. Every change keeps the length of the text.
"""

from deltarule.rarely import rarely

MAX_GROUP = 4_000  # characters
_SETTING = r"small|footnotesize|scriptsize|tiny|normalsize|large|Large|bf|it|em|sl|rm|sf|tt|bfseries|itshape|slshape|rmfamily|sffamily|ttfamily|centering|raggedright"
_OPENER = rarely(
    r"\\(?:caption(?:of\s?\{\w{1,20}\})?|footnote|footnotetext|marginpar|marginnote|textbf|textit|textsl|textsf|textrm|texttt|emph|underline|uline|fbox|mbox|makebox"
    r"|parbox\s?(?:\[\w\])?\{[^{}\n]{0,30}\}|noindent\\textbf|title|paragraph|subparagraph|note|alert|only<[\d-]{1,5}>|textcolor\{\w{1,20}\})"
    r"\*?\s?(?:\[[^\[\]\n]{0,200}\])?\s?\{"
    rf"|\{{\s?(?:\\(?:{_SETTING})(?![A-Za-z])\s?)+"
)
_SIGNS = rarely(r"\\[{}$\\]|[{}]|\$|\\[(\[]")


def without_groups(text: str) -> str:
    """Return `text` without the commands and braces around sentences that have formulas in them."""
    found: list[tuple[int, int]] = []
    for match in _OPENER.finditer(text):
        end = _closing(text, match.end())
        if end is not None:
            found += [(match.start(), match.end()), (end, end + 1)]
    if not found:
        return text
    parts, at = [], 0
    for start, stop in sorted(found):
        if start < at:
            continue
        parts += [text[at:start], "".join("\n" if sign == "\n" else " " for sign in text[start:stop])]
        at = stop
    return "".join(parts) + text[at:]


def _closing(text: str, start: int) -> int | None:
    """Where the brace of a group closes, if a formula stands in it; those within mathematics do not hold any."""
    depth, formula = 1, False
    for sign in _SIGNS.finditer(text, start, start + MAX_GROUP):
        if sign[0] == "{":
            depth += 1
        elif sign[0] == "}":
            depth -= 1
            if depth == 0:
                return sign.start() if formula else None
        elif sign[0] in ("$", "\\(", "\\["):
            formula = True
    return None

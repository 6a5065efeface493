r"""The fifty habits of real writing: each is read as it is meant, or refused with a reason.

One row a case: the habit, what somebody wrote, and what it means, in a small notation of the tests:
``(+ a b)`` a sum, ``(- a)`` minus, ``(* a b)`` a product, ``(/ a b)`` a quotient, ``(^ a b)`` a power,
``[a b]`` a vector, ``w_1``, ``w^2`` for an upper index, ``w!new`` for a mark; `` | `` another reading. Claims stand
one after the other with ``;`` between them, labels as ``#epoch 1``, and ``refused`` with a word of the reason.
Numbers are compared by their exact value. The meaning was written down by hand.
"""

from fractions import Fraction

import pytest

from deltarule.algebra.expr import (
    Apply,
    Expr,
    Negative,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    SumOver,
    Symbol,
    Vector,
)
from deltarule.document import Claim, Heading, Table, Threshold
from deltarule.reading import read_document
from deltarule.spans import Source
from deltarule.written import decimal_places, decimal_text


def value(number: Fraction) -> str:
    """A number by its value: a decimal if it ends, else a fraction."""
    places = decimal_places(number)
    return str(number) if places is None else decimal_text(number, places)


def tree(expr: Expr) -> str:
    """An expression in the notation of these tests."""

    def many(sign: str, parts: tuple[Expr, ...]) -> str:
        return f"({sign} {' '.join(tree(part) for part in parts)})"

    match expr:
        case Number():
            return value(expr.value)
        case Symbol():
            below = "".join(f"_{index}" for index in expr.index)
            above = "".join(f"^{index}" for index in expr.upper)
            return expr.name + below + above + "".join(f"!{mark}" for mark in expr.marks)
        case Negative():
            return many("-", (expr.arg,))
        case Sum():
            return many("+", expr.terms)
        case Product():
            return many("*", expr.factors)
        case Quotient():
            return many("/", (expr.numerator, expr.denominator))
        case Power():
            return many("^", (expr.base, expr.exponent))
        case Apply():
            return many(expr.function, (expr.arg,))
        case SumOver():
            return many(f"sum {expr.index}", (expr.body,))
        case Vector():
            return f"[{' '.join(tree(item) for item in expr.items)}]"
        case Piecewise():
            cases = [
                f"{tree(b.value)} if {tree(b.condition.left)} {b.condition.relation} {tree(b.condition.right)}"
                for b in expr.branches
            ]
            return f"{{{', '.join(cases)}, {tree(expr.otherwise)}}}"
    return repr(expr)


def reading(text: str, name: str = "solution.md") -> str:
    """What a text is read as."""
    document = read_document(Source(name, text))
    found: list[tuple[int, str]] = [
        (unread.span.start, f"refused {unread.reason}") for unread in document.unread
    ]
    for item in document.items:
        if isinstance(item, Claim) and item.links:
            sides = ["" if item.subject is None else tree(item.subject)]
            for link in item.links:
                others = "".join(f" | {tree(other)}" for other in link.readings)
                sides.append(f"{link.relation} {tree(link.expr)}{others}")
            found.append((item.span.start, " ".join(sides).strip()))
        elif isinstance(item, Heading):
            parts = [("epoch", item.epoch), ("sample", item.sample), ("no", item.ordinal)]
            found.append(
                (item.span.start, "#" + " ".join(f"{what} {n}" for what, n in parts if n is not None))
            )
        elif isinstance(item, Threshold):
            found.append((item.span.start, f"threshold {value(item.bound.value)}"))
        elif isinstance(item, Table):
            found.append((item.span.start, f"table {len(item.rows)}x{len(item.header)}"))
    return " ; ".join(shown for _, shown in sorted(found, key=lambda pair: pair[0]))


CASES: list[tuple[str, str, str]] = [
    # 1 times signs
    ("1 cdot", r"$z = 0.2 \cdot 3$", "z = (* 0.2 3)"),
    ("1 times", r"$z = 0.2 \times 3$", "z = (* 0.2 3)"),
    ("1 star", "z = 0.2*3", "z = (* 0.2 3)"),
    ("1 cross", "z = 0.2×3", "z = (* 0.2 3)"),
    ("1 dot", "z = 0.2·3", "z = (* 0.2 3)"),
    (
        "1 the letter x between numbers",
        "z = 0.2 x 3 + 1 x -2 = -1.4",
        "z = (+ (* 0.2 3) (* 1 (- 2))) = (- 1.4)",
    ),
    ("1 the letter x as a variable", "z = 2x + 1", "z = (+ (* 2 x) 1)"),
    # 2 juxtaposition
    ("2 number and bracket", "z = 0.2(3)", "z = (* 0.2 3)"),
    ("2 two brackets", "z = (0.2)(-3)", "z = (* 0.2 (- 3))"),
    ("2 two names", r"$z = w_1x_1$", "z = (* w_1 x_1)"),
    ("2 mixed number, or a product", r"$z = 1\frac{1}{2}$", "z = (+ 1 (/ 1 2)) | (* 1 (/ 1 2))"),
    # 3 decimal comma, decided for the document
    ("3 comma", r"$z = 0,25 \cdot 2 = 0,5$", "z = (* 0.25 2) = 0.5"),
    ("3 braced comma", r"$z = 0{,}25 \cdot 2 = 0{,}5$", "z = (* 0.25 2) = 0.5"),
    (
        "3 comma everywhere",
        "w1 = 1,5\nw2 = 2,25\nz = 1,5 · 2,25 = 3,375",
        "w_1 = 1.5 ; w_2 = 2.25 ; z = (* 1.5 2.25) = 3.375",
    ),
    # 4 thousands
    ("4 comma", "L = 1,234.5", "L = 1234.5"),
    ("4 thin space", r"$L = 1\,234$", "L = 1234"),
    ("4 space", "L = 1 234", "L = 1234"),
    (
        "4 braced comma in a document with points",
        r"$L = 1{,}234$ and $z = 0.5 \cdot 1.5 = 0.75$",
        "L = 1234 ; z = (* 0.5 1.5) = 0.75",
    ),
    ("4 apostrophe", "L = 1'234", "L = 1234"),
    ("4 two groups", "L = 1,234,567", "L = 1234567"),
    # 5 comma as list
    ("5 list", "w = (0.1, -0.2)", "w_1 = 0.1 ; w_2 = (- 0.2)"),
    ("5 index", "$x_{1,2} = 3$", "x_1_2 = 3"),
    (
        "5 list of comma numbers",
        "w = (0,1; -0,2)\nz = 0,5\ne = 0,25",
        "w_1 = 0.1 ; w_2 = (- 0.2) ; z = 0.5 ; e = 0.25",
    ),
    # 6 minus glyphs
    ("6 minus sign", "z = \u22120.5", "z = (- 0.5)"),
    ("6 en dash", "z = \u20130.5", "z = (- 0.5)"),
    ("6 em dash", "z = \u20140.5", "z = (- 0.5)"),
    ("6 minus with a blank", "z = - 0.5", "z = (- 0.5)"),
    ("6 between numbers", "e = 1 \u2013 0.7 = 0.3", "e = (+ 1 (- 0.7)) = 0.3"),
    # 7 stacked signs
    ("7 minus minus", "z = 3 - -2 = 5", "z = (+ 3 (- (- 2))) = 5"),
    ("7 plus minus", "z = 3 + -0.1", "z = (+ 3 (- 0.1))"),
    ("7 times minus", r"$z = 3 \cdot -2$", "z = (* 3 (- 2))"),
    ("7 plus in brackets", "z = 0.2 + (+0.15)", "z = (+ 0.2 0.15)"),
    # 8 unary minus and power
    ("8 minus before a power", "L = -0.5^2", "L = (- (^ 0.5 2)) | (^ (- 0.5) 2)"),
    ("8 minus in brackets", "L = (-0.5)^2", "L = (^ (- 0.5) 2)"),
    # 9 left and right
    ("9 left right", r"$z = 2 \left( 0.5 \right)$", "z = (* 2 0.5)"),
    ("9 big", r"$z = 2 \big( 0.5 + 1 \big)$", "z = (* 2 (+ 0.5 1))"),
    ("9 an unmatched left dot", r"$z = \left. 0.5 \cdot 2 \right.$", "z = (* 0.5 2)"),
    # 10 grouping
    ("10 square", "z = 2[0.5 + 1]", "z = (* 2 (+ 0.5 1))"),
    ("10 curly", r"$z = 2\{0.5 + 1\}$", "z = (* 2 (+ 0.5 1))"),
    ("10 nested", "z = 2[0.5 + 3(1 - 2)]", "z = (* 2 (+ 0.5 (* 3 (+ 1 (- 2)))))"),
    # 11 fractions
    ("11 digits", r"$z = \frac12$", "z = (/ 1 2)"),
    ("11 digit and brace", r"$z = \frac1{2}$", "z = (/ 1 2)"),
    ("11 tfrac", r"$z = \tfrac{1}{2}$", "z = (/ 1 2)"),
    ("11 dfrac", r"$z = \dfrac{1}{2}$", "z = (/ 1 2)"),
    ("11 slash", "z = 1/2", "z = (/ 1 2)"),
    ("11 one character", "z = ½ · 3", "z = (* 0.5 3)"),
    ("11 a half behind a whole number", "z = 2½", "z = (+ 2 0.5) | (* 2 0.5)"),
    ("11 over", r"$z = {1 \over 2} \cdot 3$", "z = (* (/ 1 2) 3)"),
    # 12 scope of a slash
    ("12 then times", r"$z = 1/2 \cdot 4$", "z = (* (/ 1 2) 4)"),
    ("12 then a name", "z = 1/2x", "z = (* (/ 1 2) x) | (/ 1 (* 2 x))"),
    ("12 twice", "z = 8/4/2", "z = (/ (/ 8 4) 2)"),
    # 13 colon
    ("13 division", "6 : 2 = 3", "(/ 6 2) = 3"),
    ("13 definition", "w := 0.5", "w = 0.5"),
    ("13 time of day", "Lecture at 12:00 in room 5", ""),
    ("13 label", "z: 0.5", "z = 0.5"),
    # 14 about
    ("14 approx", r"$z = 1.2346 \approx 1.235$", "z = 1.2346 ≈ 1.235"),
    ("14 sign", "z = 1.2346 ≈ 1.235", "z = 1.2346 ≈ 1.235"),
    ("14 simeq", r"$z \simeq 1.235$", "z ≈ 1.235"),
    ("14 doteq", r"$z \doteq 1.235$", "z ≈ 1.235"),
    ("14 tilde", "z ~ 1.235", "z ≈ 1.235"),
    ("14 equals tilde", "z =~ 1.235", "z ≈ 1.235"),
    ("14 tilde equals", "z ~= 1.235", "z ≈ 1.235"),
    # 15 chains
    ("15 chain", r"$z = 0.5 \cdot 2 + 0.1 = 1.1$", "z = (+ (* 0.5 2) 0.1) = 1.1"),
    (
        "15 sum of two",
        "z1 = 5*0.08 + 8*0.06 = 0.4 + 0.48 = 0.88",
        "z_1 = (+ (* 5 0.08) (* 8 0.06)) = (+ 0.4 0.48) = 0.88",
    ),
    # 16 a string of equals keeps each link
    ("16 diary", "z = 0.5·2 = 1 + 0.1 = 1.1", "z = (* 0.5 2) = (+ 1 0.1) = 1.1"),
    # 17 assignment
    ("17 leftarrow", r"$w \leftarrow w + 0.1$", "w = (+ w 0.1)"),
    ("17 arrow", "w1 ← 0.2 + 0.1 = 0.3", "w_1 = (+ 0.2 0.1) = 0.3"),
    ("17 hyphen arrow", "w1 <- 0.2 + 0.1", "w_1 = (+ 0.2 0.1)"),
    ("17 less than minus one", "z<-1", "z < (- 1)"),
    # 18 therefore
    ("18 Rightarrow", r"$z = 1 \Rightarrow e = 0.5$", "z = 1 ; e = 0.5"),
    ("18 therefore", "z = 1 ∴ e = 0.5", "z = 1 ; e = 0.5"),
    ("18 so", "z = 1 so e = 0.5", "z = 1 ; e = 0.5"),
    ("18 arrow", "z = 1 → e = 0.5", "z = 1 ; e = 0.5"),
    ("18 arrow as equality", "0.5·2 → 1", "(* 0.5 2) = 1"),
    # 19 several statements
    ("19 comma and quad", r"$z = 1, \quad e = 0.5$", "z = 1 ; e = 0.5"),
    ("19 qquad", r"$z=1 \qquad e=0.5$", "z = 1 ; e = 0.5"),
    ("19 semicolon", "z = 1; e = 0.5", "z = 1 ; e = 0.5"),
    ("19 comma", "w1 = 0.5, w2 = 0.25", "w_1 = 0.5 ; w_2 = 0.25"),
    ("19 blank", "w1 = 0.5 w2 = 0.25 b = 1", "w_1 = 0.5 ; w_2 = 0.25 ; b = 1"),
    ("19 and", "w1 = 0.5 and w2 = 0.25", "w_1 = 0.5 ; w_2 = 0.25"),
    # 20 text inside mathematics
    ("20 text", r"$\text{so } e = 0.5$", "e = 0.5"),
    ("20 mathrm", r"$\mathrm{MSE} = 0.5$", "MSE = 0.5"),
    ("20 operatorname", r"$\operatorname{net} = 0.3$", "net = 0.3"),
    ("20 text as index", r"$w_{1,\text{new}} = 0.3$", "w_1!new = 0.3"),
    # 21 mathematics in prose
    ("21 expression", "the error is 0.5 - 0.2 = 0.3, which is small", "error = (+ 0.5 (- 0.2)) = 0.3"),
    ("21 full stop", "z = 0.5.", "z = 0.5"),
    ("21 in a sentence", "We get z = 0.5 * 2 = 1, so the output is high.", "z = (* 0.5 2) = 1"),
    # 22 superscripts
    ("22 sample", "$y^{(1)} = 1$", "y^1 = 1"),
    ("22 layer before index", "$w^{(2)}_1 = 0.3$", "w_1^2 = 0.3"),
    ("22 letter", "$y^i = 0.5$", "y^i = 0.5"),
    ("22 index or power", "$x_1^2 = 4$", "(^ x_1 2) = 4"),
    ("22 old", r"$w^{old} = 0.5$", "w!old = 0.5"),
    ("22 prime", "w' = 0.5", "w!new = 0.5"),
    ("22 star", "$w^* = 0.5$", "w!star = 0.5"),
    ("22 plus", "w⁺ = 0.5", "w!new = 0.5"),
    # 23 subscripts
    ("23 pair", "$w_{1,2} = 0.3$", "w_1_2 = 0.3"),
    ("23 word", "w_1new = 0.3", "w_1!new = 0.3"),
    ("23 word with a bar", "w1_new = 0.3", "w_1!new = 0.3"),
    ("23 bare", "w1 = 0.3", "w_1 = 0.3"),
    ("23 braced", "$w_{12} = 0.3$", "w_12 = 0.3"),
    ("23 neu", r"$w_1^{neu} = 0.3$", "w_1!new = 0.3"),
    ("23 small digit", "w₁ = 0.3", "w_1 = 0.3"),
    # 24 accents
    ("24 hat", r"$\hat{y} = 0.5$", "hat:y = 0.5"),
    ("24 hat with index", r"$\hat{y}_1 = 0.5$", "hat:y_1 = 0.5"),
    ("24 bar", r"$\bar x = 2$", "bar:x = 2"),
    ("24 transpose", r"$z = \mathbf{w}^T\mathbf{x}$", "z = (* w!transpose x)"),
    ("24 top", r"$z = w^\top x$", "z = (* w!transpose x)"),
    ("24 vec", r"$\vec w = (0.1, 0.2)$", "w_1 = 0.1 ; w_2 = 0.2"),
    ("24 letter with a hat", "ŷ = 0.5", "hat:y = 0.5"),
    # 25 names of two signs
    ("25 Delta", r"$\Delta w_1 = 0.1$", "dw_1 = 0.1"),
    ("25 Delta in text", "Δw1 = 0.1", "dw_1 = 0.1"),
    ("25 fraction of partials", r"$\frac{\partial E}{\partial w_1} = 0.2$", "dL/dw_1!E = 0.2"),
    ("25 partials on a line", "∂L/∂w1 = 0.2", "dL/dw_1!L = 0.2"),
    ("25 d", "dL/dw1 = 0.2", "dL/dw_1!L = 0.2"),
    ("25 nabla", r"$\nabla_w L = 0.2$", "dL/dw!L = 0.2"),
    ("25 eta", "η = 0.1", "eta = 0.1"),
    ("25 learning rate in words", "learning rate = 0.1", "learning_rate = 0.1"),
    # 26 letters with two meanings
    ("26 error", "e = 1 - 0.5", "e = (+ 1 (- 0.5))"),
    ("26 Euler", r"$a = \frac{1}{1 + e^{-0.5}}$", "a = (/ 1 (+ 1 (exp (- 0.5))))"),
    ("26 Euler with a name", r"$a = \frac{1}{1 + e^{-z}}$", "a = (/ 1 (+ 1 (exp (- z))))"),
    ("26 error squared", "$L = e^2$", "L = (^ e 2) | e^2"),
    # 27 base of a logarithm
    ("27 log", r"$L = -\log 0.6$", "L = (- (ln 0.6)) | (- (/ (ln 0.6) (ln 10)))"),
    ("27 ln", r"$L = -\ln 0.6$", "L = (- (ln 0.6))"),
    # 28 powers of ten
    ("28 e", "w = 1.5e-3", "w = 0.0015"),
    ("28 E", "w = 1.5E-3", "w = 0.0015"),
    ("28 times ten", r"$w = 1.5 \times 10^{-3}$", "w = (* 1.5 (^ 10 (- 3)))"),
    ("28 plain", "w = 1.5·10^-3", "w = (* 1.5 (^ 10 (- 3)))"),
    ("28 mathrm", r"$w = 1.5\mathrm{e}{-3}$", "w = 0.0015"),
    ("28 superscript", "w = 1.5·10⁻³", "w = (* 1.5 (^ 10 (- 3)))"),
    # 29 percent
    ("29 percent", r"$z = 50\% \cdot 2$", "z = (* (/ 50 100) 2)"),
    ("29 percent in text", "z = 50 % * 2", "z = (* (/ 50 100) 2)"),
    # 30 leading and trailing point
    ("30 leading", "z = .5 + -.25", "z = (+ 0.5 (- 0.25))"),
    ("30 trailing", "z = 5. + 2", "z = (+ 5 2)"),
    # 31 repeating decimals
    ("31 overline", r"$z = 0.\overline{3}$", "z = 1/3"),
    ("31 dot", r"$z = 0.1\dot{6}$", "z = 1/6"),
    ("31 ellipsis", "z = 0.333…", "z = 0.333"),
    # 32 something left out
    ("32 cdots", r"$L = 1 + 4 + \cdots + 25 = 55$", "L = 55 ; refused left out"),
    ("32 points", "L = 1 + 4 + ... + 25 = 55", "L = 55 ; refused left out"),
    # 33 sums
    ("33 sum", r"$z = \sum_{i=1}^{3} w_i x_i = 0.1 + 0.2$", "z = (sum i (* w_i x_i)) = (+ 0.1 0.2)"),
    ("33 sum sign", "z = Σ w_i x_i", "z = (sum i (* w_i x_i))"),
    # 34 environments
    ("34 aligned", "$$\\begin{aligned} z &= 0.5 \\cdot 2 \\\\ &= 1 \\end{aligned}$$", "z = (* 0.5 2) = 1"),
    ("34 align", "\\begin{align*}\nz &= 0.5 \\\\\ne &= 0.25\n\\end{align*}", "z = 0.5 ; e = 0.25"),
    ("34 gathered", "$$\\begin{gathered} z = 0.5 \\\\ e = 0.25 \\end{gathered}$$", "z = 0.5 ; e = 0.25"),
    ("34 array", "$$\\begin{array}{rl} z &= 0.5 \\\\ e &= 0.25 \\end{array}$$", "z = 0.5 ; e = 0.25"),
    ("34 continuation line", "z = 0.5 * 2\n  = 1", "z = (* 0.5 2) = 1"),
    (
        "34 cases",
        r"$$f(z) = \begin{cases} 1 & z \geq 0 \\ 0 & \text{otherwise} \end{cases}$$",
        "(f z) = {1 if z >= 0, 0}",
    ),
    ("34 split", "$$\\begin{split} z &= 0.5 \\\\ e &= 0.25 \\end{split}$$", "z = 0.5 ; e = 0.25"),
    # 35 row breaks
    ("35 with space", "$$z = 0.5 \\\\[4pt] e = 0.25$$", "z = 0.5 ; e = 0.25"),
    ("35 eaten by Markdown", "$$z = 0.5 \\\ne = 0.25$$", "z = 0.5 ; e = 0.25"),
    # 36 decorations
    (
        "36 underbrace",
        r"$z = \underbrace{0.5 \cdot 2}_{=1} + 1 = 2$",
        "z = (+ (* 0.5 2) 1) = 2 ; (* 0.5 2) = 1",
    ),
    ("36 cancel", r"$z = \cancel{0.3} 0.5$", "z = 0.5"),
    ("36 boxed", r"$z = \boxed{0.35}$", "z = 0.35"),
    ("36 a boxed statement", r"$\boxed{z = 0.35}$", "z = 0.35"),
    ("36 color", r"$z = \color{red} 0.35$", "z = 0.35"),
    ("36 textcolor", r"$z = \textcolor{red}{0.35} + 1$", "z = (+ 0.35 1)"),
    ("36 phantom", r"$z = \phantom{-}0.35$", "z = 0.35"),
    # 37 spacing
    ("37 thin", r"$z\,=\,0.5\;\cdot\;2$", "z = (* 0.5 2)"),
    ("37 negative space", r"$z =\! 0.5$", "z = 0.5"),
    ("37 control space", r"$z = 0.5 \cdot 2\ =\ 1$", "z = (* 0.5 2) = 1"),
    ("37 tie", "$z = 0.5~+~2$", "z = (+ 0.5 2)"),
    ("37 unicode thin space", "L = 1\u2009234", "L = 1234"),
    # 38 spaced tokens of an OCR program
    ("38 number", r"$z = 0 . 2 \cdot 3$", "z = (* 0.2 3)"),
    ("38 power of ten", "$z = 5 \\cdot 1 0 ^ { - 3 }$", "z = (* 5 (^ 10 (- 3)))"),
    ("38 index", "$w _ { 1 } = 0 . 5$", "w_1 = 0.5"),
    # 39 glyphs that look alike
    ("39 O for 0", "z = O.5 + 1", "refused looks like"),
    ("39 l for 1", "z = l.5 + 1", "refused looks like"),
    ("39 O inside", "z = 1O.5", "refused looks like"),
    # 40 units
    ("40 text", r"$s = 3.2 \text{ m}$", "s = 3.2"),
    ("40 word", "z = 3.2 mV", "z = 3.2"),
    # 41 plus or minus
    ("41 pm", r"$z = 0.5 \pm 0.01$", "refused uncertainty"),
    # 42 vectors and tables
    ("42 pmatrix", r"$w = \begin{pmatrix}0.1\\-0.2\end{pmatrix}$", "w_1 = 0.1 ; w_2 = (- 0.2)"),
    ("42 bmatrix row", r"$w = \begin{bmatrix}0.1 & -0.2\end{bmatrix}$", "w_1 = 0.1 ; w_2 = (- 0.2)"),
    ("42 data table", "| x1 | x2 | y |\n|---|---|---|\n| 1 | 2 | 1 |\n| 3 | 4 | 0 |", "table 2x3"),
    (
        "42 tabular",
        "\\begin{tabular}{ccc}\n$x_1$ & $x_2$ & $y$ \\\\ \\hline\n1 & 2 & 1 \\\\\n3 & 4 & 0\n\\end{tabular}",
        "table 2x3",
    ),
    # 43 Markdown is not allowed to eat anything
    ("43 stars", "2*3*4=24", "(* 2 3 4) = 24"),
    ("43 minus at the front", "- 0.5 + 0.2 = -0.3", "(+ (- 0.5) 0.2) = (- 0.3)"),
    ("43 quote", "> z = 0.5", "z = 0.5"),
    ("43 number of a list", "1. z = 0.5", "z = 0.5"),
    ("43 escaped minus", r"z = 0.5 \- 0.2 = 0.3", "z = (+ 0.5 (- 0.2)) = 0.3"),
    ("43 escaped star", r"z = 0.5 \* 0.2 = 0.1", "z = (* 0.5 0.2) = 0.1"),
    ("43 escaped bar", r"w\_1 = 0.5", "w_1 = 0.5"),
    ("43 bold", "**z = 0.5**", "z = 0.5"),
    ("43 bold value", "z = **0.5**", "z = 0.5"),
    # 44 delimiters
    ("44 round", r"\(z = 0.5\)", "z = 0.5"),
    ("44 square", "\\[\nz = 0.5\n\\]", "z = 0.5"),
    ("44 dollar", "$z = 0.5$", "z = 0.5"),
    ("44 dollars", "$$z = 0.5$$", "z = 0.5"),
    ("44 doubled backslashes", r"\\(z = 0.5 \\cdot 2\\)", "z = (* 0.5 2)"),
    ("44 bare environment", "\\begin{aligned} z &= 0.5 \\end{aligned}", "z = 0.5"),
    ("44 reStructuredText", ".. math:: z = 0.5 \\cdot 2", "z = (* 0.5 2)"),
    ("44 fence", "```\nz = 0.5 * 2\n```", "z = (* 0.5 2)"),
    ("44 code ticks", "`w1 = 0.5`, `w2 = 0.25`", "w_1 = 0.5 ; w_2 = 0.25"),
    ("44 two copies glued together", r"y2=30.2×5=30.2\times 5", "y_2 = (* 30.2 5) = (* 30.2 5)"),
    # 45 currency
    ("45 currency", "It costs $5 and $6 each", ""),
    # 46 labels
    ("46 epoch and sample", "Epoch 1, sample 2: z = 0.5", "#epoch 1 sample 2 ; z = 0.5"),
    ("46 step", "Step 2:\nz = 0.5", "#epoch 2 ; z = 0.5"),
    ("46 number in brackets", "(3) z = 0.5", "z = 0.5"),
    ("46 words before a claim", "Label 1: w = 0.5", "w = 0.5"),
    # 47 corrections: the last one counts
    ("47 struck", "z = ~~0.35~~ 0.36", "z = 0.36"),
    ("47 arrow between two values", "z = 0.35 → 0.36", "z = 0.35 = 0.36"),
    ("47 html", "z = <del>0.35</del> 0.36", "z = 0.36"),
    # 48 implicit quantities
    ("48 value alone", "z = 0.5 * 0.7\n= 0.35", "z = (* 0.5 0.7) = 0.35"),
    ("48 word and value", "error 0.35", "error = 0.35"),
    ("48 new", "new w: 0.4", "w!new = 0.4"),
    ("48 new with equals", "new w1 = 0.4", "w_1!new = 0.4"),
    # 49 step functions
    ("49 step at zero", "f(0) = 1", "(f 0) = 1"),
    ("49 sgn", r"$\operatorname{sgn}(0) = 0$", "(sign 0) = 0"),
    # 50 encodings
    ("50 no-break space", "z\u00a0=\u00a00.5", "z = 0.5"),
    ("50 full width", "z ＝ ０．５", "z = 0.5"),
    ("50 BOM", "\ufeffz = 0.5", "z = 0.5"),
    ("50 CRLF", "z = 0.5\r\ne = 0.25\r\n", "z = 0.5 ; e = 0.25"),
    ("50 Arabic-Indic digits", "z = ٠.٥", "z = 0.5"),
    ("50 mathematical digits", "𝑧 = 𝟎.𝟓", "z = 0.5"),
    ("50 mojibake", "z = 0.5 Â· 2 âˆ’ 1", "z = (+ (* 0.5 2) (- 1))"),
    # habits that recur
    ("recurring chain over lines", "$$z = 0.5 \\cdot 2$$ $$= 1$$", "z = (* 0.5 2) = 1"),
    ("recurring dangling sign", "$$z = 0.5 \\cdot 2 =$$\n\n$$1$$", "z = (* 0.5 2) = 1"),
    ("recurring products", "w = (0.8)(0.25)(0.4)", "w = (* 0.8 0.25 0.4)"),
    ("recurring difference", "w = 0.64(1 - 0.64)", "w = (* 0.64 (+ 1 (- 0.64)))"),
    ("recurring signs", "z = 0.3 * -0.07 + -4 ×−2×0", "z = (+ (* 0.3 (- 0.07)) (- (* 4 (- 2) 0)))"),
    ("recurring noise", "w = 0.7999999999999999", "w = 0.7999999999999999"),
    ("recurring stray blank", "z = 0. 318 + 1.5", "z = (+ 0.318 1.5)"),
    ("recurring angle brackets", "w = <1,.2,0>", "w_1 = 1 ; w_2 = 0.2 ; w_3 = 0"),
    ("recurring transposed list", "$w = [0.1, 0.2]^T$", "w_1 = 0.1 ; w_2 = 0.2"),
    ("recurring list without commas", "w = [0.1 -0.2]", "w_1 = 0.1 ; w_2 = (- 0.2)"),
    ("recurring semicolons", "w = (1; 2; 3)", "w_1 = 1 ; w_2 = 2 ; w_3 = 3"),
    (
        "recurring whole vector",
        "w = [0.1, 0.2] + 0.5·[1, 2] = [0.6, 1.2]",
        "w_1 = (+ 0.1 (* 0.5 1)) = 0.6 ; w_2 = (+ 0.2 (* 0.5 2)) = 1.2",
    ),
    ("recurring dot product", "z = [1, 2] · [0.5, 0.25] = 1", "z = (+ (* 1 0.5) (* 2 0.25)) = 1"),
    ("recurring tuple of names", "(w1, w2) = (0.5, 0.25)", "w_1 = 0.5 ; w_2 = 0.25"),
    ("recurring new weights", "w1(new) = 0.2 + 0.1 = 0.3", "w_1!new = (+ 0.2 0.1) = 0.3"),
    ("recurring function of a weight", "J'(3) = 2*3 - 4 = 2", "(J' 3) = (+ (* 2 3) (- 4)) = 2"),
    ("recurring old in brackets", "w(old) = 0.2", "w!old = 0.2"),
    (
        "recurring sentence behind a name",
        "Loss: mean squared error. Learning rate: 0.1.",
        "learning_rate = 0.1",
    ),
    ("recurring suffix of a number in Turkish", "w = 0'dan ba\u015flayal\u0131m, b = 2'de", "w = 0 ; b = 2"),
    ("recurring capital theta", "\u0398_1 = 0.5", "Theta_1 = 0.5"),
]


@pytest.mark.parametrize(
    ("text", "meaning"), [pytest.param(text, meaning, id=name) for name, text, meaning in CASES]
)
def test_each_habit_is_read_as_it_is_meant(text: str, meaning: str) -> None:
    """A habit of writing gives the meaning that was written down by hand, or a refusal with its reason."""
    found, wanted = reading(text).split(" ; "), meaning.split(" ; ")
    refusals = [part.removeprefix("refused ") for part in wanted if part.startswith("refused")]
    assert [part for part in found if not part.startswith("refused")] == [
        part for part in wanted if not part.startswith("refused")
    ] or (refusals and all(part.startswith("refused") for part in found))
    assert len([part for part in found if part.startswith("refused")]) == len(refusals)
    assert all(any(word in part for part in found) for word in refusals)


def test_a_comment_in_latex_is_no_mathematics() -> None:
    """What stands behind a bare percent sign in LaTeX is a comment."""
    assert (
        reading("\\begin{document}\n$z = 0.5$ % old: z = 0.7\n\\end{document}", "solution.tex") == "z = 0.5"
    )


def test_every_habit_has_a_case() -> None:
    """The table has a case for each of the fifty habits."""
    assert {int(name.split()[0]) for name, _, _ in CASES if name[0].isdigit()} == set(range(1, 51))

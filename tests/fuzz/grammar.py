"""Hypothesis strategies for worked solutions, built from the grammar of claims: what people write, and what hurts.

A document is lines; a line is a statement between delimiters, a heading, a row of a table, or noise. An expression is
drawn top-down with every notation that the reader knows.
"""

from hypothesis import strategies as st

from tools.fuzzing import words

numbers = st.one_of(
    st.integers(-99, 99).map(str),
    st.decimals(-100, 100, places=2).map(str),
    st.sampled_from(words.NUMBERS),
)
names = st.sampled_from(
    ["z", "z_1", "z_{1}", "z₁", "e_2", "w_1", "w1", "w_{1}^{(2)}", "w_1^{new}", "w'", "b", r"\hat{y}_1", "ŷ", r"\Delta w_1", "Δw", "L",
     r"\frac{\partial L}{\partial w_1}", "∂L/∂w_1", "dL/db", "net", "x_{1,2}", "t_1", r"\eta", "f(z)", "v_1", r"\mathbf{w}"]
)  # fmt: skip
operators = st.sampled_from(
    ["+", "-", "−", "–", "*", "·", "×", r"\cdot ", r"\times ", "/", ":", "÷", "", " ", "^", " x "]
)
relations = st.sampled_from(
    ["=", "≈", r"\approx ", ":=", "←", r"\leftarrow ", "->", "<", r"\geq ", "= =", "=~", "&="]
)
wraps = st.sampled_from(
    ["({})", "[{}]", r"\left({}\right)", "{{{}}}", r"\sqrt{{{}}}", r"\frac{{1}}{{{}}}", r"\frac{{{}}}{{2}}", r"\exp({})", "f({})",
     r"\sigma\left({}\right)", "-{}", "e^{{-{}}}", "{}^2", "{}%", r"\underbrace{{{}}}_{{=1}}", r"\text{{{}}}", r"\boxed{{{}}}",
     r"\begin{{pmatrix}}{}\\1\end{{pmatrix}}", r"\sum_{{i=1}}^{{3}} {}", "|{}|", r"\cancel{{{}}}", "({}", "{})"]
)  # fmt: skip


def _joined(parts: tuple[str, str, str]) -> str:
    return "".join(parts)


def _wrapped(parts: tuple[str, str]) -> str:
    return parts[0].format(parts[1])


expressions: st.SearchStrategy[str] = st.recursive(
    st.one_of(numbers, names),
    lambda inner: st.one_of(
        st.tuples(inner, operators, inner).map(_joined), st.tuples(wraps, inner).map(_wrapped)
    ),
    max_leaves=12,
)


@st.composite
def statements(draw: st.DrawFn) -> str:
    """A quantity, then links."""
    parts = [draw(st.one_of(names, expressions, st.just("")))]
    for _ in range(draw(st.integers(1, 4))):
        parts += [draw(relations), draw(st.one_of(expressions, numbers))]
    return " ".join(parts)


delimiters = st.sampled_from(
    ["{}", "${}$", "$${}$$", r"\({}\)", r"\[{}\]", "- {}", "> {}", "| {} | 1 |", "\\begin{{align}}{}\\end{{align}}", "`{}`", "**{}**", "so {}, then"]
)  # fmt: skip
headings = st.sampled_from(["Epoch 1", "Epoch 2", "## Sample 2", "Step 3:", "(2)", "1.", "Iteration 0"])
rows = st.lists(st.one_of(numbers, names, expressions), min_size=2, max_size=4).map(" | ".join)
noise = st.one_of(
    st.sampled_from(words.HOSTILE + words.SIGNS + words.COMMANDS),
    st.text(max_size=30),
    st.sampled_from(words.STATEMENTS),
)
lines = st.one_of(
    st.tuples(delimiters, statements()).map(_wrapped),
    st.tuples(delimiters, statements()).map(_wrapped),
    headings,
    rows,
    noise,
)
documents = st.lists(lines, min_size=1, max_size=25).map("\n\n".join)

"""The vocabulary of the fuzzer: commands, signs and phrases that the reader has rules for, and habits of hostile input."""

COMMANDS = (
    r"\frac{1}{2}", r"\frac12", r"\tfrac", r"\dfrac{", r"\cdot ", r"\times ", r"\div ", r"\pm ", r"\left(", r"\right)", r"\left.",
    r"\big(", r"\bigr]", r"\approx ", r"\simeq ", r"\leq ", r"\geq ", r"\ne ", r"\gg ", r"\leftarrow ", r"\rightarrow ", r"\to ",
    r"\Rightarrow ", r"\therefore ", r"\partial ", r"\frac{\partial L}{\partial w_1}", r"\nabla ", r"\Delta ", r"\eta ", r"\alpha ",
    r"\sigma(", r"\hat{y}", r"\bar{x}", r"\vec{w}", r"\mathbf{w}^\top ", r"\mathrm{", r"\text{ so }", r"\operatorname{net}",
    r"\underbrace{", r"\overbrace{", r"\cancel{", r"\boxed{", r"\color{red}", r"\phantom{", r"\overline{3}", r"\dot{3}", r"\sqrt{",
    r"\sqrt[3]{", r"\sum_{i=1}^{3}", r"\prod", r"\exp(", r"\ln(", r"\log ", r"\tanh ", r"\max(0,", r"\begin{aligned}", r"\end{aligned}",
    r"\begin{cases}", r"\end{cases}", r"\begin{pmatrix}", r"\end{pmatrix}", r"\begin{array}{cc}", r"\end{array}",
    r"\begin{tabular}{c|c}", r"\end{tabular}", r"\hline", r"\\", r"\\[4pt]", r"\quad ", r"\,", r"\;", r"\!", r"\%", r"\_", r"\{", r"\}",
    r"\ldots ", r"\cdots ", r"\vdots ", r"{1 \over 2}", r"\ce{", r"\(", r"\)", r"\[", r"\]", r"\tag{1}", r"\label{", r"\mathrm{e}{-3}",
)  # fmt: skip
SIGNS = (
    "$", "$$", "=", "≈", "~", ":=", "←", "→", "⇒", "∴", "&=", "& ", "|", "||", "−", "–", "·", "×", "÷", "⋅", "∂", "Δ", "η", "σ", "ŷ",
    "∑", "∇", "√", "±", "≥", "≪", "½", "²", "³", "⁻¹", "ᵀ", "₁", "₂", "′", "∞", "…", "...", "%", "‰", "°", "^", "_", "{", "}", "(",
    ")", "[", "]", "<", ">", "⟨", "'", "!", "#", "@", ";", ",", ".", "**", "*", "`", "```", "~~", "<!--", "-->", "&nbsp;",
)  # fmt: skip
NUMBERS = (
    "0", "1", "-1", "0.5", "-0.25", ".5", "5.", "0,25", "0{,}25", "1,234.5", "1 234", "1'234", r"1\,234", "1e-3", "1.5E+10", "1e400",
    "1e401", "9" * 61, "0." + "3" * 61, "10^{-3}", "10^-3", "2^{999}", "50%", r"50\%", "1/3", "1/0", "0/0", "0^0", "0.\u20093", "0 . 5",
    "1 0 ^ { - 3 }", "0.333...", "٠٫٥", "０．５", "𝟎.𝟓", "O.5", "l.2", "1½", "(0.1, -0.2)", "[1 2 3]", "<1,.2,0>", "1\ufffd5",
    "\ufffd.5", "0\ufffd5", "-\ufffd", "NaN", "inf", "0x1F", "1_000",
)  # fmt: skip
STATEMENTS = (
    "z_1 = 0.5·2 + (-0.25)·1 + 0 = 0.75", "e_1 = 1 - 0.75 = 0.25", "w_1 = 0.5 + 0.1·0.25·2 = 0.55", "b_new = 0 + 0.1 * 0.25 = 0.025",
    r"\Delta w_1 = \eta e x_1 = 0.05", "= 0.35", "L = 1/2 (e_1^2 + e_2^2) = 0.0925", "y = f(z) = 1", "x_1 | x_2 | y", "---|---|---",
    "2 | 1 | 1", "x1\tx2\tt", "1\t0\t1", "Epoch 2", "Sample 1:", "2. ", "(3)", "## Iteration 3", "learning rate: 0.1", r"\eta = 0.1",
    "w_1 = 0.5, w_2 = -0.25, b = 0", "w = (0.5, -0.25)", "the loss grows, it diverges", "the error is 0.5 - 0.2 = 0.3, which",
    "w ← w + 0.1", "0.5 > 0, so predict 1", "f(z) = 1 if z >= 0 else 0", "t=0", "12:00", "It costs $5 and $6", "~~0.35~~ 0.36",
    "z = 1, \\quad e = 0.5", "MSE = 0.5", "E(1) = 0.25", "dL/dw1 = -0.5", "∂L/∂w₁ = -0.5", "w1_new = 0.6", "w' = 0.6", "y^{(i)} = 1",
    "a = G(9.5) = 0.99 >= 0.5", "f(x) = x^2 - 4x", "f'(3) = 2·3 - 4 = 2", "v_1 = 0.9·0 + 0.1 = 0.1",
)  # fmt: skip
HOSTILE = (
    "<script>alert(1)</script>", '" onmouseover="alert(1)', "]]>", "<![CDATA[", "</pre>", "&lt;", "&#x3C;", "javascript:alert(1)",
    "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad", "\x1b[31m", "\x07", "\x00", "\r", "\u2028", "\x85", "\ud7ff", "\U000e0001",
    "\ufffd", "🙂", "e\u0301", "((((((((", "{{{{{{{{", "))))", "[[[[", "$ $ $", "||||||||", "- - - -", "^^^^", "____", "= = =",
    r"\frac{\frac{\frac{", "1^1^1^1", "--------1", "f(f(f(f(", "%s%n", "{0}", "../../etc", "://", "a://b", "::", "\t",
)  # fmt: skip
ALL = COMMANDS + SIGNS + NUMBERS + STATEMENTS + HOSTILE

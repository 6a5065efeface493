r"""Habits of authors of worked examples: what is said of each value of a small document of one habit.

A case is a text, and what is said of it: ``value status`` for each value in reading order, where ``right`` holds rounded ones too.
The values were worked out by hand.
"""

import pytest

from deltarule import api
from deltarule.spans import Source

CASES: dict[str, tuple[str, str]] = {
    "a value between bars, compared and then given": (
        "$f(x, y) = x^2 + 3y^2$\n$(x_1, y_1) = (5, 1) - 0.1(10, 6) = (4, 0.4)$\nThen $|x_1| = 4 > |y_1| = 0.4$.",
        "4 right; 0.4 right; 4 right; 0.4 right",
    ),
    "a name outside of the dollars": (
        "After 20 steps, $x \\approx 5 \\cdot 0.8^{20} \\approx 0.058$, loss $\\approx 0.0033$.",
        "0.058 right; 0.0033 unchecked",
    ),
    "thousands and millions with a letter": (
        "```\nJ = (1/4) × [(0-120k)² + (0-300k)²]\n  = (1/4) × [14,400M + 90,000M]\n  = 26,100M\n"
        "∂J/∂θ₁ = (1/2) × [(0-120k)×40 + (0-300k)×90]\n       = -16,900,000\n```",
        "26,100M right; -16900000 slip",
    ),
    "a loss in script letters and its gradient in a rule": (
        "$\\mathcal{L}(x_1, x_2) = 3 x_1^2 + x_2^2$\n\n$\\nabla \\mathcal{L} = [6.0, 4.0]^\\top$ at $[1, 2]$\n\n"
        "$v_1 = \\beta v_0 + \\nabla \\mathcal{L} = 0.5[0, 0]^\\top + [6.0, 4.0]^\\top = [6.0, 4.0]^\\top$.",
        "6.0 unchecked; 4.0 unchecked; 6.0 right; 4.0 right",
    ),
    "a printout of epochs against its data": (
        "Model: prediction = x * w\n\nxs = [1, 2]\nys = [3, 5]\nlr = 0.1\n\n```\n"
        "Epoch 0 | w = 0.0000 | loss = 17.0000 | gradient = -13.0000\n"
        "Epoch 1 | w = 1.3000 | loss = 4.3250 | gradient = -6.5000\n"
        "Epoch 2 | w = 1.9500 | loss = 1.1563 | gradient = -3.2500\n```",
        "1 unchecked; 2 unchecked; 3 unchecked; 5 unchecked; 0.0000 unchecked; 17.0000 right; -13.0000 right; "
        "1.3000 right; 4.3250 right; -6.5000 right; 1.9500 right; 1.1563 right; -3.2500 right",
    ),
    "a list of outputs, a loss and slopes against a table of data": (
        "| x | y |\n|---|---|\n| 1 | 0 |\n| 3 | 1 |\n\n$b_0 = 0$, $b_1 = 0.5$\n\n"
        "$h(x) = \\frac{1}{1 + e^{-(b_0 + b_1 x)}}$\n\n$h(x) = [0.622, 0.818]$\n\n$J = 0.588$\n\n"
        "$\\frac{\\partial J}{\\partial b_1} = 0.038$",
        "0.5 unchecked; 0.622 right; 0.818 right; 0.588 right; 0.038 right",
    ),
    "arrays as programs write them": (
        "```\nX = [[1], [3]]\ny = [2, 5]\ny_hat = X @ w + b = [1, 3] @ [0.5] + 1 = [1.5, 2.5]\n"
        "error = y_hat - y = [1.5, 2.5] - [2, 5] = [-0.5, -2.5]\n"
        "dw = X.T @ error / n = [1, 3] @ [-0.5, -2.5] / 2\n   = (-0.5 - 7.5) / 2 = -4\n```",
        "1 unchecked; 3 unchecked; 2 unchecked; 5 unchecked; 1.5 right; 2.5 right; -0.5 right; -2.5 right; -4 right",
    ),
    "a zero for the zero vector": (
        "$v_1 = 0.5 \\cdot 0 - 0.1 \\cdot (10, 4) = (-1, -0.4)$",
        "-1 right; -0.4 right",
    ),
    "a number beside the result that it is compared with": (
        "loss = (0.5 + 3.5) / 4 = 1.0 (2.25)\n\nerror = 2 (3) = 6",
        "1.0 right; 6 right",
    ),
    "points without a name": (
        "$f(x, y) = x^2 + 3y^2$\n\nStart (4|-2): gradient (8|-12), loss 28.00\n\nOne step with learning rate 0.1: (3.2|-0.8), loss 12.16\n\n"
        "After 3 steps: (2.048|-0.128)\n\nAt $(1, 1)$: $\\nabla f = (2, 6)$.",
        "8 right; -12 right; 28.00 right; 0.1 right; 3.2 right; -0.8 right; 12.16 right; 2.048 right; -0.128 right; 2 right; 6 right",
    ),
    "a point under a name of its own, and its velocity": (
        "$f(x, y) = x^2 + 3y^2$, $\\eta = 0.1$, $\\beta = 0.5$\n\n$\\theta_0 = (4, -2)$\n\n$g_1 = (8, -12)$. "
        "$v_1 = 0.5 \\cdot 0 - 0.1 \\cdot (8, -12) = (-0.8, 1.2)$. $\\theta_1 = (3.2, -0.8)$. Loss: $12.16$",
        "0.5 unchecked; 8 right; -12 right; -0.8 right; 1.2 right; 3.2 right; -0.8 right; 12.16 right",
    ),
    "the slope of a step by what it is made of": (
        "$z = w x + b$ with $x = 3$\n\n$\\frac{\\partial z}{\\partial b} = 1$\n\n$\\frac{\\partial z}{\\partial w} = 3$",
        "3 unchecked; 1 right; 3 right",
    ),
    "a probability of an event": (
        "$$P(y=1) = \\frac{1}{1 + e^{-(0.1 + 0.4 \\times 1)}}$$\n\n$$P(y=1) \\approx 0.731$$",
        "0.731 slip",
    ),
    "a mark in front of a name": (
        "```\nnew_w1 = w1 - lr × ∂loss/∂w1\n       = 0.5 - 0.01 × (-30)\n       = 0.5 + 0.3\n       = 0.8\n```",
        "0.8 right",
    ),
    "outputs told in words": (
        "y = w × x + b, w = 0.5, b = 1.0, x = 1\n\nx=1 output 1.5, x=2 output 2.0, x=3 output 2.5.",
        "0.5 unchecked; 1 unchecked; 1 right; 1.5 right; 2 unchecked; 2.0 right; 3 unchecked; 2.5 right",
    ),
    "a step that goes the wrong way where the others do not": (
        "$x = 2$, $y = 1$, $w = 1.5$, $\\eta = 0.1$, $\\hat{y} = w x$\n\n"
        "$w = 1.5 - 0.1 \\cdot 4.0 = 1.10$\n\n$w = 1.10 - 0.1 \\cdot 2.4 = 0.86$\n\n"
        "$w = 0.86 - 0.1 \\cdot 1.44 = 0.716$\n\n$\\hat{y} = 0.716 \\cdot 2 = 1.432$\n\n$w = 0.716 + 0.1 \\cdot 0.864 = 0.8024$",
        " right; 1.10 right; 0.86 right; 0.716 right; 1.432 right; 0.8024 slip",
    ),
    "a learning rate that is worked out": (
        "$lr = 0.1 \\cdot (1 - 0.5)^{3} = 0.0125$, $lr = 0.1 \\cdot (1 - 0.5)^{2} = 0.125$",
        "0.0125 right; 0.125 slip",
    ),
    "rows named by their first cell, the working in one cell and its result in the next": (
        "| weight | gradient | update | new value |\n|---|---|---|---|\n"
        "| $w_1$ | 0.5 | $0.2 - 0.1 \\times 0.5$ | 0.15 |\n| $w_2$ | -0.3 | $0.4 + 0.1 \\times 0.3$ | 0.44 |",
        "0.5 unchecked; 0.15 right; -0.3 unchecked; 0.44 slip",
    ),
    "rows that are quantities, columns that are steps": (
        "$w_1 = 0.5 - 0.1 \\cdot 2 = 0.30$\n\n$w_2 = 0.30 - 0.1 \\cdot 1.5 = 0.15$\n\n"
        "| | Step 1 | Step 2 |\n|---|---|---|\n| $w$ | 0.5 → **0.30** | 0.30 → **0.15** |\n| MSE | 0.81 | 0.25 |",
        "0.30 right; 0.15 right; 0.30 right; 0.15 right; 0.81 unchecked; 0.25 unchecked",
    ),
    "a column of predictions and one of squares": (
        "$y = m x + c$, $m = 1.5$, $c = 1$\n\n| Hours (x) | Score (y) | Predicted | $e_i = y_i - \\hat{y}_i$ | $e_i^2$ |\n"
        "|---|---|---|---|---|\n| 1 | 3 | 2.5 | 0.5 | 0.25 |\n| 2 | 3 | 4.0 | -1.0 | 1.00 |",
        " unchecked; 2.5 right; 0.5 right; 0.25 right; 4.0 right; -1.0 right; 1.00 right",
    ),
    "a row that does not fit its own parameters": (
        "$x = 2$, $y = 1$, $\\hat{y} = w x + b$, $L = (\\hat{y} - y)^2$, $\\eta = 0.05$\n\n| step | w | b | $\\hat{y}$ | L |\n"
        "|---|---|---|---|---|\n| 0 | 1.5 | 0.2 | 3.2 | 4.84 |\n| 1 | 1.06 | -0.02 | 2.10 | 1.21 |\n| 2 | 0.84 | -0.13 | 1.55 | 0.3025 |\n"
        "| 3 | 0.73 | -0.185 | 1.375 | 0.1406 |",
        " right;  right; 3.2 right; 4.84 right; 1.06 right; -0.02 right; 2.10 right; "
        "1.21 right; 0.84 right; -0.13 right; 1.55 right; 0.3025 right; 0.73 right; -0.185 right; 1.375 slip; "
        "0.1406 follow-through",
    ),
    "a figure of a far-off epoch is not held against the parameters of now": (
        "$x = 2$, $y = 1$, $\\hat{y} = w x$, $w = 1.5$\n\n$\\hat{y} = 3.00$, $L = 4.00$\n\n$w = 1.1$\n\n"
        "$\\hat{y} = 2.20$, $L = 1.44$\n\nAfter 100 epochs $L = 0.0004$.",
        "2 unchecked; 1 unchecked; 1.5 unchecked; 3.00 right; 4.00 right; 1.1 unchecked; 2.20 right; 1.44 right; 0.0004 unchecked",
    ),
    "slopes under names of several words": (
        "xs = [1, 2]\nys = [3, 5]\nprediction = x * w\nw = 1.0\n\n```\nmean_gradient = -8.0\n```",
        "1 unchecked; 2 unchecked; 3 unchecked; 5 unchecked; 1.0 unchecked; -8.0 right",
    ),
    "points as data, lists of predictions and errors": (
        "Fit y = wx + b\n\nTraining data: (1, 2), (3, 5). Initialize w = 0.5, b = 1.0.\n\n"
        "Predictions: [1.5, 2.5]\nErrors: [-0.5, -2.5]\nJ = 3.25",
        "0.5 unchecked; 1.5 right; 2.5 right; -0.5 right; -2.5 right; 3.25 right",
    ),
    "an input that is no row of the data": (
        "| x | y |\n|---|---|\n| 1 | 1 |\n| 2 | 3 |\n\n$w_1 = 2$, $b = 0.5$\n\nFor x = 4: z = 2 * 4 + 0.5 = 8.5",
        "8.5 right",
    ),
    "slopes named by a word and a letter": (
        "x = [1, 3], y = [0, 1], θ₀ = 0, θ₁ = 0\n\ngrad θ₀ = (1/2)[(0.5 − 0) + (0.5 − 1)] = 0\n\n"
        "grad θ₁ = (1/2)[0.5·1 − 0.5·3] = −0.5",
        "1 unchecked; 3 unchecked; 0 unchecked; 1 unchecked; 0 right; -0.5 right",
    ),
    "digits glued to Greek letters": (
        "h(x) = θ0 + θ1·x, θ0 = 1, θ1 = 0.5\n\nh(1.5) = 1.75, θ0 = 1 + 0.1·0.8333 = 1.0833",
        "1.75 right; 1.0833 right",
    ),
    "a plus behind a name": (
        "w1+ = 0.2 - 0.5*(-0.06) = 0.23\n\nw2+ = 0.1 + 0.5*0.06 = 0.14",
        "0.23 right; 0.14 slip",
    ),
    "two results joined by a word of one letter": (
        "Luego w = 2 + 0,5 = 2,5 y b = 0,5 + 0,25 = 0,75.",
        "2.5 right; 0.75 right",
    ),
    "a function within which a number is rounded": ("p = σ(0.123456) = σ(0.12) = 0.53", "0.53 right"),
    "arrays of a program": (
        "X = np.array([[1.0, 2.0], [3.0, 4.0]])\ny = np.array([1.0, 2.0])\nw = np.array([0.5, -0.5]); b = 0.1\n\n```\n"
        "y_pred = [-0.4 -0.4]\nmse = 3.86\ngrad_w = [-8.6 -12.4]\ngrad_b = -3.8\n```",
        "1.0 unchecked; 2.0 unchecked; -0.4 right; -0.4 right; 3.86 right; -8.6 right; -12.4 right; -3.8 right",
    ),
    "angle brackets": (
        "$f(x, y) = x^2 + 2y^2$\n\n$\\nabla f(3, 1) = \\langle 6, 4 \\rangle$",
        "6 right; 4 right",
    ),
    "one component of a list that is wrong": (
        "Fit y = wx + b\n\nTraining data: (1, 2), (3, 5), (4, 4). Initialize w = 0.5, b = 1.0.\n\n"
        "Predictions: [1.5, 2.5, 3.5]",
        "0.5 unchecked; 1.5 right; 2.5 right; 3.5 slip",
    ),
    "numbers of a list without brackets": (
        "x = [1, 3], y = [2, 5], model: prediction = w * x, w = 0.5\n\nErrors: -1.5, -3.5\n\nPredictions: 0.5, 1.5",
        "1 unchecked; 3 unchecked; 2 unchecked; 5 unchecked; 0.5 unchecked; -1.5 right; -3.5 right; 0.5 right; 1.5 right",
    ),
    "a comma between digits where decimals have theirs in braces": (
        "$f(x, y) = x^2 + 2y^2$, $\\alpha = 0{,}1$\n\n$x_0 = (1,2)$, $\\nabla f(1,2) = (2,8)$, $x_1 = (0{,}8; 1{,}2)$",
        "1 unchecked; 2 unchecked; 2 right; 8 right; 0.8 right; 1.2 right",
    ),
    "slopes as programs name them": (
        "a = 0.6, y = 1, x = [2, 3]\n\ndz = a - y = 0.6 - 1 = -0.4\n\ndw = dz * x = [-0.4*2, -0.4*3] = [-0.8, -1.2]",
        "0.6 unchecked; 1 unchecked; 2 unchecked; 3 unchecked; -0.4 right; -0.8 right; -1.2 right",
    ),
    "a sample named by its numbers": (
        "w = 0.5, b = 0, prediction = w * x + b\n\nSample (1, 2): prediction = 0.50\n\nSample (4, 3): prediction = 2.00",
        "0.5 unchecked; 0.50 right; 2.00 right",
    ),
    "a mean of rounded squares that is rounded once": (
        "x = [1, 2, 3], y = [1.3232, 2.643, 3.02], model: prediction = w * x, w = 1.0\n\n"
        "MSE = (0.104 + 0.413 + 0.0004)/3 = 0.173\n\nMSE = (0.104 + 0.413 + 0.0004)/3 = 0.174",
        "1 unchecked; 2 unchecked; 3 unchecked; 1.3232 unchecked; 2.643 unchecked; 3.02 unchecked; 1.0 unchecked; 0.173 right; 0.174 slip",
    ),
    "a step size in two words": (
        "$g(t) = t^3 - 3t$ from $t_0 = 2$ with step size $0.05$\n\n$t_1 = 1.55$",
        "2 unchecked; 1.55 right",
    ),
    "losses at other places are not held against the last parameter": (
        "$L(w) = \\frac{1}{2}\\sum_i (w x_i - y_i)^2$ with $(x_1, y_1) = (1, 2)$, $(x_2, y_2) = (2, 3)$, $\\eta = 0.1$, $w^{(0)} = 0$\n\n"
        "$w^{(1)} = 0 - 0.1(-8) = 0.80$\n\n$w^{(2)} = 0.80 - 0.1(-4) = 1.20$\n\n$w^{(3)} = 1.20 - 0.1(-2) = 1.40$\n\n"
        "$w^* = 1.6$, $L(0) = 6.5$, $L(0.80) = 1.70$",
        "1 unchecked; 2 unchecked; 2 unchecked; 3 unchecked; 0 unchecked; 0.80 right; 1.20 right; 1.40 right; "
        "1.6 right; 6.5 unchecked; 1.70 unchecked",
    ),
    "a formula of a matrix and vectors on the left": (
        "$X = \\begin{bmatrix}1&1\\\\1&2\\\\1&3\\end{bmatrix}$, $y=(1, 2, 2)$, $\\theta=(0.5, 0.25)$\n\n"
        "$X\\theta = (0.75, 1, 1.25)$\n\n$X\\theta - y = (-0.25, -1, -0.75)$",
        "0.75 right; 1 right; 1.25 right; -0.25 right; -1 right; -0.75 right",
    ),
    "data with blanks between them behind a label": (
        "x: 0 1 2\ny: 1 3 -2\n\nLine: y = m·x + a with m = 1, a = 0.5\n\nPredictions: 0.5, 1.5, 2.5",
        "0 unchecked; 1 unchecked; 2 unchecked; 1 unchecked; 3 unchecked; -2 unchecked; 1 unchecked; 0.5 unchecked; "
        "0.5 right; 1.5 right; 2.5 right",
    ),
    "a star behind a name, and a step under another letter": (
        "f(x) = x² + 4x, x₀ = 1, λ = 0.25\n\nf'(1) = 6; x₁ = 1 − 0.25·6 = −0.5; x₂ = −1.25\n\nx* = −2, f(x*) = −4",
        "1 unchecked; 0.25 unchecked; 6 right; -0.5 right; -1.25 right; -2 right; -4 right",
    ),
    "a list is of one moment, and an exact result is no rounding": (
        "x: 0 1 2 3\ny: 1 3 2 5\n\nLine: y = m·x + a with m = 0, a = 0\n\nm = 0 + 0.1·11 = 1.1\na = 0 + 0.1·5.5 = 0.55\n\n"
        "Errors: 0.45, 1.35, -0.15, 1.15",
        "0 unchecked; 1 unchecked; 2 unchecked; 3 unchecked; 1 unchecked; 3 unchecked; 2 unchecked; 5 unchecked; "
        "0 unchecked; 0 unchecked; 1.1 right; 0.55 right; 0.45 right; 1.35 right; -0.15 slip; 1.15 right",
    ),
    "a printout that shows arrays before and after each update": (
        "Perceptron, learning rate 0.5, prediction 1 where the net input is at least 0, else 0; t = 0 for all inputs\n\n"
        "inputs[i] : [0 1]\nweights : [0.5 0.75]\nnp.dot(inputs[i], weights) : 0.75\nbias before update: [-0.25]\nprediction: 1\nerror: -1\n"
        "inputs[i] : [0 1]\nweights after update: [0.5 0.25]\nbias after update: [-0.75]\n\n"
        "inputs[i] : [1 1]\nweights : [0.5 0.25]\nnp.dot(inputs[i], weights) : 0.75\nbias before update: [-0.75]\nprediction: 1\nerror: -1\n"
        "inputs[i] : [1 1]\nweights after update: [0 -0.25]\nbias after update: [-1.25]\n\n"
        "inputs[i] : [1 0]\nweights : [0 -0.25]\nnp.dot(inputs[i], weights) : 0\nbias before update: [-1.25]\nprediction: 0\nerror: 0\n",
        "1 unchecked; 0 unchecked; 0 unchecked; 1 unchecked; 0.5 unchecked; 0.75 unchecked; 0.75 right; -0.25 unchecked; "
        "1 right; -1 right; 0 right; 1 right; 0.5 right; 0.25 right; -0.75 right; "
        "1 unchecked; 1 right; 0.5 right; 0.25 right; 0.75 right; -0.75 right; 1 right; -1 right; 1 right; 1 right; 0 right; -0.25 right; "
        "-1.25 right; 1 right; 0 unchecked; 0 right; -0.25 right; 0 right; -1.25 right; 0 right; 0 right",
    ),
    "the boundary solved for one input": (
        "w1 = 0.1, w2 = 0.7, b = -0.6\n\nBoundary: x_2 = -0.143x_1 + 0.857\n\nand not x_2 = -0.3x_1 + 0.9",
        "-0.143 right; 0.857 right",
    ),
    "where the boundary is, told in words": (
        "| x1 | x2 | t |\n|---|---|---|\n| 1 | 0 | 1 |\n| 0 | 1 | 0 |\n\nw1 = 0.2, w2 = 0.5, b = -0.1\n\n"
        "z_1 = 0.2·1 + 0.5·0 - 0.1 = 0.1. Setting z = 0 gives the boundary.",
        "0.1 right",
    ),
    "samples out of turn, told by their data": (
        "AND, step function: 1 if z >= 0, else 0. Learning rate 0.1.\n\n| x1 | x2 | t |\n|---|---|---|\n| 0 | 0 | 0 |\n| 0 | 1 | 0 |\n"
        "| 1 | 0 | 0 |\n| 1 | 1 | 1 |\n\nw1 = 0.2, w2 = -0.1, b = 0\n\nFor input (1, 1):\n\nz = 1·0.2 + 1·(-0.1) + 0 = 0.1\n\n"
        "But for input (1, 0):\n\nz = 1·0.2 + 0·(-0.1) + 0 = 0.2",
        "0.1 right; 0.2 right",
    ),
    "new weights listed behind their names, statements in every cell": (
        "Perceptron, step function: 1 if z > 0, else 0; learning rate 0.2; w1 = 0.1, w2 = 0.5, b = -0.8.\n\n"
        "| x1 | x2 | t |\n|---|---|---|\n| 0 | 1 | 1 |\n| 1 | 0 | 1 |\n\n| Sample used | Now | Change | New weights (w1, w2, b) |\n|---|---|---|---|\n"
        "| (0, 1) | z = -0.3, error = 1 | Δw1 = 0, Δw2 = 0.2, Δb = 0.2 | (0.1, 0.7, -0.6) |\n"
        "| (1, 0) | z = -0.5, error = 1 | Δw1 = 0.2, Δw2 = 0, Δb = 0.2 | (0.3, 0.7, -0.4) |",
        "-0.3 right; 1 right; 0 right; 0.2 right; 0.2 right; 0.1 right; 0.7 right; -0.6 right; "
        "-0.5 right; 1 right; 0.2 right; 0 right; 0.2 right; 0.3 right; 0.7 right; -0.4 right",
    ),
}


def _said(text: str) -> str:
    verdicts = api.check(Source("a.md", text)).report.verdicts
    plain = {"right-rounded": "right"}
    return "; ".join(
        f"{verdict.written} {plain.get(verdict.status.value, verdict.status.value)}" for verdict in verdicts
    )


@pytest.mark.parametrize("name", CASES)
def test_each_value_is_judged_as_it_is_meant(name: str) -> None:
    """Every value of the case, in order."""
    text, expected = CASES[name]
    assert _said(text) == expected

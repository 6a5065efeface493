"""How a rule of learning is worked: the claims of a solution, in the order in which they are written.

The formulas are stated here a second time, on purpose: the key must not come from what it is meant to check. A test
holds them against the derivative of the loss.
"""

from dataclasses import dataclass

from benchmarks.marking.arithmetic import Call, Minus, Node, Quantity, Ratio, Square, Sum, Times, Use
from benchmarks.marking.tasks import Task

RATE = Quantity("eta")
CONSTANT = Quantity("k")


@dataclass(frozen=True)
class Layout:
    """Which steps an author writes down.

    Attributes
    ----------
    outputs : bool
        A line for the output where it equals the net input.
    losses, gradients, changes : bool
        Lines for the loss, the gradient, the changes of the weights; what has none is worked within the next one.
    interleaved : bool
        Each weight right after its change, rather than all changes first.
    inline : bool
        Everything of an update in one expression.
    weight_first, bias_first : bool
        Order within a net input.
    restated : bool
        The weights once more at the end of each epoch.
    """

    outputs: bool = False
    losses: bool = True
    gradients: bool = True
    changes: bool = True
    interleaved: bool = False
    inline: bool = False
    weight_first: bool = True
    bias_first: bool = False
    restated: bool = False


@dataclass(frozen=True)
class Claim:
    """A value that an author works out: `node` in terms of earlier quantities."""

    quantity: Quantity
    node: Node
    epoch: int
    batch: tuple[int, ...]
    restated: bool = False


def plan(task: Task, layout: Layout) -> list[Claim]:
    """All claims of a run."""
    claims: list[Claim] = []
    step = 0
    for epoch in range(1, task.epochs + 1):
        rate = _rate(task, epoch)
        if rate.step:
            smaller = Times((Use(CONSTANT), Use(_rate(task, epoch - 1))))
            claims.append(Claim(rate, smaller, epoch, tuple(task.batches()[0])))
        for batch in task.batches():
            lines = _update(task, layout, step, batch, rate)
            claims += [Claim(q, node, epoch, tuple(batch)) for q, node in lines]
            step += 1
        if layout.restated:
            for j in range(1, task.d + 2):
                quantity = _weight(task, step, j)
                claims.append(Claim(quantity, Use(quantity), epoch, (), restated=True))
    return claims


def _weight(task: Task, step: int, j: int) -> Quantity:
    """Weight j; the one after the last is the bias."""
    return Quantity("w", step, j) if j <= task.d else Quantity("b", step)


def _rate(task: Task, epoch: int) -> Quantity:
    """The learning rate of an epoch."""
    return Quantity("eta", epoch - 1) if task.rule == "decaying rate" else RATE


def _update(
    task: Task, layout: Layout, step: int, batch: list[int], rate: Quantity
) -> list[tuple[Quantity, Node]]:
    lines: list[tuple[Quantity, Node]] = []
    if not layout.inline:
        for i in batch:
            lines += _forward(task, layout, step, i)
        if layout.losses and task.loss != "none":
            lines.append((Quantity("L", step), _loss(task, step, batch)))
    gradients: list[tuple[Quantity, Node]] = []
    changes: list[tuple[Quantity, Node]] = []
    weights: list[tuple[Quantity, Node]] = []
    for j in range(1, task.d + 2):
        old, new = _weight(task, step, j), _weight(task, step + 1, j)
        gradient, change = (
            Quantity("g" if j <= task.d else "gb", step, new.feature),
            Quantity("d" if j <= task.d else "db", step, new.feature),
        )
        if layout.gradients:
            gradients.append((gradient, _gradient(task, step, batch, j)))
            sign: int = -1
            slope: Node = Use(gradient)
            if task.rule == "momentum":
                velocity = Quantity("v" if j <= task.d else "vb", step + 1, new.feature)
                before = velocity._replace(step=step)
                kept = Times((Use(CONSTANT), Use(before)))
                gradients.append((velocity, Sum(((1, kept), (1, slope)))))
                slope = Use(velocity)
            elif task.rule == "weight decay" and j <= task.d:
                slope = Sum(((1, slope), (1, Times((Use(CONSTANT), Use(old))))))
            size: tuple[Node, ...] = (Use(rate), slope)
        else:
            sign, size = _rule(task, layout, step, batch, j, rate)
        if layout.changes:
            product = Times(size)
            changes.append((change, Minus(product) if sign < 0 else product))
            weights.append((new, Sum(((1, Use(old)), (1, Use(change))))))
        else:
            weights.append((new, Sum(((1, Use(old)), (sign, Times(size))))))
    lines += gradients
    if layout.interleaved and changes:
        for change_line, weight_line in zip(changes, weights, strict=True):
            lines += [change_line, weight_line]
    else:
        lines += changes + weights
    return lines


def _net(task: Task, layout: Layout, step: int, i: int) -> Sum:
    terms: list[tuple[int, Node]] = []
    for j in range(1, task.d + 1):
        pair = (Use(Quantity("w", step, j)), Use(Quantity("x", 0, j, i)))
        terms.append((1, Times(pair if layout.weight_first else pair[::-1])))
    terms.insert(0 if layout.bias_first else len(terms), (1, Use(Quantity("b", step))))
    return Sum(tuple(terms))


def _forward(task: Task, layout: Layout, step: int, i: int) -> list[tuple[Quantity, Node]]:
    z, a, e = (Quantity(role, step, 0, i) for role in "zae")
    lines: list[tuple[Quantity, Node]] = [(z, _net(task, layout, step, i))]
    if task.activation != "identity":
        lines.append((a, Call(task.activation, Use(z))))
    elif layout.outputs:
        lines.append((a, Use(z)))
    else:
        a = z
    target = Use(Quantity("y", 0, 0, i))
    pair = ((1, Use(a)), (-1, target)) if task.reversed_error else ((1, target), (-1, Use(a)))
    lines.append((e, Sum(pair)))
    return lines


def _loss(task: Task, step: int, batch: list[int]) -> Node:
    terms: list[tuple[int, Node]] = []
    for i in batch:
        if task.loss == "log":
            output = Use(Quantity("a", step, 0, i))
            inside: Node = output if task.targets[i - 1] == 1 else Sum(((1, Ratio(1)), (-1, output)))
            terms.append((1, Call("ln", inside)))
        else:
            terms.append((1, Square(Use(Quantity("e", step, 0, i)))))
    n = len(batch)
    factor = {"mean": Ratio(1, n), "half-mean": Ratio(1, 2 * n), "sum": Ratio(1), "half-sum": Ratio(1, 2)}[
        task.convention
    ]
    body: Node = Sum(tuple(terms)) if len(terms) > 1 else terms[0][1]
    scaled = body if factor == Ratio(1) else Times((factor, body))
    return Minus(scaled) if task.loss == "log" else scaled


def gradient_factor(task: Task, n: int) -> Ratio:
    """The constant before the sum of a gradient, without its sign."""
    if task.loss != "squared":
        return Ratio(1, n)
    return {"mean": Ratio(2, n), "half-mean": Ratio(1, n), "sum": Ratio(2), "half-sum": Ratio(1)}[
        task.convention
    ]


def _slope(task: Task, step: int, i: int, j: int) -> Node:
    """One sample's share: error, slope of the activation, input."""
    factors: list[Node] = [Use(Quantity("e", step, 0, i))]
    output = Use(Quantity("a", step, 0, i))
    if task.loss == "squared" and task.activation == "sigmoid":
        factors += [output, Sum(((1, Ratio(1)), (-1, Use(output.quantity))))]
    elif task.loss == "squared" and task.activation == "tanh":
        factors.append(Sum(((1, Ratio(1)), (-1, Square(output)))))
    if j <= task.d:
        factors.append(Use(Quantity("x", 0, j, i)))
    return Times(tuple(factors)) if len(factors) > 1 else factors[0]


def _gradient(task: Task, step: int, batch: list[int], j: int) -> Node:
    terms = tuple((1, _slope(task, step, i, j)) for i in batch)
    factor = gradient_factor(task, len(batch))
    body: Node = Sum(terms) if len(terms) > 1 else terms[0][1]
    scaled = (
        body
        if factor == Ratio(1)
        else Times((factor, *(body.factors if isinstance(body, Times) else (body,))))
    )
    return scaled if task.reversed_error else Minus(scaled)


def _rule(
    task: Task, layout: Layout, step: int, batch: list[int], j: int, rate: Quantity
) -> tuple[int, tuple[Node, ...]]:
    """Sign and factors of a change that is worked in one go."""
    factors: list[Node] = [Use(rate)]
    constant = Ratio(1) if task.loss == "none" else gradient_factor(task, len(batch))
    if constant != Ratio(1):
        factors.insert(0, constant)
    if layout.inline:
        target, net = Use(Quantity("y", 0, 0, batch[0])), _net(task, layout, step, batch[0])
        factors.append(Sum(((1, net), (-1, target)) if task.reversed_error else ((1, target), (-1, net))))
        if j <= task.d:
            factors.append(Use(Quantity("x", 0, j, batch[0])))
    else:
        terms = tuple((1, _slope(task, step, i, j)) for i in batch)
        body: Node = Sum(terms) if len(terms) > 1 else terms[0][1]
        factors += body.factors if isinstance(body, Times) else (body,)
    return (-1 if task.reversed_error else 1), tuple(factors)

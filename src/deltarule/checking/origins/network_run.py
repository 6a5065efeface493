"""A network of two layers, worked forwards, backwards and forwards again: every number that a worked example of it may tell."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from deltarule.records import record
from deltarule.trace import neuron_arithmetic
from deltarule.written import rounded

_PLACES = 25
_HALF = Fraction(1, 2)

Row = tuple[Fraction, ...]


@record
class Network:
    """What is given: inputs, targets, for each layer the weights and the bias of each neuron, and what is applied there."""

    inputs: Row
    targets: Row
    weights: tuple[tuple[Row, ...], tuple[Row, ...]]
    biases: tuple[Row, Row]
    rate: Fraction | None
    curves: tuple[str, str] = ("sigmoid", "sigmoid")
    factor: Fraction = Fraction(
        1
    )  # of the error in the slope of the loss: 1 for half the squared one, 2 for the squared one
    log: bool = False  # the log loss, of a sigmoid
    by_neuron: bool = True  # the order in which the weights count: neuron after neuron, or input after input

    @property
    def size(self) -> int:
        """How many weights there are."""
        return sum(len(row) for layer in self.weights for row in layer)

    @property
    def flat(self) -> Row:
        """The weights in the order in which they count."""
        return in_order(self.weights, self.by_neuron)


def in_order(layers: Sequence[Sequence[Row]], by_neuron: bool) -> Row:
    """The weights of all layers, neuron after neuron or input after input."""
    turned = [layer if by_neuron else tuple(zip(*layer, strict=True)) for layer in layers]
    return tuple(w for layer in turned for row in layer for w in row)


@record
class _Pass:
    nets: tuple[Row, Row]
    outs: tuple[Row, Row]
    total: Fraction


def values(network: Network) -> Iterator[Fraction]:
    """All numbers on the way, those of the step and those behind it included; slopes with both signs, for many take the error the other way.

    Raises
    ------
    DeltaruleError
        A number left the range that deltarule works in.
    """
    first = _forward(network)
    yield from _told(network, first)
    deltas, hidden, around = _back(network, first)
    gradients = (_outer(hidden, network.inputs), _outer(deltas, first.outs[0]))
    each = [g for layer in gradients for row in layer for g in row]
    signed = [*around.signed, *deltas, *hidden, *each, sum(deltas, Fraction(0)), sum(hidden, Fraction(0))]
    signed += [network.rate * g for g in (*each, *deltas, *hidden)] if network.rate is not None else []
    yield from (*around.slopes, *signed, *(-value for value in signed))
    if network.rate is None:
        return
    weights = tuple(_moved(*pair, network.rate) for pair in zip(network.weights, gradients, strict=True))
    yield from (w for layer in weights for row in layer for w in row)
    for biases in _moved_biases(network, (hidden, deltas), network.rate):
        yield from (b for row in biases for b in row)
        moved = Network(
            network.inputs,
            network.targets,
            (weights[0], weights[1]),
            biases,
            None,
            network.curves,
            network.factor,
            network.log,
        )
        again = _forward(moved)
        yield from _told(moved, again)
        yield first.total - again.total


@record
class _Around:
    """What is worked on the way back: slopes of the curves, and slopes of the loss."""

    slopes: Row
    signed: Row


def _back(network: Network, first: _Pass) -> tuple[Row, Row, _Around]:
    """The deltas of the outputs and of the hidden neurons, and what leads to them."""
    outs = first.outs
    low, high = (
        tuple(_slope(curve, o) for o in row) for curve, row in zip(network.curves, outs, strict=True)
    )
    errors = tuple(o - t for o, t in zip(outs[1], network.targets, strict=True))
    by_output = tuple(
        rounded(e / s, _PLACES) if network.log else network.factor * e
        for e, s in zip(errors, high, strict=True)
    )
    products = tuple(rounded(e * s, _PLACES) for e, s in zip(by_output, high, strict=True))
    deltas = errors if network.log else products
    back = tuple(
        tuple(rounded(d * row[j], _PLACES) for d, row in zip(deltas, network.weights[1], strict=True))
        for j in range(len(outs[0]))
    )
    sums = tuple(sum(parts, Fraction(0)) for parts in back)
    hidden = tuple(rounded(each * s, _PLACES) for each, s in zip(sums, low, strict=True))
    parts = (part for row in back for part in row)
    return deltas, hidden, _Around((*low, *high), (*by_output, *sums, *parts))


def stepped(network: Network) -> Row:
    """The weights after one step, in the order in which they count; none where the rate is not known."""
    if network.rate is None:
        return ()
    first = _forward(network)
    deltas, hidden, _ = _back(network, first)
    gradients = (_outer(hidden, network.inputs), _outer(deltas, first.outs[0]))
    layers = [_moved(*pair, network.rate) for pair in zip(network.weights, gradients, strict=True)]
    return in_order(layers, network.by_neuron)


def _forward(network: Network) -> _Pass:
    layer, nets, outs = network.inputs, [], []
    for weights, biases, curve in zip(network.weights, network.biases, network.curves, strict=True):
        net = tuple(
            rounded(sum((w * x for w, x in zip(row, layer, strict=True)), bias), _PLACES)
            for row, bias in zip(weights, biases, strict=True)
        )
        layer = tuple(rounded(_applied(curve, each), _PLACES) for each in net)
        nets.append(net)
        outs.append(layer)
    pairs = list(zip(layer, network.targets, strict=True))
    if network.log:
        logarithm = neuron_arithmetic().functions["ln"]
        total = -sum((Fraction(logarithm(o if t else 1 - o)) for o, t in pairs), Fraction(0))
    else:
        total = _HALF * network.factor * sum(((o - t) ** 2 for o, t in pairs), Fraction(0))
    return _Pass((nets[0], nets[1]), (outs[0], outs[1]), rounded(total, _PLACES))


def _told(network: Network, done: _Pass) -> Iterator[Fraction]:
    """Net inputs, outputs and errors."""
    yield from (each for row in (*done.nets, *done.outs) for each in row)
    yield done.total
    for output, target in zip(done.outs[1], network.targets, strict=True):
        square = (output - target) ** 2
        yield from (target - output, square, _HALF * square)


def _applied(curve: str, net: Fraction) -> Fraction:
    if curve == "identity":
        return net
    return Fraction(neuron_arithmetic().functions[curve](net))


def _slope(curve: str, output: Fraction) -> Fraction:
    if curve == "sigmoid":
        return rounded(output * (1 - output), _PLACES)
    if curve == "tanh":
        return rounded(1 - output * output, _PLACES)
    return Fraction(1) if curve == "identity" or output > 0 else Fraction(0)


def _outer(column: Row, row: Row) -> tuple[Row, ...]:
    return tuple(tuple(rounded(a * b, _PLACES) for b in row) for a in column)


def _moved(weights: Sequence[Row], gradients: Sequence[Row], rate: Fraction) -> tuple[Row, ...]:
    return tuple(
        tuple(w - rate * g for w, g in zip(*rows, strict=True))
        for rows in zip(weights, gradients, strict=True)
    )


def _moved_biases(network: Network, deltas: tuple[Row, Row], rate: Fraction) -> Iterator[tuple[Row, Row]]:
    """The biases after the step, each neuron's own or one for the layer; and as they were, for many leave them alone."""
    own = [
        tuple(b - rate * d for b, d in zip(*pair, strict=True))
        for pair in zip(network.biases, deltas, strict=True)
    ]
    yield own[0], own[1]
    shared = [
        tuple(b - rate * sum(layer, Fraction(0)) for b in row)
        for row, layer in zip(network.biases, deltas, strict=True)
    ]
    yield shared[0], shared[1]
    yield network.biases

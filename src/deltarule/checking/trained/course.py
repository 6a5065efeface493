"""A training worked in decimals, epoch by epoch, and all that may be printed at an epoch."""

import decimal
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

from deltarule.checking.trained.setups import Point, Setup

PLACES = 22
_CONTEXT = decimal.Context(prec=PLACES, Emax=2_000, Emin=-2_000)
_FAR_OFF = Decimal(10) ** 12
_STEEP = 400  # net inputs whose exponentials are as good as nothing
State: TypeAlias = Mapping[str, Point]
SCALES = ("sum", "two", "mean", "two mean")


def course(setup: Setup, wanted: Collection[int]) -> dict[int, State]:
    """What stands at the wanted epochs, up to the first at which nothing can be worked any more."""
    found: dict[int, State] = {}
    last = max(wanted, default=0)
    try:
        with decimal.localcontext(_CONTEXT):
            here = setup.start
            step = setup.rate * setup.factor
            inputs = [(*row, Decimal(1)) for row in setup.rows] if setup.has_bias else list(setup.rows)
            for epoch in range(last + 1):
                told = epoch in wanted
                if told:
                    found[epoch] = _state(setup, inputs, here)
                if setup.in_turn:
                    here, on_the_way = _in_turn(setup, inputs, here, step, told)
                    if told:
                        found[epoch] = {**found[epoch], **on_the_way}
                else:
                    here = _together(setup, inputs, here, step)
                if max(map(abs, here)) > _FAR_OFF:
                    break
    except ArithmeticError:
        pass
    return found


def _net(row: Point, point: Point) -> Decimal:
    total = row[0] * point[0]
    for x, w in zip(row[1:], point[1:], strict=True):
        total += x * w
    return total


def _output(curve: str, net: Decimal) -> Decimal:
    match curve:
        case "identity":
            return net
        case "sigmoid":
            return 1 / (1 + (-net).exp()) if abs(net) < _STEEP else Decimal(net > 0)
        case "tanh":
            twice = (2 * net).exp() if abs(net) < _STEEP else None
            return Decimal(1 if net > 0 else -1) if twice is None else (twice - 1) / (twice + 1)
    above = net > 0 if curve.endswith("above") else net >= 0
    return Decimal(1) if above else Decimal(0 if curve.startswith("step") else -1)


def _bend(setup: Setup, output: Decimal) -> Decimal:
    """The slope of the output, where it is a factor."""
    if not setup.is_curved:
        return Decimal(1)
    return output * (1 - output) if setup.curve == "sigmoid" else 1 - output * output


def _together(setup: Setup, inputs: list[Point], here: Point, step: Decimal) -> Point:
    sums = [Decimal(0)] * len(here)
    for row, target in zip(inputs, setup.targets, strict=True):
        output = _output(setup.curve, _net(row, here))
        error = (output - target) * _bend(setup, output) if setup.is_curved else output - target
        if error:
            for j, x in enumerate(row):
                sums[j] += error * x
    return tuple(w - step * slope for w, slope in zip(here, sums, strict=True))


def _in_turn(
    setup: Setup, inputs: list[Point], here: Point, step: Decimal, told: bool
) -> tuple[Point, dict[str, Point]]:
    """One epoch of samples after one another, and what came on the way."""
    places: list[Decimal] = []
    outputs: list[Decimal] = []
    nets: list[Decimal] = []
    for row, target in zip(inputs, setup.targets, strict=True):
        net = _net(row, here)
        output = _output(setup.curve, net)
        error = (output - target) * _bend(setup, output) if setup.is_curved else output - target
        if error:
            here = tuple(w - step * error * x for w, x in zip(here, row, strict=True))
        if told:
            outputs.append(output)
            nets.append(net)
            places += here
    if not told:
        return here, {}
    errors = [output - target for output, target in zip(outputs, setup.targets, strict=True)]
    found: dict[str, Point] = {
        "turn place": tuple(places),
        "turn output": tuple(outputs),
        "turn net": tuple(nets),
        "turn error": tuple(errors),
        "turn missing": tuple(-error for error in errors),
    }
    found |= {f"running {name}": (value,) for name, value in _losses(setup, outputs, errors)}
    return here, found


def _losses(setup: Setup, outputs: list[Decimal], errors: list[Decimal]) -> Iterator[tuple[str, Decimal]]:
    """The losses, by name."""
    count = len(errors)
    squares = sum((error * error for error in errors), Decimal(0))
    yield "sse", squares
    yield "half sse", squares / 2
    yield "mse", squares / count
    yield "half mse", squares / count / 2
    yield "rmse", (squares / count).sqrt()
    if setup.curve == "sigmoid" and set(setup.targets) <= {Decimal(0), Decimal(1)}:
        likely = [
            output if target else 1 - output for output, target in zip(outputs, setup.targets, strict=True)
        ]
        if all(each > 0 for each in likely):
            entropy = -sum((each.ln() for each in likely), Decimal(0))
            yield "entropy", entropy
            yield "mean entropy", entropy / count
    if setup.curve == "identity":
        yield "mae", sum(map(abs, errors), Decimal(0)) / count


def _state(setup: Setup, inputs: list[Point], here: Point) -> dict[str, Point]:
    """What may be printed where the parameters are these."""
    count = len(inputs)
    nets = [_net(row, here) for row in inputs]
    outputs = [_output(setup.curve, net) for net in nets]
    errors = [output - target for output, target in zip(outputs, setup.targets, strict=True)]
    found: dict[str, Point] = {"place": here}
    for name, value in _losses(setup, outputs, errors):
        found[name] = (value,)
    partial = [Decimal(0)] * len(here)
    for k, (row, output, error) in enumerate(zip(inputs, outputs, errors, strict=True), 1):
        bent = error * _bend(setup, output)
        partial = [total + bent * x for total, x in zip(partial, row, strict=True)]
        if k < count:
            found[f"part {k}"] = tuple(partial)
            found[f"part two {k}"] = tuple(2 * each for each in partial)
    for scale, factor in zip(
        SCALES, (Decimal(1), Decimal(2), Decimal(1) / count, Decimal(2) / count), strict=True
    ):
        slopes = tuple(factor * each for each in partial)
        found[f"slope {scale}"] = slopes
        found[f"norm {scale}"] = (sum((each * each for each in slopes), Decimal(0)).sqrt(),)
    found["output"] = tuple(outputs)
    if setup.curve != "identity":
        found["net"] = tuple(nets)
    if setup.curve == "sigmoid":
        found["class"] = tuple(Decimal(output >= Decimal("0.5")) for output in outputs)
    if setup.curve in ("sigmoid", "step", "step above", "sign", "sign above"):
        half = Decimal("0.5") if setup.curve == "sigmoid" else Decimal(0)
        right = sum(
            (output >= half) == (target > 0) if setup.curve == "sigmoid" else output == target
            for output, target in zip(outputs, setup.targets, strict=True)
        )
        found["right"] = (Decimal(right),)
        found["wrong"] = (Decimal(count - right),)
        found["accuracy"] = (Decimal(right) / count,)
        found["percent"] = (Decimal(100 * right) / count,)
    found["error"] = tuple(errors)
    found["missing"] = tuple(-error for error in errors)
    return found

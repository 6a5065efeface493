"""Numbers, lists and arrays of a program, and what NumPy, ``math`` and Python do with them.

Decimals stand for floating point numbers: what is printed of them has fewer digits than they have.
"""

import ast
import decimal
import math
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

MAX_LIST = 400
MAX_NUMBERS = 2_000  # of one array
MAX_NESTED = 3
MAX_WHOLE = 10**40
CONTEXT = decimal.Context(prec=30, Emax=10_000, Emin=-10_000)


class GivenUpError(Exception):
    """The machine does not know this."""


@dataclass
class Array(Sequence[Any]):
    """Numbers with which one counts element by element."""

    items: list[Any]

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, at: Any) -> Any:
        found = self.items[at]
        return Array(found) if isinstance(at, slice) else found


def exact(value: Any) -> Any:
    """Whole numbers as they are, unless they grow out of hand; everything else as a decimal."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    if isinstance(value, int):
        return value if abs(value) < MAX_WHOLE else Decimal(value)
    if not value.is_finite():
        raise GivenUpError
    return value


def each(change: Callable[[Any], Any], value: Any) -> Any:
    """Change a number, or every number of an array."""
    if isinstance(value, list | tuple):
        value = arrayed(value)
    if isinstance(value, Array):
        return Array([each(change, item) for item in value])
    return change(number_of(value))


def both(join: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Join two numbers, or arrays element by element; a single row or number goes with all.

    Raises
    ------
    GivenUpError
        The shapes do not go together, or the result would be too large.
    """
    if isinstance(left, Array) and isinstance(right, Array):
        (rows, columns), (others, more) = _extent(left), _extent(right)
        if max(rows, others) * max(columns, more) > MAX_NUMBERS:
            raise GivenUpError
        if depth(left) > depth(right):
            right = Array([right] * len(left)) if len(left) != len(right) or depth(left) == 2 else right
        elif depth(right) > depth(left):
            left = Array([left] * len(right))
        if len(left) == 1 != len(right):
            left = Array(list(left) * len(right))
        elif len(right) == 1 != len(left):
            right = Array(list(right) * len(left))
        if len(left) != len(right) or len(left) > MAX_LIST:
            raise GivenUpError
        return Array([both(join, a, b) for a, b in zip(left, right, strict=True)])
    if isinstance(left, Array):
        return Array([both(join, a, right) for a in left])
    if isinstance(right, Array):
        return Array([both(join, left, b) for b in right])
    return exact(join(number_of(left), number_of(right)))


def depth(value: Any) -> int:
    """How many indices a value has."""
    return 1 + depth(value[0]) if isinstance(value, Array | list) and len(value) else 0


def _extent(value: Array) -> tuple[int, int]:
    """Rows and columns of a vector, which has one row, or of a matrix."""
    if not any(isinstance(item, Array) for item in value.items):
        return 1, len(value)
    if any(isinstance(part, Array) for item in value.items if isinstance(item, Array) for part in item.items):
        raise GivenUpError
    return len(value), max(len(item) if isinstance(item, Array) else 1 for item in value.items)


def number_of(value: Any) -> Any:
    """A number, or a truth as 0 or 1; GivenUpError for anything else."""
    if isinstance(value, bool):
        return int(value)
    if not isinstance(value, int | Decimal):
        raise GivenUpError
    return value


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(exponent, int) and isinstance(base, int):
        if abs(exponent) > 200 or abs(base) > 10**6:
            raise GivenUpError
        return base**exponent if exponent >= 0 else CONTEXT.power(Decimal(base), exponent)
    if abs(exponent) > 10_000:
        raise GivenUpError
    return CONTEXT.power(Decimal(base), Decimal(exponent))


def _divided(left: Any, right: Any) -> Decimal:
    return CONTEXT.divide(Decimal(left), Decimal(right))


def _joined(
    whole: Callable[[Any, Any], Any], exact: Callable[[Decimal, Decimal], Decimal]
) -> Callable[[Any, Any], Any]:
    def join(left: Any, right: Any) -> Any:
        if isinstance(left, int) and isinstance(right, int):
            return whole(left, right)
        return exact(Decimal(left), Decimal(right))

    return join


BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: _joined(operator.add, CONTEXT.add),
    ast.Sub: _joined(operator.sub, CONTEXT.subtract),
    ast.Mult: _joined(operator.mul, CONTEXT.multiply),
    ast.Div: _divided,
    ast.FloorDiv: _joined(operator.floordiv, CONTEXT.divide_int),
    ast.Mod: _joined(operator.mod, CONTEXT.remainder),
    ast.Pow: _power,
}
COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip


def product(left: Any, right: Any) -> Any:
    """The product of numbers, vectors and matrices, as ``np.dot`` has it."""
    add, times = BINARY[ast.Add], BINARY[ast.Mult]
    a, b = depth(left), depth(right)
    if not a or not b:
        return both(times, arrayed(left), arrayed(right))
    if a == 1 and b == 1:
        if len(left) != len(right):
            raise GivenUpError
        total: Any = 0
        for one, other in zip(left, right, strict=True):
            total = exact(add(total, times(number_of(one), number_of(other))))
        return total
    if b == 1:
        return Array([product(row, right) for row in left])
    columns = turned(right)
    if a == 1:
        return Array([product(left, column) for column in columns])
    if len(left) * len(columns) * len(right) > MAX_NUMBERS:
        raise GivenUpError
    return Array([Array([product(row, column) for column in columns]) for row in left])


def turned(value: Any) -> Any:
    """Rows as columns."""
    return Array([Array(list(column)) for column in zip(*value, strict=True)]) if depth(value) == 2 else value


def arrayed(value: Any) -> Any:
    """Lists as arrays; a number stays as it is."""
    if isinstance(value, list | tuple | Array):
        flat(value)
        return Array([arrayed(item) for item in value])
    return value


def flat(value: Any) -> list[Any]:
    """All numbers of an array.

    Raises
    ------
    GivenUpError
        There are too many, or lists within lists within lists.
    """
    if not isinstance(value, Array | list | tuple):
        return [value]
    found: list[Any] = []
    ahead: list[tuple[Any, int]] = [(value, 0)]
    while ahead:
        item, level = ahead.pop()
        if not isinstance(item, Array | list | tuple):
            found.append(item)
        elif level < MAX_NESTED:
            ahead += [(part, level + 1) for part in reversed(item)]
        else:
            raise GivenUpError
        if len(found) + len(ahead) > MAX_NUMBERS:
            raise GivenUpError
    return found


def _total(value: Any, axis: Any = None, **_: Any) -> Any:
    add = BINARY[ast.Add]
    if axis in (0, 1) and depth(value) == 2:
        rows = turned(value) if axis == 0 else value
        return Array([_total(row) for row in rows])
    total: Any = 0
    for number in flat(value):
        total = exact(add(total, number_of(number)))
    return total


def _mean(value: Any, axis: Any = None, **_: Any) -> Any:
    count = len(flat(value))
    if axis in (0, 1) and depth(value) == 2:
        count = len(value) if axis == 0 else len(value[0])
    return both(_divided, _total(value, axis), count)


def _of(function: Callable[[Decimal], Decimal]) -> Callable[..., Any]:
    return lambda value, **_: each(lambda number: exact(function(Decimal(number))), value)


def _tanh(value: Decimal) -> Decimal:
    twice = CONTEXT.exp(2 * value) if abs(value) < 60 else None
    if twice is None:
        return Decimal(1 if value > 0 else -1)
    return CONTEXT.divide(twice - 1, twice + 1)


def _filled(number: int) -> Callable[..., Any]:
    def made(shape: Any, *_: Any, **__: Any) -> Any:
        sizes = list(shape) if isinstance(shape, list | tuple | Array) else [shape]
        if len(sizes) > 2 or any(not isinstance(size, int) or size < 1 for size in sizes):
            raise GivenUpError
        if math.prod(sizes) > MAX_NUMBERS or sizes[-1] > MAX_LIST:
            raise GivenUpError
        if len(sizes) < 2:
            return Array([Decimal(number)] * sizes[0])
        return Array([Array([Decimal(number)] * sizes[1]) for _ in range(sizes[0])])  # rows of their own

    return made


def _largest(*values: Any, **_: Any) -> Any:
    return max(map(number_of, flat(values[0] if len(values) == 1 else list(values))))


def _smallest(*values: Any, **_: Any) -> Any:
    return min(map(number_of, flat(values[0] if len(values) == 1 else list(values))))


def _spaced(first: Any, last: Any, count: Any = 50) -> Any:
    if not isinstance(count, int) or not 1 < count <= MAX_LIST:
        raise GivenUpError
    step = _divided(BINARY[ast.Sub](last, first), count - 1)
    return Array([BINARY[ast.Add](first, step * k) for k in range(count)])


def _numbers(*bounds: Any) -> Any:
    if not all(isinstance(bound, int) for bound in bounds):
        raise GivenUpError
    return range(*bounds)


def _as_exact(value: Any, *_: Any, **__: Any) -> Any:
    return each(Decimal, value)


def _rounded(value: Any, places: Any = 0, **_: Any) -> Any:
    return value  # what is written shows how it was rounded


def _same(value: Any, *_: Any, **__: Any) -> Any:
    return value


def _reshaped(value: Any, *sizes: Any, **_: Any) -> Any:
    wanted = list(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], list | tuple) else list(sizes)
    numbers = flat(value)
    if len(wanted) == 1:
        return Array(numbers)
    if len(wanted) != 2 or not numbers:
        raise GivenUpError
    width = wanted[1] if wanted[1] > 0 else len(numbers) // max(wanted[0], 1)
    if width < 1 or len(numbers) % width:
        raise GivenUpError
    return Array([Array(numbers[k : k + width]) for k in range(0, len(numbers), width)])


def size_of(value: Any) -> Any:
    """The shape of an array, as NumPy tells it."""
    return tuple(_sizes(value))


def _sizes(value: Any) -> Iterator[int]:
    while isinstance(value, Array | list) and len(value):
        yield len(value)
        value = value[0]


_SIGMOID = _of(lambda value: CONTEXT.divide(Decimal(1), 1 + CONTEXT.exp(-value)))
# of NumPy, of math, and of Python itself
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": _of(CONTEXT.exp), "log": _of(CONTEXT.ln), "sqrt": _of(CONTEXT.sqrt), "tanh": _of(_tanh), "abs": _of(CONTEXT.abs),
    "absolute": _of(CONTEXT.abs), "fabs": _of(CONTEXT.abs), "square": lambda value: both(BINARY[ast.Mult], value, value),
    "power": lambda left, right: both(_power, arrayed(left), arrayed(right)), "pow": lambda left, right: both(_power, left, right),
    "dot": product, "matmul": product, "inner": product, "sum": _total, "mean": _mean, "average": _mean,
    "array": lambda value, *_, **__: arrayed(value), "asarray": lambda value, *_, **__: arrayed(value),
    "tensor": lambda value, *_, **__: arrayed(value), "zeros": _filled(0), "ones": _filled(1), "transpose": turned,
    "maximum": lambda left, right: both(lambda a, b: max(a, b), left, right), "max": _largest, "min": _smallest,
    "multiply": lambda left, right: both(BINARY[ast.Mult], arrayed(left), arrayed(right)),
    "subtract": lambda left, right: both(BINARY[ast.Sub], arrayed(left), arrayed(right)),
    "linspace": _spaced, "float": _as_exact, "float32": _as_exact, "float64": _as_exact, "int": lambda value: each(int, value),
    "round": _rounded, "around": _rounded, "copy": _same, "range": _numbers, "arange": _numbers, "len": lambda value: len(value),
    "list": lambda value=(): list(islice(value, MAX_LIST)), "tuple": lambda value: tuple(islice(value, MAX_LIST)),
    "expit": _SIGMOID, "sigmoid": _SIGMOID, "size": lambda value: len(flat(value)), "shape": size_of, "reshape": _reshaped,
    "norm": lambda value: CONTEXT.sqrt(Decimal(_total(both(BINARY[ast.Mult], arrayed(value), arrayed(value))))),
    "str": _same, "sign": lambda value: each(lambda number: (number > 0) - (number < 0), value),
}  # fmt: skip

"""The parts that compiled kernels are put together from, and the flags they are compiled with.

Three things matter here more than they look. Elementary functions are polynomials without a branch, because a call
into the mathematics library keeps a loop from being done several rows at a time. Loops run over slices, from 0 to their
length, because an index that starts elsewhere might be negative, for all the compiler knows, and is then checked each time.
And where an argument is None (no weights of rows, no view), Numba compiles the kernel without that branch.

Sums may be reordered and products fused with sums; NaN and infinity keep their meaning everywhere.
"""

from collections.abc import Callable
from decimal import Context, Decimal
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit, types
from numba.extending import overload

Function = TypeVar("Function", bound=Callable[..., Any])

_SUMS = {"reassoc", "contract", "nsz", "arcp"}
_STRICT = {"contract", "nsz"}  # what rounds on purpose must not be reordered


def kernel(function: Function) -> Function:
    """Compile a kernel: without the lock of the interpreter, and kept on disk for the next process where there is room."""
    options: dict[str, Any] = {"nogil": True, "fastmath": _SUMS, "error_model": "numpy"}
    try:
        compiled: Any = njit(cache=True, **options)(function)
    except RuntimeError:  # neither the folder of the package nor the user's own can be written to
        compiled = njit(**options)(function)
    return cast(Function, compiled)


def part(function: Function) -> Function:
    """Compile what is put into a kernel wherever it is called."""
    compiled: Any = njit(nogil=True, fastmath=_SUMS, error_model="numpy", forceinline=True)(function)
    return cast(Function, compiled)


def strict(function: Function) -> Function:
    """Compile a part whose operations keep their order."""
    compiled: Any = njit(nogil=True, fastmath=_STRICT, error_model="numpy", forceinline=True)(function)
    return cast(Function, compiled)


# elementary functions

_LOG2_E = 1.4426950408889634
_LN2_HIGH, _LN2_LOW = 0.6931467056274414, 4.7493250390316726e-07  # any exponent times the high part is exact
_ROUND = 6755399441055744.0  # 1.5 * 2**52: a number added to it is rounded to a whole one, in the lowest bits
_ROUND_BITS = 0x4338000000000000
_BIAS, _FRACTION_BITS, _FRACTION = 1023, 52, (1 << 52) - 1
_HIGHEST, _LOWEST = 710.0, -746.0  # exp is infinite above, and 0 below


@strict
def _reduced(x: Any) -> Any:
    """Return (p, s, t) with ``exp(x) = (1 + p) s t``, |p| < 0.42 and s, t powers of two; NaN stays NaN.

    p is a polynomial in the rest ``r = x - k ln 2``, from -0.347 to 0.347. Its coefficients interpolate exp at Chebyshev points,
    which is within 3e-18 of it.
    """
    x = _HIGHEST if x > _HIGHEST else x
    x = _LOWEST if x < _LOWEST else x
    rounded = x * _LOG2_E + _ROUND
    k = np.float64(rounded).view(np.int64) - _ROUND_BITS
    whole = rounded - _ROUND
    r = (x - whole * _LN2_HIGH) - whole * _LN2_LOW
    low = 0.16666666666666669 + r * (0.041666666666666664 + r * 0.008333333333330039)
    middle = 0.0013888888888886537 + r * (0.00019841269863171557 + r * 2.4801587317228724e-05)
    high = 2.7557268276905696e-06 + r * (2.7557282838800484e-07 + r * 2.5100472505694996e-08)
    cube = r * r * r
    p = r + (0.5 * (r * r) + cube * (low + cube * (middle + cube * (high + cube * 2.09112987659402e-09))))
    half = k >> 1  # 2**k in two steps, so that neither leaves the range of exponents
    s = np.int64((half + _BIAS) << _FRACTION_BITS).view(np.float64)
    t = np.int64((k - half + _BIAS) << _FRACTION_BITS).view(np.float64)
    return p, s, t


@strict
def exp(x: Any) -> Any:
    """e to the power of x: 0 or infinite only where a float can hold nothing nearer."""
    p, s, t = _reduced(x)
    return (s + s * p) * t


@strict
def exp_of_negative(x: Any) -> Any:
    """The same for x <= 0, a little faster; 0 below -708, where floats become less precise."""
    x = -708.0 if x < -708.0 else x
    p, s, t = _reduced(x)
    return s * t + (s * t) * p


@strict
def expm1(x: Any) -> Any:
    """exp(x) - 1, without the cancellation at a small x."""
    p, s, t = _reduced(x)
    return s * t * p + (s * t - 1.0)


@strict
def log1p_of_unit(t: Any) -> Any:
    """ln(1 + t) for t from 0 to 1, by the series of 2 artanh(s) with ``s = t/(2 + t)``, its tail interpolated."""
    s = t / (2.0 + t)
    v = s * s
    w = v * v
    low = 0.6666666666666666 + v * 0.40000000000014585 + w * (0.2857142856710876 + v * 0.22222222717427864)
    high = 0.18181789436132859 + v * 0.15385570064958623 + w * (0.13314144209654935 + v * 0.12001072809590713)
    top = 0.08800738486144674 + v * 0.1616404561194353
    return 2.0 * s + s * v * (low + w * w * (high + w * w * top))


@strict
def log1p_of_positive(t: Any) -> Any:
    """ln(1 + t) for any t >= 0: from 1 on with the power of two of 1 + t split off; NaN and infinity give NaN."""
    bits = np.float64(1.0 + t).view(np.int64)
    whole = np.float64((bits >> _FRACTION_BITS) - _BIAS)
    fraction = np.int64((bits & _FRACTION) | (_BIAS << _FRACTION_BITS)).view(np.float64) - 1.0
    k, rest = (0.0, t) if t < 1.0 else (whole, fraction)
    return k * _LN2_HIGH + (log1p_of_unit(rest) + k * _LN2_LOW) + (t - t)


@strict
def logistic(z: Any) -> Any:
    """exp(-|z|), 1/(1 + exp(-z)) and 1/(1 + exp(z)), with one exponential and one division."""
    t = exp_of_negative(-abs(z))
    share = 1.0 / (1.0 + t)
    other = t * share
    return t, share if z >= 0.0 else other, other if z >= 0.0 else share


@part
def settled(logs: Any) -> Any:
    """The sum of ln(1 + t) over all t, which are 0 afterwards."""
    total = 0.0
    for i in range(logs.shape[0]):
        total += log1p_of_positive(logs[i])
        logs[i] = 0.0
    return total


@strict
def sigmoid(z: Any) -> Any:
    """1/(1 + exp(-z)), with nothing lost on either side."""
    t = exp_of_negative(-abs(z))
    share = 1.0 / (1.0 + t)
    return share if z >= 0.0 else t * share


@strict
def tanh(z: Any) -> Any:
    """Hyperbolic tangent, precise for a small z too."""
    below = expm1(-2.0 * abs(z))
    size = -below / (2.0 + below)
    return size if z >= 0.0 else -size


# the same for one number that much waits for: a table takes the place of most of the polynomial

_FRACTIONS = 64  # of a power of two
_POWERS = np.array([float(Context(prec=40).power(2, Decimal(j) / _FRACTIONS)) for j in range(_FRACTIONS)])
_FRACTIONS_LOG2_E = 92.33248261689366
_STEP_HIGH, _STEP_LOW = (
    0.010830424695996044,
    2.5310172166650877e-13,
)  # ln 2 / 64: any exponent times the high part is exact


@strict
def exp_in_turn(x: Any) -> Any:
    """e to the power of x <= 0; 0 below -708, where floats become less precise."""
    x = -708.0 if x < -708.0 else x
    rounded = x * _FRACTIONS_LOG2_E + _ROUND
    k = np.float64(rounded).view(np.int64) - _ROUND_BITS
    whole = rounded - _ROUND
    r = (x - whole * _STEP_HIGH) - whole * _STEP_LOW
    bits = np.float64(_POWERS[k & (_FRACTIONS - 1)]).view(np.int64) + ((k >> 6) << _FRACTION_BITS)
    power = np.int64(bits).view(np.float64)
    p = (0.5 + r * 0.16666666666666666) + (r * r) * (0.041666666666666664 + r * 0.008333333333333333)
    return power + power * (r + (r * r) * p)


@strict
def sigmoid_in_turn(z: Any) -> Any:
    """1/(1 + exp(-z))."""
    t = exp_in_turn(-abs(z))
    share = 1.0 / (1.0 + t)
    return share if z >= 0.0 else t * share


# net inputs and gradients of a few rows at a time, which stay in the first-level cache in between

# Bytes of a row from which it is read alone: memory streams at its full speed along one long row, not along two side by side.
ALONE_BYTES = 512


@part
def seen(row: Any, center: Any, j: Any) -> Any:
    """One value of a row as float64, less the center of its column where there is one."""
    if center is None:
        return np.float64(row[j])
    return row[j] - center[j]


@part
def dot(row: Any, center: Any, w: Any) -> Any:
    """A row times the weights."""
    total = 0.0
    for j in range(w.shape[0]):
        total += seen(row, center, j) * w[j]
    return total


@part
def net_inputs(x: Any, center: Any, w: Any, b: Any, z: Any) -> None:
    """Net inputs of rows that lie one after the other: x of shape (m, d), z of shape (m,)."""
    m, d = x.shape
    done = 0
    if d * x.itemsize < ALONE_BYTES:
        for i in range(m // 2):
            above, below = x[2 * i], x[2 * i + 1]
            first = second = 0.0
            for j in range(w.shape[0]):
                first += seen(above, center, j) * w[j]
                second += seen(below, center, j) * w[j]
            z[2 * i] = first + b
            z[2 * i + 1] = second + b
        done = m // 2 * 2
    rest, out = x[done:], z[done:]
    for i in range(rest.shape[0]):
        out[i] = dot(rest[i], center, w) + b


@part
def add_gradient(x: Any, center: Any, slope: Any, g: Any) -> None:
    """Add slope times row to g, for rows that lie one after the other."""
    m = x.shape[0]
    for i in range(m // 4):
        r0, r1, r2, r3 = x[4 * i], x[4 * i + 1], x[4 * i + 2], x[4 * i + 3]
        s0, s1, s2, s3 = slope[4 * i], slope[4 * i + 1], slope[4 * i + 2], slope[4 * i + 3]
        for j in range(g.shape[0]):
            g[j] += (
                s0 * seen(r0, center, j) + s1 * seen(r1, center, j)
                + s2 * seen(r2, center, j) + s3 * seen(r3, center, j)
            )  # fmt: skip
    rest, slopes = x[m // 4 * 4 :], slope[m // 4 * 4 :]
    for i in range(rest.shape[0]):
        row, s = rest[i], slopes[i]
        for j in range(g.shape[0]):
            g[j] += s * seen(row, center, j)


# the same for columns that lie one after the other: x of shape (d, n), of which rows a to e are meant


@part
def column_net_inputs(x: Any, center: Any, a: Any, e: Any, w: Any, b: Any, z: Any) -> None:
    """Net inputs: ten columns at a time, then five, two and one, so that z is seldom read and written."""
    d = w.shape[0]
    for i in range(z.shape[0]):
        z[i] = b
    for j in range(0, d - 9, 10):
        c0, c1, c2, c3, c4 = x[j][a:e], x[j + 1][a:e], x[j + 2][a:e], x[j + 3][a:e], x[j + 4][a:e]
        c5, c6, c7, c8, c9 = x[j + 5][a:e], x[j + 6][a:e], x[j + 7][a:e], x[j + 8][a:e], x[j + 9][a:e]
        w0, w1, w2, w3, w4 = w[j], w[j + 1], w[j + 2], w[j + 3], w[j + 4]
        w5, w6, w7, w8, w9 = w[j + 5], w[j + 6], w[j + 7], w[j + 8], w[j + 9]
        o0, o1, o2 = offset(center, j), offset(center, j + 1), offset(center, j + 2)
        o3, o4, o5 = offset(center, j + 3), offset(center, j + 4), offset(center, j + 5)
        o6, o7, o8 = offset(center, j + 6), offset(center, j + 7), offset(center, j + 8)
        o9 = offset(center, j + 9)
        for i in range(z.shape[0]):
            z[i] += (
                less(c0[i], o0) * w0 + less(c1[i], o1) * w1 + less(c2[i], o2) * w2 + less(c3[i], o3) * w3
                + less(c4[i], o4) * w4 + less(c5[i], o5) * w5 + less(c6[i], o6) * w6 + less(c7[i], o7) * w7
                + less(c8[i], o8) * w8 + less(c9[i], o9) * w9
            )  # fmt: skip
    j = d // 10 * 10
    if d - j >= 5:
        c0, c1, c2, c3, c4 = x[j][a:e], x[j + 1][a:e], x[j + 2][a:e], x[j + 3][a:e], x[j + 4][a:e]
        w0, w1, w2, w3, w4 = w[j], w[j + 1], w[j + 2], w[j + 3], w[j + 4]
        o0, o1, o2 = offset(center, j), offset(center, j + 1), offset(center, j + 2)
        o3, o4 = offset(center, j + 3), offset(center, j + 4)
        for i in range(z.shape[0]):
            z[i] += (
                less(c0[i], o0) * w0 + less(c1[i], o1) * w1 + less(c2[i], o2) * w2 + less(c3[i], o3) * w3
                + less(c4[i], o4) * w4
            )  # fmt: skip
        j += 5
    while d - j >= 2:
        c0, c1 = x[j][a:e], x[j + 1][a:e]
        w0, w1 = w[j], w[j + 1]
        o0, o1 = offset(center, j), offset(center, j + 1)
        for i in range(z.shape[0]):
            z[i] += less(c0[i], o0) * w0 + less(c1[i], o1) * w1
        j += 2
    if d - j:
        c0 = x[j][a:e]
        w0 = w[j]
        o0 = offset(center, j)
        for i in range(z.shape[0]):
            z[i] += less(c0[i], o0) * w0


@part
def add_column_gradient(x: Any, center: Any, a: Any, e: Any, slope: Any, g: Any) -> None:
    """Add slope times column to g: five columns at a time, then two and one, so that slopes are seldom read."""
    d = g.shape[0]
    for j in range(0, d - 4, 5):
        c0, c1, c2, c3, c4 = x[j][a:e], x[j + 1][a:e], x[j + 2][a:e], x[j + 3][a:e], x[j + 4][a:e]
        o0, o1, o2 = offset(center, j), offset(center, j + 1), offset(center, j + 2)
        o3, o4 = offset(center, j + 3), offset(center, j + 4)
        g0 = g1 = g2 = g3 = g4 = 0.0
        for i in range(slope.shape[0]):
            s = slope[i]
            g0 += s * less(c0[i], o0)
            g1 += s * less(c1[i], o1)
            g2 += s * less(c2[i], o2)
            g3 += s * less(c3[i], o3)
            g4 += s * less(c4[i], o4)
        g[j] += g0
        g[j + 1] += g1
        g[j + 2] += g2
        g[j + 3] += g3
        g[j + 4] += g4
    j = d // 5 * 5
    while d - j >= 2:
        c0, c1 = x[j][a:e], x[j + 1][a:e]
        o0, o1 = offset(center, j), offset(center, j + 1)
        g0 = g1 = 0.0
        for i in range(slope.shape[0]):
            s = slope[i]
            g0 += s * less(c0[i], o0)
            g1 += s * less(c1[i], o1)
        g[j] += g0
        g[j + 1] += g1
        j += 2
    if d - j:
        c0 = x[j][a:e]
        o0 = offset(center, j)
        g0 = 0.0
        for i in range(slope.shape[0]):
            s = slope[i]
            g0 += s * less(c0[i], o0)
        g[j] += g0


@part
def turn(x: Any, center: Any, columns: Any) -> None:
    """Copy short rows into columns, as float64 and less their centers."""
    m = x.shape[0]
    for j in range(columns.shape[0]):
        column, off = columns[j][:m], offset(center, j)
        for i in range(m):
            column[i] = less(x[i, j], off)


@part
def offset(center: Any, j: Any) -> Any:
    """The center of a column; None where columns are seen as they are."""
    if center is None:
        return None
    return center[j]


@part
def less(value: Any, off: Any) -> Any:
    """A value as float64, less its column's center where there is one."""
    if off is None:
        return np.float64(value)
    return value - off


# rows brought together, and weights moved, for mini-batches


@part
def gather(X: Any, center: Any, scale: Any, order: Any, start: Any, x: Any) -> None:
    """Copy the rows at places from `start` on into x, as float64 and as they are viewed.

    Rows picked at random come from memory side by side here, and not one after the other when each is needed.
    """
    m, d = x.shape
    for i in range(m):
        row = X[start + i] if order is None else X[order[start + i]]
        copy = x[i]
        for j in range(d):
            copy[j] = seen(row, center, j)
        if center is not None:
            for j in range(d):
                copy[j] *= scale[j]


@part
def pick(values: Any, order: Any, start: Any, out: Any) -> None:
    """Copy the values of the same rows."""
    for i in range(out.shape[0]):
        out[i] = values[start + i] if order is None else values[order[start + i]]


@part
def buffer(copied: Any, m: Any, d: Any) -> Any:
    """Room for m rows; None where rows are used as they stand."""
    if copied is None:
        return None
    return np.empty((m, d))


def brought(X: Any, center: Any, scale: Any, order: Any, start: Any, m: Any, room: Any) -> Any:
    """The m rows at places from `start` on: brought together in `room`, or as they stand where there is none."""
    return (_rows_that_stand if room is None else _rows_together)(X, center, scale, order, start, m, room)


def _rows_that_stand(X: Any, center: Any, scale: Any, order: Any, start: Any, m: Any, room: Any) -> Any:
    return X[start : start + m]


def _rows_together(X: Any, center: Any, scale: Any, order: Any, start: Any, m: Any, room: Any) -> Any:
    x = room[:m]
    gather(X, center, scale, order, start, x)
    return x


def values_of(values: Any, order: Any, start: Any, m: Any, copied: Any, room: Any) -> Any:
    """The values of the same rows; None where there are none."""
    if values is None:
        return None
    return (_values_that_stand if copied is None else _values_together)(values, order, start, m, copied, room)


def _values_that_stand(values: Any, order: Any, start: Any, m: Any, copied: Any, room: Any) -> Any:
    return values[start : start + m]


def _values_together(values: Any, order: Any, start: Any, m: Any, copied: Any, room: Any) -> Any:
    out = room[:m]
    pick(values, order, start, out)
    return out


def _no_values(values: Any, order: Any, start: Any, m: Any, copied: Any, room: Any) -> Any:
    return None


# what comes back is of another type each time, so Numba is told by the types what to compile


@overload(brought)
def _brought(X: Any, center: Any, scale: Any, order: Any, start: Any, m: Any, room: Any) -> Any:
    return _rows_that_stand if isinstance(room, types.NoneType) else _rows_together


@overload(values_of)
def _values_of(values: Any, order: Any, start: Any, m: Any, copied: Any, room: Any) -> Any:
    if isinstance(values, types.NoneType):
        return _no_values
    return _values_that_stand if isinstance(copied, types.NoneType) else _values_together


@part
def between(values: Any, a: Any, e: Any) -> Any:
    """Values of rows a to e; None where there are none."""
    if values is None:
        return None
    return values[a:e]


@part
def times(weight: Any, i: Any, value: Any) -> Any:
    """A row's value times its weight, where rows have weights."""
    if weight is None:
        return value
    return weight[i] * value


@part
def one_step(w: Any, keep: Any, row: Any, s: Any) -> None:
    """Shrink the weights, and move them against a row."""
    for j in range(w.shape[0]):
        w[j] = keep * w[j] - s * row[j]


@part
def two_steps(w: Any, keep: Any, first: Any, s: Any, second: Any, t: Any) -> None:
    """Two of these at once."""
    both, s = keep * keep, keep * s
    for j in range(w.shape[0]):
        w[j] = both * w[j] - (s * first[j] + t * second[j])


@part
def three_dots(first: Any, second: Any, w: Any) -> Any:
    """Two rows times the weights, and times each other."""
    a = b = c = 0.0
    for j in range(w.shape[0]):
        p, q = seen(first, None, j), seen(second, None, j)
        a += p * w[j]
        b += q * w[j]
        c += p * q
    return a, b, c


@part
def ten_dots(first: Any, second: Any, third: Any, fourth: Any, w: Any) -> Any:
    """Four rows times the weights, and times one another."""
    z0 = z1 = z2 = z3 = p01 = p02 = p03 = p12 = p13 = p23 = 0.0
    for j in range(w.shape[0]):
        x0, x1 = seen(first, None, j), seen(second, None, j)
        x2, x3 = seen(third, None, j), seen(fourth, None, j)
        z0 += x0 * w[j]
        z1 += x1 * w[j]
        z2 += x2 * w[j]
        z3 += x3 * w[j]
        p01 += x0 * x1
        p02 += x0 * x2
        p03 += x0 * x3
        p12 += x1 * x2
        p13 += x1 * x3
        p23 += x2 * x3
    return z0, z1, z2, z3, p01, p02, p03, p12, p13, p23


@part
def step_by_four(
    w: Any, keep: Any, first: Any, s: Any, second: Any, t: Any, third: Any, u: Any, fourth: Any, v: Any
) -> None:  # fmt: skip
    """Four of these steps at once."""
    two = keep * keep
    all_four, s, t, u = two * two, two * keep * s, two * t, keep * u
    for j in range(w.shape[0]):
        w[j] = all_four * w[j] - ((s * first[j] + t * second[j]) + (u * third[j] + v * fourth[j]))


@part
def move(
    w: Any, velocity: Any, g: Any, rate: Any, share: Any, l2: Any, momentum: Any, nesterov: Any, fit_intercept: Any
) -> None:  # fmt: skip
    """One update: `g` holds sums of slope times column (the bias last), and is used up."""
    d = w.shape[0] - 1
    for j in range(d):
        g[j] = rate * (share * g[j] + l2 * w[j])
    g[d] = rate * share * g[d] if fit_intercept else 0.0
    if momentum == 0.0:
        for j in range(d + 1):
            w[j] -= g[j]
        return
    for j in range(d + 1):
        velocity[j] = momentum * velocity[j] - g[j]
        w[j] += momentum * velocity[j] - g[j] if nesterov else velocity[j]

"""An exercise from a TOML file.

::

    epochs = 4
    learning_rate = 0.1
    activation = "identity"   # identity, sigmoid, tanh, relu, step
    loss = "squared"          # squared, log
    convention = "mean"       # mean, half-mean, sum, half-sum
    batch_size = "full"       # "full" or a number
    momentum = 0.9            # none if it is left out
    velocity = "gradient"     # how it is kept: gradient, step, change, average
    weight_decay = 0.01       # none if it is left out
    decay = "step"            # where it is written: step, gradient, loss
    rate_factor = 0.5         # the learning rate times this after each epoch; constant if left out
    threshold = 0.5
    labels = ["0", "1"]

    [start]
    weights = [0.08, 0.06]
    bias = 0
    velocities = [0, 0, 0]    # that of the bias last; zeros if left out

    [data]
    columns = ["x_1", "x_2", "y"]   # the last is the target, unless `target` names another
    rows = [[5, 8, 1], [6, 4, 0]]   # or: file = "data.csv"

    [rounding]
    places = 2                # or: figures = 3
    mode = "half-up"          # half-up, half-even, truncate
    carry = "printed"         # printed, unrounded
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from deltarule.errors import InputError
from deltarule.exercise import MAX_COLUMNS, MAX_EPOCHS, MAX_ROWS, Carry, Exercise
from deltarule.formulas import ACTIVATIONS, CONVENTIONS, DECAYS, JUMPS, LOSSES, MOMENTA
from deltarule.reading.exercise_csv import read_exercise_csv
from deltarule.reading.files import STDIN, load
from deltarule.records import record
from deltarule.spans import Source
from deltarule.written import Precision, RoundingMode, Written, parse_number

MAX_DEPTH = 64

_Choice = TypeVar("_Choice", bound=StrEnum)


@record
class _Refused:
    """A number that the file writes and that cannot be used, kept until its place is known."""

    error: InputError


def read_exercise_toml(source: Source) -> Exercise:
    """Read an exercise; what the file does not give is listed in `Exercise.missing`.

    Raises
    ------
    InputError
        Not TOML, an unknown key, a value of the wrong type, a ragged table, ...; names the line.
    """
    return _Reader(source, _parse(source)).exercise()


def looks_like_toml(text: str) -> bool:
    """Whether a text without a file name is an exercise in TOML rather than a document."""
    return _MARK.search(text) is not None


_MARK = re.compile(
    r"^[ \t]*(?:\[(?:start|data|rounding)\]|(?:learning_rate|epochs|batch_size)[ \t]*=)", re.MULTILINE
)


_COMMA = re.compile(r"=[ \t]*([-+]?[0-9]{1,20}),([0-9]{1,20})[ \t]*(?:#|$)")


def _parse(source: Source) -> Mapping[str, Any]:
    _refuse_depth(source)
    try:
        return tomllib.loads(source.text, parse_float=_number)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)", str(error))
        line = int(place[1]) if place and place[1] else len(source.line_starts)
        reason = re.sub(r" \(at [^)]*\)$", "", str(error))
        comma = _COMMA.search(source.line_text(line))
        raise InputError(
            f"is not TOML: {reason}",
            f"write {comma[1]}.{comma[2]}, with a decimal point"
            if comma
            else "write lines such as learning_rate = 0.1, and tables such as [start] and [data]",
            source.name,
            line,
        ) from None
    except RecursionError:
        raise InputError(
            "brackets nested too deeply", "an exercise needs three levels", source.name
        ) from None
    except ValueError:  # an integer of thousands of digits, or a date that does not exist
        raise InputError(
            "holds a number or date that cannot be read", "write shorter numbers", source.name
        ) from None


def _refuse_depth(source: Source) -> None:
    """Keep the TOML parser, which recurses and copies, from ten thousand brackets or key parts."""
    for number, line in enumerate(source.text.split("\n"), 1):
        if re.search(rf"[\[{{][\s\[{{]{{{MAX_DEPTH},}}", line):
            raise InputError(
                "brackets nested too deeply", "an exercise needs three levels", source.name, number
            )
        if re.match(rf"[^=#\"'\n]*(?:\.[^=#\"'.\n]*){{{MAX_DEPTH},}}", line.partition("=")[0]):
            raise InputError(
                "a key of too many parts", "an exercise's keys have one part", source.name, number
            )


def _number(text: str) -> Written | _Refused:
    try:
        return parse_number(text.replace("_", ""))
    except InputError as error:
        return _Refused(error)


class _Reader:
    """Turns parsed TOML into an exercise, and knows the line of every key."""

    def __init__(self, source: Source, data: Mapping[str, Any]) -> None:
        self.source = source
        self.data = data

    def exercise(self) -> Exercise:
        """Read every key there is."""
        top = self.section("", _TOP)
        start = self.section("start", {"weights", "bias", "velocities"})
        data = self.section("data", {"columns", "rows", "target", "file"})
        rounding = self.section("rounding", {"places", "figures", "mode", "carry"})
        table = self.table(data)
        weights = self.list_of_numbers(start, "weights") if "weights" in start else ()
        bias = self.number(start["bias"], "bias") if "bias" in start else None
        rate = self.number(top["learning_rate"], "learning_rate") if "learning_rate" in top else None
        if rate is not None and rate.value <= 0:
            raise self.error("learning_rate", f"the learning rate is {rate.text}", "give one above 0")
        if weights and table.features and len(weights) != table.n_features:
            raise self.error(
                "weights",
                f"{len(weights)} start weight{'s' * (len(weights) != 1)} for {table.n_features} "
                f"feature{'s' * (table.n_features != 1)}",
                "give one weight for each feature column",
            )
        activation = self.choice(top, "activation", ACTIVATIONS, "identity")
        loss = self.choice(top, "loss", [name for name, known in LOSSES.items() if known.worked], "squared")
        if loss == "log" and activation != "sigmoid":
            raise self.error(
                "loss",
                "the log loss goes with the sigmoid activation",
                'set activation = "sigmoid" or loss = "squared"',
            )
        momentum, weight_decay = self.descent(top, activation)
        velocities = self.list_of_numbers(start, "velocities") if "velocities" in start else ()
        if velocities and weights and len(velocities) != len(weights) + 1:
            raise self.error(
                "velocities",
                f"{len(velocities)} start velocities for {len(weights)} weights and a bias",
                "give one for each weight, and the bias's last",
            )
        given = {"data": table.features, "weights": weights, "bias": bias, "learning_rate": rate}
        return Exercise(
            features=table.features,
            targets=table.targets,
            weights=weights,
            bias=bias,
            learning_rate=rate,
            activation=activation,
            jump=self.choice(top, "jump", JUMPS, JUMPS[0]),
            loss=loss,
            convention=self.choice(top, "convention", CONVENTIONS, "mean"),
            batch_size=self.batch_size(top),
            epochs=self.whole(top, "epochs", 0, MAX_EPOCHS) if "epochs" in top else 1,
            threshold=self.number(top["threshold"], "threshold") if "threshold" in top else None,
            labels=self.labels(top),
            momentum=momentum,
            velocity=self.choice(top, "velocity", MOMENTA, "gradient"),
            velocities=velocities,
            weight_decay=weight_decay,
            decay=self.choice(top, "decay", DECAYS, "step"),
            rate_factor=self.rate_factor(top),
            precision=self.precision(rounding),
            carry=self.enum(rounding, "carry", Carry, Carry.PRINTED),
            feature_names=table.feature_names,
            target_name=table.target_name,
            missing=tuple(name for name, value in given.items() if value is None or value == ()),
        )

    def section(self, name: str, known: Iterable[str]) -> Mapping[str, Any]:
        """One table of the file, its keys checked."""
        found = self.data.get(name, {}) if name else self.data
        if not isinstance(found, dict):
            raise self.error(name, f"{name} is {_what(found)}", f"write it as a table headed [{name}]")
        allowed = sorted(known)
        for key in found:
            if key not in allowed:
                near = get_close_matches(key, allowed, n=1)
                remedy = f"did you mean {near[0]}?" if near else f"known here: {', '.join(allowed)}"
                raise self.error(
                    key, f"unknown key {_short(key)}" + (f" in [{name}]" if name else ""), remedy
                )
        return found

    # values

    def number(self, value: object, key: str, line: int | None = None, what: str = "") -> Written:
        """A number as it is written."""
        what = what or key
        if isinstance(value, _Refused):
            raise self.error(key, f"{what}: {value.error.reason}", value.error.remedy, line)
        if isinstance(value, Written):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            if abs(value) >= 10**60:
                raise self.error(key, f"{what} has more than 60 digits", "scale the data", line)
            return parse_number(str(value))
        remedy = "write a number such as 0.5"
        if isinstance(value, str) and re.fullmatch(r"\s*[-+]?[\d.,]+\s*", value):
            remedy = "write it without quotes, with a point"
        raise self.error(key, f"{what} is {_what(value)}, not a number", remedy, line)

    def list_of_numbers(self, section: Mapping[str, Any], key: str) -> tuple[Written, ...]:
        """A list of numbers, not empty."""
        values = section[key]
        if not isinstance(values, list) or not values:
            raise self.error(
                key, f"{key} is {_what(values)}", f"write a list of numbers, such as {key} = [0.1, -0.2]"
            )
        if len(values) > MAX_COLUMNS:
            raise self.error(key, f"{len(values)} numbers in {key}", f"deltarule goes up to {MAX_COLUMNS}")
        return tuple(
            self.number(value, key, what=f"{key}, number {at}") for at, value in enumerate(values, 1)
        )

    def whole(self, section: Mapping[str, Any], key: str, least: int, most: int) -> int:
        """A whole number between two bounds."""
        value = section[key]
        if not isinstance(value, int) or isinstance(value, bool):
            shown = value.text if isinstance(value, Written) else _what(value)
            raise self.error(key, f"{key} is {shown}", f"give a whole number from {least} to {most}")
        if not least <= value <= most:
            shown = str(value) if abs(value) < 10**12 else "far out of range"
            raise self.error(key, f"{key} is {shown}", f"give a whole number from {least} to {most}")
        return value

    def choice(self, section: Mapping[str, Any], key: str, table: Iterable[str], default: str) -> str:
        """One of a closed list of names."""
        value, names = section.get(key, default), list(table)
        if not isinstance(value, str):
            raise self.error(key, f"{key} is {_what(value)}", f"choose from {_quoted(names)}")
        if value not in names:
            near = get_close_matches(value.lower(), names, n=1)
            remedy = f'did you mean "{near[0]}"?' if near else f"choose from {_quoted(names)}"
            raise self.error(key, f"unknown {key} {_short(value)}", remedy)
        return value

    def enum(self, section: Mapping[str, Any], key: str, choices: type[_Choice], default: _Choice) -> _Choice:
        """One of an enumeration's values."""
        return choices(self.choice(section, key, [choice.value for choice in choices], default.value))

    # settings

    def rate_factor(self, top: Mapping[str, Any]) -> Written | None:
        """What the learning rate is multiplied by after each epoch, None if it stays."""
        factor = self.number(top["rate_factor"], "rate_factor") if "rate_factor" in top else None
        if factor is not None and factor.value <= 0:
            raise self.error("rate_factor", f"the rate's factor is {factor.text}", "give a number above 0")
        return factor

    def descent(self, top: Mapping[str, Any], activation: str) -> tuple[Written | None, Written | None]:
        """Momentum and weight decay, each None where there is none."""
        momentum = self.number(top["momentum"], "momentum") if "momentum" in top else None
        decay = self.number(top["weight_decay"], "weight_decay") if "weight_decay" in top else None
        if momentum is not None and not 0 <= momentum.value < 1:
            raise self.error(
                "momentum", f"the momentum is {momentum.text}", "give a number of at least 0 and below 1"
            )
        if decay is not None and decay.value < 0:
            raise self.error(
                "weight_decay", f"the weight decay is {decay.text}", "give a number of at least 0"
            )
        key = "momentum" if momentum is not None else "weight_decay"
        if (momentum or decay) is not None and ACTIVATIONS[activation].slope is None:
            raise self.error(
                key, f"{key} needs a gradient, which the {activation} activation has not", "leave it out"
            )
        return momentum, decay

    def batch_size(self, top: Mapping[str, Any]) -> int | None:
        """Samples of an update, None for all."""
        if top.get("batch_size", "full") == "full":
            return None
        if not isinstance(top["batch_size"], int) or isinstance(top["batch_size"], bool):
            value = top["batch_size"]
            shown = value.text if isinstance(value, Written) else _what(value)
            raise self.error("batch_size", f"batch_size is {shown}", 'give "full" or a whole number from 1')
        return self.whole(top, "batch_size", 1, MAX_ROWS)

    def labels(self, top: Mapping[str, Any]) -> tuple[str, str]:
        """What is predicted below and at the threshold."""
        value = top.get("labels", ["0", "1"])
        remedy = 'write the lower and the upper one, such as labels = ["0", "1"]'
        if not isinstance(value, list) or len(value) != 2:
            raise self.error("labels", f"labels is {_what(value)}", remedy)
        texts = [item.text if isinstance(item, Written) else item for item in value]
        if not all(isinstance(text, str | int) and not isinstance(text, bool) for text in texts):
            raise self.error("labels", "labels holds something else than text or numbers", remedy)
        lower, upper = (str(text)[:40] for text in texts)
        return lower, upper

    def precision(self, rounding: Mapping[str, Any]) -> Precision:
        """To what is rounded, two places unless said otherwise."""
        mode = self.enum(rounding, "mode", RoundingMode, RoundingMode.HALF_UP)
        if "places" in rounding and "figures" in rounding:
            raise self.error("figures", "rounding has both places and figures", "give one of them")
        if "figures" in rounding:
            return Precision(None, self.whole(rounding, "figures", 1, 30), mode)
        return Precision(self.whole(rounding, "places", 0, 30) if "places" in rounding else 2, None, mode)

    # data

    def table(self, data: Mapping[str, Any]) -> Exercise:
        """The data table, as an exercise that has nothing else."""
        if "file" in data:
            return self.table_file(data)
        columns = self.columns(data)
        if "rows" not in data:
            return Exercise()
        rows = data["rows"]
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise self.error(
                "rows",
                f"rows is {_what(rows)}",
                "write a list of rows, such as rows = [[5, 8, 1], [6, 4, 0]]",
            )
        if not rows:
            raise self.error("rows", "the data table has no rows", "give at least one row of numbers")
        if len(rows) > MAX_ROWS:
            raise self.error(
                "rows", f"the data table has {len(rows)} rows", f"worked solutions go up to {MAX_ROWS}"
            )
        width = len(columns) or len(rows[0])
        if not 2 <= width <= MAX_COLUMNS + 1:
            raise self.error(
                "rows",
                f"the data table has {width} column{'s' * (width != 1)}",
                f"give the target and 1 to {MAX_COLUMNS} features",
            )
        lines = self.row_lines()
        cells: list[tuple[Written, ...]] = []
        for at, row in enumerate(rows, 1):
            line = lines[at - 1] if at <= len(lines) else None
            if len(row) != width:
                reason = f"row {at} of the data table has {len(row)} numbers instead of {width}"
                raise self.error("rows", reason, "give every row a number for each column", line)
            cells.append(
                tuple(
                    self.number(cell, "rows", line, f"row {at}, number {j}") for j, cell in enumerate(row, 1)
                )
            )
        names = columns or (*(f"x_{j}" for j in range(1, width)), "y")
        target = self.target(data, names)
        return Exercise(
            features=tuple((*row[:target], *row[target + 1 :]) for row in cells),
            targets=tuple(row[target] for row in cells),
            feature_names=(*names[:target], *names[target + 1 :]),
            target_name=names[target],
        )

    def columns(self, data: Mapping[str, Any]) -> tuple[str, ...]:
        """Names of the columns, empty where there are none."""
        columns = data.get("columns", [])
        remedy = 'write columns = ["x_1", "x_2", "y"]'
        if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
            raise self.error("columns", f"columns is {_what(columns)}", remedy)
        twice = next((name for at, name in enumerate(columns) if name in columns[:at]), None)
        if twice is not None:
            raise self.error("columns", f"two columns are called {_short(twice)}", "give each its own name")
        return tuple(columns[: MAX_COLUMNS + 2])

    def target(self, data: Mapping[str, Any], names: tuple[str, ...]) -> int:
        """Position of the target's column."""
        name = data.get("target", names[-1])
        if name not in names:
            raise self.error("target", f"no column is called {_short(name)}", f"choose from {_quoted(names)}")
        return names.index(name)

    def table_file(self, data: Mapping[str, Any]) -> Exercise:
        """The data table from a CSV file beside the TOML file."""
        name = data["file"]
        if "rows" in data or "columns" in data:
            raise self.error("file", "the data table is given twice", "keep either file or columns and rows")
        if not isinstance(name, str) or not name.strip():
            raise self.error("file", f"file is {_what(name)}", 'write a file name, such as file = "data.csv"')
        if self.source.name == STDIN or "\0" in name:
            raise self.error(
                "file", "a data file needs an exercise that is a file itself", "write rows instead"
            )
        folder = Path(self.source.name).parent
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise self.error(
                "file", f"the data file {_short(name)} lies outside the exercise's folder", "move it there"
            )
        target = data.get("target")
        if target is not None and not isinstance(target, str):
            raise self.error("target", f"target is {_what(target)}", "write the name of a column")
        return read_exercise_csv(load(path), target=target)

    # places

    def error(self, key: str, reason: str, remedy: str, line: int | None = None) -> InputError:
        """An error at the line of a key."""
        return InputError(reason, remedy, self.source.name, line or self.line_of(key))

    def line_of(self, key: str) -> int | None:
        """Line on which a key is set, or a table of that name begins."""
        escaped = re.escape(key)
        found = re.search(
            rf"""^[ \t]*(?:["']?{escaped}["']?[ \t]*=|\[+[ \t]*{escaped}\b)""", self.source.text, re.MULTILINE
        )
        return self.source.line(found.end() - 1) if found else None

    def row_lines(self) -> list[int]:
        """Line of each row of the data table."""
        found = re.search(r"^[ \t]*rows[ \t]*=", self.source.text, re.MULTILINE)
        if found is None:
            return []
        lines, depth = [], 0
        for piece in _PIECES.finditer(self.source.text, found.end()):
            if piece[0] == "[":
                depth += 1
                if depth == 2:
                    lines.append(self.source.line(piece.start()))
            elif piece[0] == "]":
                depth -= 1
                if depth == 0:
                    break
        return lines


_TOP = (
    *(
        "epochs",
        "learning_rate",
        "activation",
        "jump",
        "loss",
        "convention",
        "batch_size",
        "threshold",
        "labels",
    ),
    *("momentum", "velocity", "weight_decay", "decay", "rate_factor"),
    *("start", "data", "rounding"),
)
_PIECES = re.compile(r"""[\[\]]|#[^\n]*|"[^"\n]*"|'[^'\n]*'""")

_NAMES: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (str, "text"),
    (list, "a list"),
    (dict, "a table"),
    (Written, "a number"),
    (_Refused, "a number that cannot be used"),
    (int, "a whole number"),
)


def _what(value: object) -> str:
    """What a TOML value is, in words."""
    if isinstance(value, list) and not value:
        return "an empty list"
    if isinstance(value, str):
        return f"the text {_short(value)}"
    return next((name for kind, name in _NAMES if isinstance(value, kind)), "a date or time")


def _short(value: object) -> str:
    """A user's text, short enough for a message, unprintable characters spelled out."""
    text = str(value)
    return repr(text if len(text) <= 40 else text[:40] + "...")


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in list(names)[:12])

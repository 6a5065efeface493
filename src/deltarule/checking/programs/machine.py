"""A small machine for the Python of worked examples: numbers, lists, loops, functions, a little of NumPy.

It is there to see what a program prints, and only that: it knows no files, no modules and no names but those of the program.
What it does not know it gives up, statement by statement; what it finds can confirm what a document says and never refute it.
Work is counted, never timed.
"""

import ast
import decimal
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from types import MappingProxyType
from typing import Any

from deltarule.checking.programs.arrays import (
    BINARY,
    COMPARE,
    CONTEXT,
    FUNCTIONS,
    MAX_LIST,
    Array,
    GivenUpError,
    arrayed,
    both,
    depth,
    each,
    exact,
    flat,
    product,
    size_of,
    turned,
)
from deltarule.checking.programs.texts import MAX_LETTERS, Text, filled_in, formatted, pieces_of
from deltarule.records import record

MAX_TOLD = 40  # numbers of a list that a comment may tell
MAX_WORK = 40_000  # nodes that are looked at, numbers that are counted with, pieces of text
MAX_DEPTH = 12  # functions that call one another
MAX_LINES = 2_000  # printed
MAX_VALUES = 4_000  # that are kept


class SpentError(Exception):
    """All work is used up."""


_FAILED = (
    GivenUpError, ArithmeticError, TypeError, ValueError, LookupError, AttributeError, StopIteration,
)  # fmt: skip


class _Leaving(Exception):  # noqa: N818  # it is no error
    def __init__(self, what: str, value: Any = None) -> None:
        self.what, self.value = what, value


@dataclass
class _Function:
    node: ast.FunctionDef | ast.Lambda
    scope: dict[str, Any]
    owner: Any = None


@dataclass
class _Class:
    methods: dict[str, ast.FunctionDef]


@dataclass
class _Thing:
    kind: _Class
    known: dict[str, Any] = field(default_factory=dict)


@record
class _Module:
    """A module of the sort of NumPy, or something in it: a path of names."""

    path: str


_PLAIN = frozenset(
    {"abs", "sum", "max", "min", "len", "round", "float", "int", "range", "list", "tuple", "pow", "str"}
)
_METHODS = frozenset(
    {"mean", "sum", "dot", "max", "min", "copy", "reshape", "item", "tolist", "numpy", "astype", "flatten", "ravel", "transpose", "squeeze", "detach"}
)  # fmt: skip
_CONSTANTS = {
    "e": CONTEXT.exp(Decimal(1)),
    "inf": Decimal(10) ** 200,  # larger than anything that it is compared with
    "pi": Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620900"),
}
_UNCHANGED = frozenset({"item", "tolist", "numpy", "astype", "copy", "detach"})


class Machine:
    """State of one run: what each name stands for, and what was printed."""

    def __init__(
        self,
        lines: int = MAX_LINES,
        shown: Sequence[tuple[int, list[Decimal]]] = (),
        below: Mapping[int, ast.expr] = MappingProxyType({}),
    ) -> None:
        """Stop when so many lines are printed; of `shown`, lists that a document shows, one becomes each list that is printed.

        What stands `below` the line of a name that is asked for is its value, where nothing else tells it.
        """
        self.below = below
        self.asked: dict[int, list[Any]] = {}  # what came out of an expression that stands on its line alone
        self.lines = min(lines, MAX_LINES)
        self.shown = list(shown)
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.printed: list[list[Any]] = []  # lines of numbers, and of texts between them
        self.values: list[Any] = []  # that names were given
        self.of_line: dict[
            int, list[Any]
        ] = {}  # what the statement on a line has worked out or printed first
        self.work = MAX_WORK
        self.depth = 0

    def run(self, statements: Iterable[ast.stmt]) -> None:
        """Run statements, each of which may fail on its own."""
        for statement in statements:
            if self._tells_again(statement):
                continue
            try:
                self._one(statement, self.names)
            except SpentError:
                return
            except _Leaving:
                continue
            except RecursionError:
                return
            except _FAILED:
                for node in ast.walk(statement):
                    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                        self.names.pop(node.id, None)

    def _tells_again(self, statement: ast.stmt) -> bool:
        """``w = 1.2`` below a program that has worked w out: a line of what it prints."""
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1 or not self.printed:
            return False
        target, value = statement.targets[0], statement.value
        known = self.names.get(target.id) if isinstance(target, ast.Name) else None
        if (
            not isinstance(value, ast.Constant)
            or not isinstance(known, Decimal)
            or not isinstance(value.value, float)
        ):
            return False
        return abs(Decimal(repr(value.value)) - known) <= Decimal("0.006") * max(abs(known), Decimal(1))

    def _spend(self, work: int = 1) -> None:
        self.work -= work
        if self.work < 0 or len(self.printed) > self.lines:
            raise SpentError

    # -- statements

    def _all(self, statements: Iterable[ast.stmt], scope: dict[str, Any]) -> None:
        for statement in statements:
            self._one(statement, scope)

    def _one(self, node: ast.stmt, scope: dict[str, Any]) -> None:
        self._spend()
        match node:
            case ast.Expr():
                with suppress(*_FAILED):  # a plot, a file: nothing of it is used
                    self._alone(node, scope)
            case ast.Assign(targets=targets):
                value = self._value(node.value, scope)
                self._note(node, value)
                for target in targets:
                    self._store(target, value, scope)
            case ast.AugAssign(target=target):
                value = self._binary(
                    node.op, self._value(_loaded(target), scope), self._value(node.value, scope)
                )
                self._note(node, value)
                self._store(target, value, scope)
            case ast.AnnAssign(target=target) if node.value is not None:
                self._store(target, self._value(node.value, scope), scope)
            case ast.FunctionDef():
                scope[node.name] = _Function(node, scope)
            case ast.ClassDef():
                scope[node.name] = _Class(
                    {each.name: each for each in node.body if isinstance(each, ast.FunctionDef)}
                )
            case ast.Return():
                raise _Leaving("return", None if node.value is None else self._value(node.value, scope))
            case ast.For():
                self._loop(node, scope)
            case ast.While():
                while self._holds(node.test, scope) and self._goes_on(node.body, scope):
                    pass
            case ast.If():
                self._all(node.body if self._holds(node.test, scope) else node.orelse, scope)
            case ast.With() | ast.Try():
                self._all(node.body, scope)
            case ast.Break():
                raise _Leaving("break")
            case ast.Continue():
                raise _Leaving("continue")
            case ast.Import() | ast.ImportFrom():
                for name in node.names:
                    called = (name.asname or name.name).split(".")[0]
                    scope[called] = _Module(name.name)
            case ast.Pass() | ast.Global() | ast.Nonlocal() | ast.Assert():
                pass
            case _:
                raise GivenUpError

    def _alone(self, node: ast.Expr, scope: dict[str, Any]) -> None:
        """An expression that stands alone: an interpreter shows what comes out."""
        name = asked_name(node)
        told = self.below.get(node.end_lineno) if node.end_lineno is not None else None
        if name is not None and name not in scope and told is not None:
            scope[name] = self._value(told, {"array": _Module("array"), "tensor": _Module("tensor")})
            return
        value = self._value(node.value, scope)
        names = {each.id for each in ast.walk(node.value) if isinstance(each, ast.Name)}
        if scope is not self.names or value is None or names.isdisjoint(self.names):
            return
        if isinstance(value, Array | list | tuple | int | Decimal) and node.end_lineno is not None:
            self._print([value], "\n")
            if node.end_lineno not in self.asked:
                self.asked[node.end_lineno] = pieces_of(value)

    def _loop(self, node: ast.For, scope: dict[str, Any]) -> None:
        for item in self._each(node.iter, scope):
            self._spend()
            self._store(node.target, item, scope)
            if not self._goes_on(node.body, scope):
                return

    def _goes_on(self, body: Iterable[ast.stmt], scope: dict[str, Any]) -> bool:
        """Run the body of a loop once; False where it breaks off."""
        try:
            self._all(body, scope)
        except _Leaving as leaving:
            if leaving.what == "return":
                raise
            return leaving.what != "break"
        return True

    def _each(self, node: ast.expr, scope: dict[str, Any]) -> Iterable[Any]:
        found = self._value(node, scope)
        if not isinstance(found, list | tuple | Array | range | zip | enumerate):
            raise GivenUpError
        return found

    def _holds(self, node: ast.expr, scope: dict[str, Any]) -> bool:
        self._spend()
        value = self._value(node, scope)
        if not isinstance(value, bool | int | Decimal | str) and value is not None:
            raise GivenUpError
        return bool(value)

    def _store(self, target: ast.expr, value: Any, scope: dict[str, Any]) -> None:
        match target:
            case ast.Name(id=name):
                scope[name] = value
                if len(self.values) < MAX_VALUES:
                    self.values.append(value)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                items = list(islice(value, MAX_LIST))
                if len(items) != len(parts):
                    raise GivenUpError
                for part, item in zip(parts, items, strict=True):
                    self._store(part, item, scope)
            case ast.Subscript():
                owner, at = self._value(target.value, scope), self._row_index(target, scope)
                if isinstance(at, tuple) and isinstance(owner, Array):  # path[k, 1] = 0.5
                    owner, at = owner.items[at[0]], at[1]
                if isinstance(owner, Array):
                    owner = owner.items
                if (isinstance(owner, list) and isinstance(at, int)) or (
                    isinstance(owner, dict) and len(owner) < MAX_LIST
                ):
                    owner[at] = value
                else:
                    raise GivenUpError
                if len(self.values) < MAX_VALUES:
                    self.values.append(value)
            case ast.Attribute(attr=name):
                thing = self._value(target.value, scope)
                if not isinstance(thing, _Thing):
                    raise GivenUpError
                thing.known[name] = value
                if len(self.values) < MAX_VALUES:
                    self.values.append(value)
            case _:
                raise GivenUpError

    def _row_index(self, target: ast.Subscript, scope: dict[str, Any]) -> Any:
        """Where something is stored: ``path[k, :]`` is the whole row k."""
        match target.slice:
            case ast.Tuple(elts=[row, ast.Slice(lower=None, upper=None, step=None)]):
                return self._value(row, scope)
        return self._value(target.slice, scope)

    # -- expressions

    def _value(self, node: ast.expr, scope: dict[str, Any]) -> Any:
        self._spend()
        match node:
            case ast.Constant(value=value):
                if isinstance(value, str) and len(value) > MAX_LETTERS:
                    raise GivenUpError
                return exact(Decimal(repr(value)) if isinstance(value, float) else value)
            case ast.Name(id=name):
                return self._named(name, scope)
            case ast.BinOp():
                left, right = self._value(node.left, scope), self._value(node.right, scope)
                return self._binary(node.op, left, right)
            case ast.UnaryOp(op=ast.USub()):
                return each(lambda number: -number, self._value(node.operand, scope))
            case ast.UnaryOp(op=ast.UAdd()):
                return self._value(node.operand, scope)
            case ast.UnaryOp(op=ast.Not()):
                return not self._holds(node.operand, scope)
            case ast.BoolOp():
                wanted = isinstance(node.op, ast.And)
                return (
                    all(self._holds(part, scope) for part in node.values)
                    if wanted
                    else any(self._holds(part, scope) for part in node.values)
                )
            case ast.Compare():
                return self._compared(node, scope)
            case ast.IfExp():
                return self._value(node.body if self._holds(node.test, scope) else node.orelse, scope)
            case ast.List(elts=parts):
                return [self._value(part, scope) for part in parts[:MAX_LIST]]
            case ast.Tuple(elts=parts):
                return tuple(self._value(part, scope) for part in parts[:MAX_LIST])
            case ast.Dict():
                keys = [self._value(key, scope) for key in node.keys if key is not None]
                return dict(zip(keys, (self._value(value, scope) for value in node.values), strict=False))
            case ast.ListComp() | ast.GeneratorExp():
                return self._listed(node, scope)
            case ast.Lambda():
                return _Function(node, scope)
            case ast.Subscript():
                return self._at(node, scope)
            case ast.Attribute(attr=name):
                return self._attribute(self._value(node.value, scope), name)
            case ast.Call():
                return self._call(node, scope)
            case ast.JoinedStr():
                return self._text(node, scope)
        raise GivenUpError

    def _named(self, name: str, scope: dict[str, Any]) -> Any:
        if name in scope:
            return scope[name]
        if name in self.names:
            return self.names[name]
        if name in _PLAIN:
            return _Module(name)
        if name in ("print", "zip", "enumerate"):
            return _Module(name)
        if name in ("np", "numpy", "math", "torch"):  # the cell that imports it is often left out
            return _Module(name)
        raise GivenUpError

    def _binary(self, op: ast.operator, left: Any, right: Any) -> Any:
        # a row joined to a column makes a table
        self._spend(cost(left, right) + (MAX_LIST if depth(left) > 1 or depth(right) > 1 else 0))
        if isinstance(op, ast.MatMult):
            return product(left, right)
        if isinstance(op, ast.Mod) and isinstance(left, Text):
            return filled_in(left, list(right) if isinstance(right, tuple) else [right])
        if isinstance(left, str | Text) or isinstance(right, str | Text):
            if isinstance(op, ast.Mod) and isinstance(left, str):
                return filled_in(Text([left]), list(right) if isinstance(right, tuple) else [right])
            if isinstance(op, ast.Add):
                return Text([*pieces_of(left), *pieces_of(right)])
            return ""  # "-" * 20
        if isinstance(left, list) and isinstance(right, list) and isinstance(op, ast.Add):
            return [*left, *right][:MAX_LIST]
        if isinstance(left, list) and isinstance(right, int) and isinstance(op, ast.Mult):
            if len(left) * right > MAX_LIST:
                raise GivenUpError
            return left * right
        if isinstance(left, list) and not isinstance(right, Array):
            raise GivenUpError
        return both(BINARY[type(op)], arrayed(left), arrayed(right))

    def _compared(self, node: ast.Compare, scope: dict[str, Any]) -> Any:
        left = self._value(node.left, scope)
        for op, other in zip(node.ops, node.comparators, strict=True):
            right = self._value(other, scope)
            self._spend(cost(left, right))
            if isinstance(op, ast.Is | ast.IsNot):
                holds: Any = (left is right) == isinstance(op, ast.Is)
            elif isinstance(op, ast.In | ast.NotIn):
                holds = (left in right) == isinstance(op, ast.In)
            elif isinstance(left, Array) or isinstance(right, Array):
                return both(lambda a, b, op=op: int(COMPARE[type(op)](a, b)), left, right)  # type: ignore[misc]  # bound at once
            else:
                holds = COMPARE[type(op)](left, right)
            if not holds:
                return False
            left = right
        return True

    def _listed(self, node: ast.ListComp | ast.GeneratorExp, scope: dict[str, Any]) -> list[Any]:
        if len(node.generators) != 1:
            raise GivenUpError
        found: list[Any] = []
        inner = dict(scope)
        generator = node.generators[0]
        for item in self._each(generator.iter, scope):
            self._store(generator.target, item, inner)
            if all(self._holds(test, inner) for test in generator.ifs):
                found.append(self._value(node.elt, inner))
            if len(found) > MAX_LIST:
                raise GivenUpError
        return found

    def _at(self, node: ast.Subscript, scope: dict[str, Any]) -> Any:
        owner = self._value(node.value, scope)
        if isinstance(owner, range):
            owner = list(islice(owner, MAX_LIST))
        if not isinstance(owner, list | tuple | Array | dict):
            raise GivenUpError
        return self._part(owner, node.slice, scope)

    def _part(self, owner: Any, at: ast.expr, scope: dict[str, Any]) -> Any:
        if isinstance(at, ast.Tuple) and len(at.elts) == 2 and isinstance(owner, Array):
            rows = self._part(owner, at.elts[0], scope)
            if isinstance(at.elts[0], ast.Slice):
                return Array([self._part(row, at.elts[1], scope) for row in rows])
            return self._part(rows, at.elts[1], scope)
        if isinstance(at, ast.Slice):
            bounds = [
                None if part is None else self._value(part, scope) for part in (at.lower, at.upper, at.step)
            ]
            return owner[slice(*bounds)]
        key = self._value(at, scope)
        if not isinstance(key, int | str):
            raise GivenUpError
        return owner[key]

    def _attribute(self, owner: Any, name: str) -> Any:
        if isinstance(owner, _Module):
            if name in _CONSTANTS and owner.path in ("np", "numpy", "math"):
                return _CONSTANTS[name]
            return _Module(name)
        if isinstance(owner, _Thing):
            if name in owner.known:
                return owner.known[name]
            if name in owner.kind.methods:
                return _Function(owner.kind.methods[name], self.names, owner)
            raise GivenUpError
        if name == "T":
            return turned(owner)
        if name == "shape":
            return size_of(owner)
        if name == "size":
            return len(flat(owner))
        if name == "data":
            return owner
        raise GivenUpError

    def _call(self, node: ast.Call, scope: dict[str, Any]) -> Any:
        if isinstance(node.func, ast.Attribute):
            found = self._method(node, node.func, scope)
            if found is not None:
                return found[0]
        function = self._value(node.func, scope)
        arguments = [self._value(argument, scope) for argument in node.args]
        named = {
            each.arg: self._value(each.value, scope)
            for each in node.keywords
            if each.arg and each.arg not in ("dtype", "sep", "file", "flush")
        }
        if isinstance(function, _Function):
            return self._applied(function, arguments, named)
        if isinstance(function, _Class):
            thing = _Thing(function)
            if "__init__" in function.methods:
                self._applied(_Function(function.methods["__init__"], self.names, thing), arguments, named)
            return thing
        name = function.path if isinstance(function, _Module) else ""
        if name == "print":
            if self.shown and len(node.args) == 1 and isinstance(node.args[0], ast.Name):
                self._as_shown(node.args[0], scope)
                arguments = [self._value(node.args[0], scope)]
            self._print(arguments, str(named.get("end", "\n")))
            self._note(node, arguments)
            return None
        if name == "zip":
            return list(zip(*(list(islice(each, MAX_LIST)) for each in arguments), strict=False))
        if name == "enumerate":
            return list(enumerate(islice(arguments[0], MAX_LIST), *arguments[1:]))
        if name not in FUNCTIONS:
            raise GivenUpError
        self._spend(cost(*arguments) + (MAX_LIST if any(depth(each) > 1 for each in arguments) else 0))
        with decimal.localcontext(CONTEXT):
            return FUNCTIONS[name](*arguments, **named)

    def _method(self, node: ast.Call, called: ast.Attribute, scope: dict[str, Any]) -> tuple[Any] | None:
        """What a method of a list, an array or a text gives; None if it is a function of something else."""
        if isinstance(called.value, ast.Constant) and isinstance(called.value.value, str):
            owner: Any = called.value.value
        else:
            owner = self._value(called.value, scope)
        if isinstance(owner, _Module | _Thing):
            return None
        arguments = [self._value(argument, scope) for argument in node.args]
        self._spend(cost(owner, *arguments))
        if isinstance(owner, str | Text):
            if called.attr != "format":
                return ("",)
            named = {each.arg: self._value(each.value, scope) for each in node.keywords if each.arg}
            return (
                formatted(owner if isinstance(owner, str) else "".join(pieces_of(owner)), arguments, named),
            )
        if called.attr == "append" and isinstance(owner, list) and len(owner) < MAX_LIST:
            owner.append(arguments[0])
            return (None,)
        if called.attr not in _METHODS:
            raise GivenUpError
        if called.attr in _UNCHANGED:
            return (Array(list(owner.items)) if isinstance(owner, Array) else owner,)
        if called.attr in ("flatten", "ravel", "squeeze"):
            return (Array(flat(owner)) if isinstance(owner, Array) else owner,)
        keywords = {each.arg: self._value(each.value, scope) for each in node.keywords if each.arg == "axis"}
        with decimal.localcontext(CONTEXT):
            return (FUNCTIONS[called.attr](owner, *arguments, **keywords),)

    def _applied(self, function: _Function, arguments: list[Any], named: dict[str, Any]) -> Any:
        self.depth += 1
        try:
            if self.depth > MAX_DEPTH:
                raise GivenUpError
            given = function.node.args
            names = [each.arg for each in (*given.posonlyargs, *given.args)]
            inner = {} if function.scope is self.names else dict(function.scope)
            defaults = given.defaults
            for name, default in zip(names[len(names) - len(defaults) :], defaults, strict=True):
                inner[name] = self._value(default, self.names)
            if function.owner is not None:
                arguments = [function.owner, *arguments]
            if len(arguments) > len(names):
                raise GivenUpError
            inner |= dict(zip(names, arguments, strict=False)) | named
            if isinstance(function.node, ast.Lambda):
                return self._value(function.node.body, inner)
            try:
                self._all(function.node.body, inner)
            except _Leaving as leaving:
                return leaving.value
            return None
        finally:
            self.depth -= 1

    # -- what is printed

    def _text(self, node: ast.JoinedStr, scope: dict[str, Any]) -> Text:
        pieces: list[Any] = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                piece = self._value(part.value, scope)
                self._spend(cost(piece))
                pieces += pieces_of(piece)
            elif isinstance(part, ast.Constant):
                pieces.append(str(part.value))
        return Text(pieces)

    def _as_shown(self, node: ast.Name, scope: dict[str, Any]) -> None:
        """Take over the list that the document shows below the call that prints this name."""
        known = scope.get(node.id)
        if not isinstance(known, list | Array) or depth(known) != 1:
            return
        while self.shown and self.shown[0][0] < node.lineno:
            self.shown.pop(0)
        if self.shown:
            numbers: list[Any] = list(self.shown.pop(0)[1])
            scope[node.id] = Array(numbers) if isinstance(known, Array) else numbers

    def _note(self, node: ast.stmt | ast.expr, value: Any) -> None:
        """Keep what stands for the line of a statement, where a comment may tell it; a number that is given is none."""
        given = isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        line = node.end_lineno
        if not given and line is not None and line not in self.of_line:
            self.of_line[line] = []
            if not (isinstance(value, Array | list | tuple) and len(value) > MAX_TOLD):
                with suppress(*_FAILED):
                    self.of_line[line] = pieces_of(value)

    def _print(self, arguments: list[Any], end: str) -> None:
        self._spend(cost(*arguments))
        line: list[Any] = []
        for argument in arguments:
            if depth(argument) == 2:
                for row in argument:
                    self.printed.append([*line, *pieces_of(row)])
                    line = []
                continue
            line += [*pieces_of(argument), " "]
        rows = _split(line)
        if self.printed and self.printed[-1] and self.printed[-1][-1] is _GOES_ON:
            self._spend(len(self.printed[-1]) // 10)
            rows[0] = [*self.printed.pop()[:-1], *rows[0]]
        if "\n" not in end:
            rows[-1] = [*rows[-1], _GOES_ON]
        self.printed += rows


_GOES_ON = object()


def _split(line: list[Any]) -> list[list[Any]]:
    """Lines of a printed text, parted where it breaks."""
    rows: list[list[Any]] = [[]]
    for piece in line:
        parts = piece.split("\n") if isinstance(piece, str) else [piece]
        rows[-1].append(parts[0])
        rows += [[part] for part in parts[1:]]
    return rows


def asked_name(node: ast.stmt) -> str | None:
    """The name that a line asks for: ``w`` or ``print(w)``."""
    match node:
        case ast.Expr(value=ast.Name(id=name)):
            return name
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[ast.Name(id=name)], keywords=[])):
            return name
    return None


def _loaded(target: ast.expr) -> ast.expr:
    """The place that is assigned to, to be read."""
    return target


def cost(*values: Any) -> int:
    """How many numbers and pieces of text have to be looked at."""
    return sum(
        len(flat(value))
        if isinstance(value, Array | list | tuple)
        else len(value.pieces) + value.letters // 20
        if isinstance(value, Text)
        else 1
        for value in values
    )

"""Frozen records that take little time to declare and to make."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, Generic, TypeVar, dataclass_transform

_Made = TypeVar("_Made")
_Value = TypeVar("_Value")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[_Made]) -> type[_Made]:
    """A frozen record of the inside, compared and hashed by its values.

    Frozen for the type checker. A dataclass that guards its fields while it runs takes twice as long to make, and four
    times as long to declare: each of its methods is put together as text and compiled, at every start of the program.
    What users get is guarded all the same: their records are `guarded`.
    """
    return _compared(dataclass(eq=False, repr=False)(cls))


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def guarded(cls: type[_Made]) -> type[_Made]:
    """A record that users get: ``@dataclass(frozen=True)``, with all methods but the guards shared by the records."""
    return _compared(dataclass(frozen=True, eq=False, repr=False)(cls))


@dataclass_transform(field_specifiers=(field,))
def changing(cls: type[_Made]) -> type[_Made]:
    """A ``@dataclass`` of the inside that changes, and so cannot be hashed; it is declared as quickly as a record."""
    made = _compared(dataclass(eq=False, repr=False)(cls))
    made.__hash__ = None  # type: ignore[assignment]  # as of any dataclass that changes
    return made


def _compared(made: type[_Made]) -> type[_Made]:
    """A dataclass with the ways to compare, hash and show it, which need no text of their own."""
    slots = fields(made)  # type: ignore[arg-type]  # it has just become a dataclass
    compared = [slot.name for slot in slots if slot.compare]
    values: Callable[[Any], Any] = attrgetter(*compared) if compared else lambda _: ()
    shown = [slot.name for slot in slots if slot.repr]

    def same(self: Any, other: object) -> bool:
        alike: bool = values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented
        return alike

    def hashed(self: Any) -> int:
        return hash((values(self),))

    def told(self: Any) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    made.__eq__, made.__hash__ = same, hashed  # type: ignore[method-assign]  # of any record
    if "__repr__" not in made.__dict__:
        made.__repr__ = told  # type: ignore[method-assign]  # of any record
    return made


class derived(Generic[_Value]):  # noqa: N801 - used as `property` is
    """A property that is worked out once; `functools.cached_property` takes a lock for each node of each tree."""

    def __init__(self, work_out: Callable[[Any], _Value]) -> None:
        self.work_out = work_out
        self.name = work_out.__name__
        self.__doc__ = work_out.__doc__

    def __get__(self, owner: Any, kind: type | None = None) -> _Value:
        value = owner.__dict__[self.name] = self.work_out(owner)
        return value

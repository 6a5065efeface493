"""A run written to a file, whole or not at all, and read back to the same bits.

A checkpoint is a zip file of arrays in NumPy's own format and one JSON text, stored uncompressed; it holds no pickle, so
reading one runs nothing.
"""

import io
import json
import math
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy

from deltarule import __version__
from deltarule.errors import InputError, LimitError
from deltarule.training.state import State
from deltarule.whole import write_whole

FORMAT = "deltarule checkpoint"
VERSION = 1
TEXT = "checkpoint.json"
MAX_BYTES = 1 << 32
MAX_TEXT = 1 << 20

# what zipfile, json and NumPy raise for bytes that are no checkpoint
_NOT_ONE = (
    zipfile.BadZipFile,
    struct.error,
    LookupError,
    ValueError,
    TypeError,
    EOFError,
    RuntimeError,
    ArithmeticError,
    SyntaxError,
)


def save(state: State, path: str | Path) -> None:
    """Write a checkpoint in the place of the last one.

    Raises
    ------
    InputError
        It cannot be written (no space, no permission, ...); a checkpoint that was there is left as it was.
    """
    try:
        write_whole(path, pack(state), safe=True)
    except OSError as error:
        older = "; the one written before is still whole" if Path(path).exists() else ""
        raise InputError(
            f"the checkpoint cannot be written ({error.strerror or error}){older}",
            "free some space, or name a file in another place",
            str(path),
        ) from None


def load(path: str | Path) -> State:
    """Read a checkpoint.

    Raises
    ------
    InputError
        There is none, it is damaged, or a newer deltarule has written it.
    LimitError
        It is too large for one.
    """
    name = str(path)
    try:
        if Path(path).stat().st_size > MAX_BYTES:
            raise LimitError(f"is larger than {MAX_BYTES >> 30} GB", "name a checkpoint", name)
        data = Path(path).read_bytes()
    except FileNotFoundError:
        raise InputError(
            "there is no such checkpoint", "check the path, or start without resuming", name
        ) from None
    except OSError as error:
        raise InputError(
            f"the checkpoint cannot be read ({error.strerror or error})", "check the path", name
        ) from None
    return unpack(data, name)


def pack(state: State) -> bytes:
    """A checkpoint as bytes, the same for the same state."""
    numbers: dict[str, Any] = {}
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    for field in fields(State):
        value = getattr(state, field.name)
        if isinstance(value, np.ndarray):
            arrays[field.name] = value
        else:
            numbers[field.name] = _plain(value)
    text = {"format": FORMAT, "version": VERSION, "written by": __version__, "state": numbers}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr(zipfile.ZipInfo(TEXT), json.dumps(text))
        for name, array in arrays.items():
            member = io.BytesIO()
            npy.write_array(member, np.ascontiguousarray(array, "<f8"), version=(1, 0), allow_pickle=False)
            packed.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue())
    return out.getvalue()


def _plain(value: Any) -> Any:
    """A number or text as JSON has it; what JSON has no number for is written as text."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    return value


def unpack(data: bytes, name: str = "") -> State:
    """A checkpoint from its bytes.

    Raises
    ------
    InputError
        They are no whole checkpoint, or one of a newer version.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if any(member.compress_type != zipfile.ZIP_STORED for member in packed.infolist()):
                raise _damaged("it is compressed", name)
            text = _text(packed, name)
            return _state(packed, text, name)
    except _NOT_ONE as error:
        raise _damaged(str(error)[:100] or type(error).__name__, name) from None


def _text(packed: zipfile.ZipFile, name: str) -> Mapping[str, Any]:
    """The JSON text, once its format and version are known to be ours."""
    if packed.getinfo(TEXT).file_size > MAX_TEXT:
        raise _damaged("its text is too long", name)
    text = json.loads(packed.read(TEXT))
    if not isinstance(text, dict) or text.get("format") != FORMAT:
        raise _damaged("it is something else", name)
    version = text.get("version")
    if not isinstance(version, int) or version > VERSION:
        writer = str(text.get("written by"))[:20]
        raise InputError(
            f"the checkpoint is of version {str(version)[:20]}, written by deltarule {writer}; this is {__version__}, which "
            f"reads version {VERSION}",
            "install a newer deltarule (pip install --upgrade deltarule), or start without resuming",
            name,
        )
    return text


def _state(packed: zipfile.ZipFile, text: Mapping[str, Any], name: str) -> State:
    numbers = text["state"]
    values: dict[str, Any] = {}
    for field in fields(State):
        if field.name in numbers:
            value = numbers[field.name]
            values[field.name] = float(value["float"]) if isinstance(value, dict) else value
            if field.type not in (type(values[field.name]), type(values[field.name]).__name__):
                raise _damaged(f"{field.name} is a {type(values[field.name]).__name__}", name)
        else:
            values[field.name] = _array(packed, field.name, name)
    return State(**values)


def _array(packed: zipfile.ZipFile, field: str, name: str) -> np.ndarray[Any, Any]:
    """An array of the checkpoint; nothing is set aside for more than is there."""
    with packed.open(f"{field}.npy") as member:
        npy.read_magic(member)
        shape, fortran, dtype = npy.read_array_header_1_0(member)
        data = member.read()  # to the end, where the sum over the bytes is compared
    if dtype != np.dtype("<f8") or math.prod(shape) * 8 != len(data):
        raise _damaged(f"{field} is no float64 array of its shape", name)
    array = np.frombuffer(data, "<f8").astype(np.float64)
    return array.reshape(shape, order="F" if fortran else "C")


def _damaged(what: str, name: str) -> InputError:
    return InputError(
        f"is no whole checkpoint ({what})",
        "name one that training has written, or start without resuming",
        name,
    )

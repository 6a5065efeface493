"""Files that appear whole or not at all."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_whole(path: str | Path, data: bytes, *, safe: bool = False) -> None:
    """Write beside the file and rename, so that nobody ever sees half of it and a failure leaves the old one as it was.

    Parameters
    ----------
    path : str or Path
        A link is followed; a pipe or a device, which has no neighbour to rename, is written to directly.
    data : bytes
        All of it.
    safe : bool
        Wait until the disk has it, so that it also outlasts a loss of power.

    Raises
    ------
    OSError
        It cannot be written; then the temporary file is gone too.
    """
    path = Path(path)
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    target = path.resolve() if path.is_symlink() else path
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:200]}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if safe:
                os.fsync(file.fileno())
        Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    if safe:
        _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name last too, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

"""Where keys are kept: in the settings, else in files of the data folder, one key a line, newest first."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from portal.config import BadSetting, Settings, keys_in
from portal.keys import Keys, derived

RANDOM_BYTES = 48


class Kind(StrEnum):
    """Which of the two keys."""

    SECRET = "secret"  # noqa: S105  # a name of a key, and no key
    FIELD = "field"


def load_keys(settings: Settings) -> Keys:
    """Take the keys from the settings, else from files in the data folder, made on first use."""
    return derived(kept(settings, Kind.SECRET), kept(settings, Kind.FIELD))


def variable(kind: Kind) -> str:
    """Name the environment variable that can hold a key."""
    return f"PORTAL_{kind.upper()}_KEY"


def is_set(settings: Settings, kind: Kind) -> bool:
    """Say whether a key comes from the environment, so that its file does not count."""
    return bool(_set(settings, kind))


def kept(settings: Settings, kind: Kind) -> list[str]:
    """Give a key and the older ones that it replaced, newest first."""
    return keys_in(_set(settings, kind)) or _in_file(_path(settings, kind))


def new_key() -> str:
    """Draw a key."""
    return secrets.token_urlsafe(RANDOM_BYTES)


def rotate_file(settings: Settings, kind: Kind) -> Path:
    """Write a new key before those of its file, which is replaced whole or not at all; give its path."""
    path = _path(settings, kind)
    _in_file(path)
    with _alone(path.parent):  # of two who rotate at once, neither loses the other's key
        _replace(path, [new_key(), *_in_file(path)])
    return path


def _set(settings: Settings, kind: Kind) -> str:
    return settings.secret_key if kind == Kind.SECRET else settings.field_key


def _path(settings: Settings, kind: Kind) -> Path:
    return settings.data / f"{kind}.key"


def _in_file(path: Path) -> list[str]:
    """Read a file of keys, or make it; of two processes that make it at once, one wins and both use its key.

    Raises config.BadSetting where the file is empty.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = _written(path, [new_key()])
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        _keep_folder(path.parent)
    if keys := [key for line in path.read_text().splitlines() if (key := line.strip())]:
        return keys
    raise BadSetting(f"{path} holds no key. Bring the file back from where you keep it; sealed texts need it.")


def _replace(path: Path, keys: list[str]) -> None:
    _written(path, keys).replace(path)
    _keep_folder(path.parent)


def _written(path: Path, keys: list[str]) -> Path:
    """Write keys to a file beside their own, readable by its owner alone, and on the disk when this returns."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(keys) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return fresh


def _keep_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    os.fsync(opened)  # a key that a power cut takes away takes every sealed text with it
    os.close(opened)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)

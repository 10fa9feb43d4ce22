"""ZIP archives written as a stream: nothing is kept, and the same content gives the same bytes."""

import zipfile
from collections.abc import Iterable, Iterator


class Archive:
    """An archive whose bytes are handed over while its entries are written. Entries bear no date."""

    def __init__(self, level: int = 6) -> None:
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED, compresslevel=level)  # type: ignore[call-overload]

    def entry(self, name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Write an entry; give the archive's bytes as they come about."""
        with self._zip.open(name, "w", force_zip64=True) as target:
            for chunk in chunks:
                target.write(chunk)
                yield from self._sink.taken()
        yield from self._sink.taken()

    def end(self) -> Iterator[bytes]:
        """Write the list of entries, without which no program opens the archive."""
        self._zip.close()
        yield from self._sink.taken()


class _Sink:
    """What the archive writes into. It cannot seek, so that the archive never goes back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        if data:
            self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> Iterator[bytes]:
        if self._parts:
            yield b"".join(self._parts)
            self._parts.clear()

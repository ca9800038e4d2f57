"""Work that needs no other: side by side in processes, as many at once as there are cores."""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from archive.errors import WriteFailed

_T = TypeVar("_T")
_TELL_EVERY = 0.5  # seconds


class Far:
    """How far each of some processes is, in numbers that they share; this one tells the sum, and how much there is in all."""

    def __init__(self, parts: int, told: Callable[[int, int], None], size: int) -> None:
        self._told, self._size, self._teller = told, size, os.getpid()
        self._numbers = memoryview(mmap.mmap(-1, 8 * max(1, parts))).cast("Q")

    def reached(self, part: int, number: int) -> None:
        """Notes how far a part is."""
        self._numbers[part] = number
        if os.getpid() == self._teller:
            self.tell()

    def tell(self) -> None:
        """Tells the sum."""
        self._told(sum(self._numbers), self._size)


def side_by_side(
    work: Callable[..., _T], asked: Sequence[tuple[Any, ...]], cores: int, meanwhile: Callable[[], None]
) -> list[_T]:
    """What `work` gives for each of these arguments, in their order; calls `meanwhile` while it waits for others. Raises the
    first exception of any, WriteFailed where one died."""
    done: list[_T] = []
    for n in range(0, len(asked), max(1, cores)):
        done += _at_once(work, asked[n : n + max(1, cores)], meanwhile)
    return done


def _at_once(work: Callable[..., _T], asked: Sequence[tuple[Any, ...]], meanwhile: Callable[[], None]) -> list[_T]:
    # Forked: nothing that `work` needs has to be sent (it may be a closure), and parsers are loaded already.
    context = get_context("fork")
    others = []
    for arguments in asked[1:]:
        receiving, sending = context.Pipe(duplex=False)
        process = context.Process(target=_tell, args=(sending, work, arguments), daemon=True)
        process.start()
        sending.close()
        others.append((process, receiving))
    try:
        done = [work(*asked[0])]
        for _, receiving in others:
            while not receiving.poll(_TELL_EVERY):
                meanwhile()
            try:
                told = receiving.recv()
            except EOFError:
                raise WriteFailed("a process beside this one died: see the system's log (memory? disk?), try again") from None
            if isinstance(told, Exception):
                raise told
            done.append(told)
        return done
    finally:
        for process, receiving in others:
            process.terminate()
            process.join()
            receiving.close()


def _tell(sending: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        sending.send(work(*arguments))
    except Exception as error:
        sending.send(error)

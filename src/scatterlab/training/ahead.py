"""Do now what is needed next."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor


def ahead(function: Callable, items: Iterable, depth: int) -> Iterator:
    """``map(function, items)``, by a thread that is at most `depth` results ahead of use."""
    waiting: deque[Future] = deque()
    with ThreadPoolExecutor(1) as thread:
        for item in items:
            waiting.append(thread.submit(function, item))
            if len(waiting) > depth:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

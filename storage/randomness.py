"""Random bytes from the system, fetched many at a time: each call into the kernel costs."""

import os

AT_ONCE = 256


class Pool:
    """Hands out `size` unpredictable bytes at a time, nobody the same; safe across threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._left: list[bytes] = []
        os.register_at_fork(after_in_child=self._forget)

    def draw(self) -> bytes:
        """Bytes that nobody else got."""
        while True:
            try:
                return self._left.pop()
            except IndexError:
                fresh = os.urandom(self._size * AT_ONCE)
                self._left += [fresh[i : i + self._size] for i in range(0, len(fresh), self._size)]

    def _forget(self) -> None:
        """A forked process must not draw what its parent draws."""
        self._left = []


SEEDS = Pool(32)
"""What a desk draws all its ids, keys and nonces from: one seed per event."""

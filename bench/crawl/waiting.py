"""Addresses that were found and not asked for yet, and which of them is next."""

from collections import Counter, deque

from bench.crawl.links import Pattern

EACH = 2
"""Addresses of one pattern that are taken from pages of another: lists lead elsewhere when they are narrowed."""


class Waiting:
    """Of one person. Every endpoint has its turn as often as any other, and within it every pattern of addresses."""

    def __init__(self) -> None:
        self._known = set[str]()
        self._taken = Counter[tuple[Pattern | None, Pattern]]()
        self._asked = Counter[str | Pattern]()
        self._waiting: dict[str, dict[Pattern, deque[tuple[str, str]]]] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, path: str, pattern: Pattern, found_on: str, its_pattern: Pattern | None) -> None:
        """It waits from now on, unless it did before or `EACH` of its pattern were found on pages like that."""
        way = its_pattern, pattern
        if path in self._known or self._taken[way] >= EACH:
            return
        self._known.add(path)
        self._taken[way] += 1
        self._waiting.setdefault(pattern.endpoint, {}).setdefault(pattern, deque()).append((path, found_on))

    def next(self) -> tuple[str, Pattern, str]:
        """Address, pattern and where it was found. It waits no more. Raises ValueError where nothing does."""
        endpoint = min(self._waiting, key=self._asked.__getitem__)
        patterns = self._waiting[endpoint]
        pattern = min(patterns, key=self._asked.__getitem__)
        path, found_on = patterns[pattern].popleft()
        if not patterns[pattern]:
            del patterns[pattern]
        if not patterns:
            del self._waiting[endpoint]
        self._asked.update([endpoint, pattern])
        return path, pattern, found_on

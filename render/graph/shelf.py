"""A shelf: things made once and kept while they are of use."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Shelf(Generic[Thing]):
    """Keeps things by key up to `capacity` (in whatever `weigh` counts); what was used longest ago goes first. For one thread."""

    def __init__(
        self, capacity: int, weigh: Callable[[Thing], int] = lambda _: 1, discard: Callable[[Thing], None] = lambda _: None
    ) -> None:
        self._capacity, self._weigh, self._discard = capacity, weigh, discard
        self._things: OrderedDict[Hashable, Thing] = OrderedDict()
        self._used: set[Hashable] = set()
        self.weight = 0
        """What all things here weigh together."""
        self.made = 0
        """How many things had to be made."""

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """The thing called `key`, made now if it is not here. The newest thing stays even where it is over the capacity alone."""
        self._used.add(key)
        if key in self._things:
            self._things.move_to_end(key)
            return self._things[key]
        thing = make()
        self.made += 1
        self._things[key] = thing
        self.weight += self._weigh(thing)
        self._make_room()
        return thing

    def clear(self) -> None:
        """Let go of everything."""
        while self._things:
            self._drop_oldest()

    def sweep(self) -> None:
        """Let go of everything that was not asked for since the last sweep."""
        for key in [key for key in self._things if key not in self._used]:
            self._drop(key)
        self._used.clear()

    def _make_room(self) -> None:
        while self.weight > self._capacity and len(self._things) > 1:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        self._drop(next(iter(self._things)))

    def _drop(self, key: Hashable) -> None:
        thing = self._things.pop(key)
        self._used.discard(key)
        self.weight -= self._weigh(thing)
        self._discard(thing)

"""Balances: sums of entries by place, refused where something would become less than nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from webapp.ledger import entries as events
from webapp.ledger.entries import CONTRA, Account, Entries, Entry


class Overdrawn(ValueError):
    """An account would hold less than nothing."""


@dataclass(frozen=True, slots=True)
class Balances:
    """What stands at each place (an entry of nothing). What is not there is zero."""

    amounts: Mapping[Entry, int] = field(default_factory=dict)

    def of(self, account: Account, unit: str, lot: str = "") -> int:
        """One balance."""
        return self.amounts.get(Entry(account, unit, lot, 0), 0)

    def posted(self, entries: Entries) -> "Balances":
        """The balances after an event. Raises Unbalanced and Overdrawn, and then nothing has changed."""
        events.check(entries)
        after = dict(self.amounts)
        for place, amount in events.totals(entries).items():
            after[place] = after.get(place, 0) + amount
            if after[place] < 0 and place.account not in CONTRA:
                raise Overdrawn(f"{place.account} {place.unit}")
        return Balances(after)

"""Check a statement of the ledger, offline and without anything installed: `python verify_statement.py FILE [--digest DIGEST]`.

A statement is lines of JSON: a head, a line for every journal, a foot. Every journal's digest is the SHA-256 over the digest before it and
its own line; the foot's covers the head, the last journal and the foot itself. Whoever was told the foot's digest on another way gives it
as `--digest`, and knows that it is the very statement that was written. Ends with 0 when all is right, else with 1 and what is not.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CONTRA = {"issued", "bank", "sales"}
SHORTEST = 2

Line = dict[str, Any]
Problem = tuple[int, str]


def canonical(value: Any) -> str:
    """One spelling for one value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def link(before: str, value: Any) -> str:
    """The digest of a line, given that of the line before."""
    return hashlib.sha256(f"{before}\n{canonical(value)}".encode()).hexdigest()


def sums(rows: list[list[Any]]) -> Counter[tuple[str, str, str]]:
    """Balances by account, unit and lot."""
    return Counter({(account, unit, lot): amount for account, unit, lot, amount in rows})


def told(balances: Counter[tuple[str, str, str]]) -> list[list[Any]]:
    """Balances as a statement writes them."""
    return sorted([*place, amount] for place, amount in balances.items() if amount)


def problems(text: str) -> list[Problem]:
    """What is wrong, as (number of the line, words)."""
    rows = text.rstrip("\n").split("\n")
    if len(rows) < SHORTEST:
        return [(len(rows), "a statement has a head and a foot")]
    try:
        head, *journals, foot = [read(row) for row in rows]
        return [*check_journals(head, journals), *check_foot(head, journals, foot, len(rows))]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [(0, f"this is no statement: {error!r}")]


def read(row: str) -> Any:
    """One line, which has to be spelled as it was written."""
    value = json.loads(row)
    if canonical(value) != row:
        raise ValueError("a line is not spelled as statements are")
    return value


def check_journals(head: Line, journals: list[Line]) -> Iterator[Problem]:
    """Every journal follows from the one before, in number, digest and time, belongs to the book and the month, and sums to zero."""
    before, number, at = head["before"], None, head["month"]
    for place, journal in enumerate(journals, start=2):
        body = {name: value for name, value in journal.items() if name != "digest"}
        if link(before, body) != journal["digest"]:
            yield place, "the line was altered, or one before it is missing"
        if number is not None and journal["number"] != number + 1:
            yield place, f"journal {number + 1} is missing"
        if journal["book"] != head["book"] or not journal["at"].startswith(head["month"]) or journal["at"] < at:
            yield place, "the journal is not of this book and month, or not in its order"
        yield from ((place, words) for words in check_entries(journal["entries"]))
        before, number, at = journal["digest"], journal["number"], journal["at"]


def check_entries(entries: list[list[Any]]) -> Iterator[str]:
    """The sum is zero in every unit and lot."""
    totals: Counter[tuple[str, str]] = Counter()
    for _account, unit, lot, amount in entries:
        totals[unit, lot] += amount
    if any(totals.values()):
        yield "the entries do not sum to zero"


def check_foot(head: Line, journals: list[Line], foot: Line, place: int) -> Iterator[Problem]:
    """Opening balances and entries give the closing ones, and the foot's digest covers all."""
    balances = sums(head["opening"])
    for journal in journals:
        for account, unit, lot, amount in journal["entries"]:
            balances[account, unit, lot] += amount
    last = journals[-1]["digest"] if journals else head["before"]
    body = {name: value for name, value in foot.items() if name != "digest"}
    if foot["journals"] != len(journals) or foot["last"] != last:
        yield place, "lines are missing, or were added"
    if foot["closing"] != told(balances):
        yield place, "the closing balances are not what the lines come to"
    if any(amount < 0 for (account, _, _), amount in balances.items() if account not in CONTRA):
        yield place, "a balance is less than nothing"
    if foot["digest"] != link(link(last, head), body):
        yield place, "the head or the foot was altered"


def main() -> int:
    """Read, check, say."""
    parser = argparse.ArgumentParser(description="Check a statement of the ledger.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--digest", help="the foot's digest, as it was told on another way")
    wanted = parser.parse_args()
    text = wanted.file.read_text("utf-8")
    count, found = text.count("\n"), problems(text)
    if not found and wanted.digest and read(text.rstrip("\n").rpartition("\n")[2])["digest"] != wanted.digest:
        found = [(count, "this is another statement than the one whose digest was given")]
    for place, words in found:
        print(f"line {place}: {words}", file=sys.stderr)
    if not found:
        print(f"{count - 2} journals, all right")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

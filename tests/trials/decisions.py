"""Decide what is told of a few histories of headcounts, and print it: `python -m` this module."""

import random
import sys
from collections.abc import Iterator
from datetime import date

from territoires.domain.disclosure import Count, Ledger
from territoires.domain.programme import Counted

HISTORIES, ACTS, COURSES = 40, 5, 10
DAY = date(2025, 10, 15)


def history(chance: random.Random) -> Iterator[list[Count]]:
    """Give what is in force after each act: all is counted anew, on the same day or a later one."""
    number = 0
    for act in range(ACTS):
        day = DAY.replace(day=DAY.day + act * chance.randint(0, 1))
        rows = []
        for counted in Counted:
            of_courses = [chance.choice((1, 2, 3, 4, 5, 6, 9, 14)) for _ in range(COURSES)]
            for course, headcount in (
                (None, sum(of_courses)),
                *((f"F{place:03}", each) for place, each in enumerate(of_courses)),
            ):
                number += 1
                rows.append(Count(number, counted, course, headcount, day))
        yield rows


if __name__ == "__main__":
    chance = random.Random(7)  # noqa: S311 - the same histories in each process
    for salt in range(HISTORIES):
        ledger = Ledger(salt=str(salt))
        for rows in history(chance):
            decided = ledger.decide(rows)
            sys.stdout.write(f"{salt} {sorted((n, f.value) for n, f in decided.items())}\n")

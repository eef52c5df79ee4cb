"""What the contenders share: their arguments and what they grade by."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path


@dataclass(frozen=True)
class Task:
    """Grade the customers of `orders`, a Parquet file, and write them to `result`."""

    orders: Path
    result: Path
    as_of_date: date
    memory_limit: str | None
    one_line_orders: bool

    @property
    def window_start(self) -> date:
        """The first day of the twelve months up to the as-of date."""
        day_after = self.as_of_date + timedelta(days=1)
        if (day_after.month, day_after.day) == (2, 29):
            day_after -= timedelta(days=1)
        return day_after.replace(year=day_after.year - 1)


def read_task(description: str) -> Task:
    """Read the arguments of a contender."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("orders", type=Path, help="the Parquet file of order lines")
    parser.add_argument("result", type=Path, help="the file to write")
    parser.add_argument("--as-of-date", type=date.fromisoformat, default=date(2024, 12, 31))
    parser.add_argument("--memory-limit", help="for DuckDB, such as 2GB")
    parser.add_argument(
        "--one-line-orders", action="store_true", help="a row is an order (hand-written SQL only)"
    )
    return Task(**vars(parser.parse_args()))

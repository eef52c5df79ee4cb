"""Contender: the DuckDB script handwritten.sql, into a table of a DuckDB file."""

from __future__ import annotations

from pathlib import Path

import duckdb

from contender import read_task

# Where a row is an order, nobody would write these.
OF_LINES = {
    "partition by order_id, line_id": "partition by order_id",
    "count(distinct order_id)": "count(*)",
}


def main() -> None:
    """Run the script."""
    task = read_task(__doc__)
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    if task.one_line_orders:
        for of_lines, of_orders in OF_LINES.items():
            if of_lines not in script:
                raise ValueError(f"handwritten.sql lacks {of_lines!r}")
            script = script.replace(of_lines, of_orders)
    config = {"memory_limit": task.memory_limit} if task.memory_limit else {}
    with duckdb.connect(str(task.result), config=config) as connection:
        connection.execute("set variable orders = $1", [str(task.orders)])
        connection.execute("set variable as_of_date = $1", [task.as_of_date])
        connection.execute(script)


if __name__ == "__main__":
    main()

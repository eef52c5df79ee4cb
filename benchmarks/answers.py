"""Compare what two contenders wrote, exactly, in DuckDB: a process of its own, for what it takes of
memory must not count for anyone.

    answers.py KIND FILE QUERY --reference FILE [--write]

QUERY is read in FILE, a DuckDB file, or over the table `answer`, where FILE is Parquet. With
--write it becomes the reference; otherwise a difference is printed and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import sys

import duckdb

# The columns of an answer, and what they are compared as: types that hold every value exactly.
KINDS = {
    "tiers": {
        "customer_id": "varchar",
        "recency_days": "bigint",
        "frequency": "bigint",
        "monetary": "decimal(38, 6)",
        "recency_score": "decimal(38, 12)",
        "frequency_score": "decimal(38, 12)",
        "monetary_score": "decimal(38, 12)",
        "score": "decimal(38, 12)",
        "tier": "varchar",
        "first_order_date": "date",
        "last_order_date": "date",
    },
    "scores": {
        "customer_id": "varchar",
        "recency_score": "decimal(38, 12)",
        "frequency_score": "decimal(38, 12)",
        "monetary_score": "decimal(38, 12)",
    },
}


def difference(
    connection: duckdb.DuckDBPyConnection, what: str, left: str, right: str
) -> str | None:
    """The rows of one relation that the other lacks, as text, if there are any."""
    connection.execute(f"create or replace temp table extra as from {left} except all from {right}")
    (count,) = connection.execute("select count(*) from extra").fetchone()
    if not count:
        return None
    examples = connection.execute("select * from extra order by all limit 3").fetchall()
    return "\n".join([f"{count} row(s) {what}, such as", *(f"  {row}" for row in examples)])


def compare(kind: str, file: str, query: str, reference: str, write: bool) -> str | None:
    """How an answer differs from the reference, if it does."""
    casts = ", ".join(f"{column}::{type_} as {column}" for column, type_ in KINDS[kind].items())
    with duckdb.connect() as connection:
        if file.endswith(".parquet"):
            connection.execute(f"create view answer as from read_parquet('{file}')")
        else:
            connection.execute(f"attach '{file}' as answers (read_only); use answers")
        inexact = [
            name
            for name, type_, *_ in connection.execute(f"describe {query}").fetchall()
            if name in KINDS[kind] and type_ in ("DOUBLE", "FLOAT")
        ]
        if inexact:
            return f"binary floats: {', '.join(inexact)}"
        connection.execute(f"create temp table found as select {casts} from ({query})")
        if write:
            connection.execute(f"copy temp.found to '{reference}' (format parquet)")
            return None
        connection.execute(f"create temp view expected as from read_parquet('{reference}')")
        parts = [
            difference(connection, "too many", "temp.found", "temp.expected"),
            difference(connection, "missing", "temp.expected", "temp.found"),
        ]
    return "\n".join(filter(None, parts)) or None


def main() -> None:
    """Compare, or write the reference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("file")
    parser.add_argument("query")
    parser.add_argument("--reference", required=True)
    parser.add_argument("--write", action="store_true")
    if text := compare(**vars(parser.parse_args())):
        sys.exit(text)


if __name__ == "__main__":
    main()

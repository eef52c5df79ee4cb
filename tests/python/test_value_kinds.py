"""What warnings advise to write for values that cannot be read: each expression, on each engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engines import DuckDBFile, PostgresServer, give_up
from harness import Row, read_cases, write_csv
from oracle import parse_amount, parse_quantity, parse_timestamp, to_decimal
from spark_engine import SparkEngine

CASES = read_cases("orders/value_kinds")
READ: dict[str, Callable[[str], Any]] = {
    "ordered_at": parse_timestamp,
    "amount": lambda text: to_decimal(parse_amount(text)[0]) if parse_amount(text) else None,
    "quantity": parse_quantity,
    "order_id": str,
}
# How an engine holds a whole text against a pattern.
MATCHES = {
    DuckDBFile: "regexp_full_match(sample, '{}')",
    PostgresServer: "sample ~ '^({})$'",
    SparkEngine: "sample rlike '^({})$'",
}


def query(engine: Any, columns: str) -> list[Row]:
    """The rows of a query over samples. Those of Spark are read from a table."""
    if not isinstance(engine, SparkEngine):
        return engine.query(f"select {columns} from samples")
    read = f"create table rfm.read_samples as select {columns} from rfm.samples"
    engine.execute("drop table if exists rfm.read_samples", read)
    return engine.query("select * from read_samples")


@pytest.mark.parametrize("kind_of_engine", MATCHES, ids=["duckdb", "postgres", "spark"])
def test_advice_reads_what_it_should(kind_of_engine: type, tmp_path: Path) -> None:
    """One query a column: for each sample the first kind that it is of, and all its expressions."""
    if kind_of_engine is not DuckDBFile and (reason := kind_of_engine.lacking()):
        give_up(reason)
    master = ["local[1]"] if kind_of_engine is SparkEngine else []
    engine = kind_of_engine(tmp_path, *master)
    try:
        calls = (f"'{column}': dbt_rfm.rfm_value_kinds('{column}', 'sample')" for column in CASES)
        inline = f"{{{{ {{{', '.join(calls)}}} | tojson }}}}"
        outcome = engine.run("compile", "--inline", inline, vars={"rfm_demo": True})
        assert outcome.success, outcome.errors
        kinds = json.loads(outcome.result.results[0].node.compiled_code)
        for column, case in CASES.items():
            left_alone = [text for text in case["left_alone"] if text is not None]
            texts = [*case["samples"], *left_alone]
            cells = [{"number": str(number), "sample": text} for number, text in enumerate(texts)]
            engine.load("samples", write_csv(tmp_path / f"{column}.csv", cells))
            firsts = [
                f"when {MATCHES[kind_of_engine].format(kind['pattern'])} then {number}"
                for number, kind in enumerate(kinds[column])
            ]
            # Every expression on every sample, so that one that stops the query is seen.
            every = [
                f"({expression}) as e{number}_{place}"
                for number, kind in enumerate(kinds[column])
                for place, expression in enumerate(kind["expressions"].values())
            ]
            kind = f"case {' '.join(firsts)} end as kind"
            rows = query(engine, ", ".join(["sample", kind, *every]))
            assert len(rows) == len(texts)
            for row in rows:
                check(column, row, case["samples"])
    finally:
        if kind_of_engine is not DuckDBFile:
            engine.stop()


def check(column: str, row: Row, samples: dict[str, list[str | None]]) -> None:
    """A sample is of a kind, whose expressions read what they should; others stay as they are."""
    sample, kind = row["sample"], row["kind"]
    if sample in samples:
        own = [text for name, text in row.items() if name.startswith(f"e{kind}_")]
        meant = [text and READ[column](text) for text in samples[sample]]
        assert [READ[column](text) for text in own] == meant, (sample, kind, own)
    else:
        made = {text for name, text in row.items() if name.startswith("e")}
        assert (kind, made) == (None, {sample}), row

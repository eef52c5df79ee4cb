"""What warnings advise to write for values that cannot be read: each expression, on each engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engines import DuckDBFile, Engine
from harness import Row, read_cases, write_csv
from oracle import parse_amount, parse_quantity, parse_timestamp

CASES = read_cases("orders/value_kinds")
READ: dict[str, Callable[[str], Any]] = {
    "ordered_at": parse_timestamp,
    "amount": lambda text: parse_amount(text)[0] if parse_amount(text) else None,
    "quantity": parse_quantity,
    "order_id": str,
}


def assert_advice_reads(engine: Engine, matches: str, place: Path) -> None:
    """One query a column: for each sample the first kind that it is of, and all its expressions.

    `matches` is how the engine holds a whole text against a pattern.
    """
    calls = (f"'{column}': dbt_rfm.rfm_value_kinds('{column}', 'sample')" for column in CASES)
    outcome = engine.succeed("compile", "--inline", f"{{{{ {{{', '.join(calls)}}} | tojson }}}}")
    kinds = json.loads(outcome.result.results[0].node.compiled_code)
    for column, case in CASES.items():
        left_alone = [text for text in case["left_alone"] if text is not None]
        texts = [*case["samples"], *left_alone]
        cells = [{"number": str(number), "sample": text} for number, text in enumerate(texts)]
        engine.load("samples", write_csv(place / f"{column}.csv", cells))
        firsts = [
            f"when {matches.format(kind['pattern'])} then {number}"
            for number, kind in enumerate(kinds[column])
        ]
        # Every expression on every sample, so that one that stops the query is seen.
        every = [
            f"({expression}) as e{number}_{position}"
            for number, kind in enumerate(kinds[column])
            for position, expression in enumerate(kind["expressions"].values())
        ]
        kind = f"case {' '.join(firsts)} end as kind"
        rows = engine.query(f"select {', '.join(['sample', kind, *every])} from samples")
        assert len(rows) == len(texts)
        for row in rows:
            check(column, row, case["samples"])


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


def test_advice_reads_what_it_should(tmp_path: Path) -> None:
    """On DuckDB; test_postgres.py and test_spark.py ask their engines."""
    engine = DuckDBFile(tmp_path, vars={"rfm_demo": True})
    engine.parse()
    assert_advice_reads(engine, "regexp_full_match(sample, '{}')", tmp_path)

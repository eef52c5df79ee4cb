"""What warnings advise to write for values that cannot be read: each expression, on each engine."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from engines import DuckDBFile, Engine, PostgresServer, give_up
from harness import Row, write_csv
from oracle import parse_amount, parse_quantity, parse_timestamp, to_decimal
from spark_engine import SparkEngine

# Sample -> what its expressions read, in the order of their labels: China before UTC, day before
# month. A time of day is left out where it is 0.
JANUARY = "2024-01-05"
TIMES: dict[str, list[str | None]] = {
    # Either may be meant.
    "01/02/2024": ["2024-02-01", "2024-01-02"],
    "1/2/2024 9:05": ["2024-02-01 09:05", "2024-01-02 09:05"],
    "01-02-2024 09:05:07.5": ["2024-02-01 09:05:07.5", "2024-01-02 09:05:07.5"],
    "12/1/10 8:26": ["2010-01-12 08:26", "2010-12-01 08:26"],
    "1/2/2024 12:05 AM": ["2024-02-01 00:05", "2024-01-02 00:05"],
    # Only one.
    "25/12/2024": ["2024-12-25"],
    "12/25/2024": ["2024-12-25"],
    "25-12-2024 10:00": ["2024-12-25 10:00"],
    "12/25/2024 1:05:07 PM": ["2024-12-25 13:05:07"],
    "12/25/24 12:05pm": ["2024-12-25 12:05"],
    "05.01.2024": [JANUARY],
    "5.1.2024 10:00": ["2024-01-05 10:00"],
    "05.01.24": [JANUARY],
    "30/02/2024": [None],
    "99/99/99": [None, None],
    # Chinese.
    "2024年1月1日": ["2024-01-01"],
    "2024年01月05日 10:30": ["2024-01-05 10:30"],
    "2024年1月5日10:30:05": ["2024-01-05 10:30:05"],
    "2024年1月5日 9时05分": ["2024-01-05 09:05"],
    "2024年1月5号9点5分7秒": ["2024-01-05 09:05:07"],
    "２０２４-０１-０５": [JANUARY],
    "２０２４／１／５　１０：３０": ["2024-01-05 10:30"],
    # Zones.
    "2024-01-05 20:08:09+0800": ["2024-01-05 20:08:09"],
    "2024-01-05T20:08:09+08:00": ["2024-01-05 20:08:09"],
    "2024-01-05 20:08 +0800": ["2024-01-05 20:08"],
    "2024-01-05 20:08:09.123+08": ["2024-01-05 20:08:09.123"],
    "2024-01-05T20:08:09Z": ["2024-01-06 04:08:09", "2024-01-05 20:08:09"],
    "2024-02-30T20:08:09Z": [None, None],
    "2024-01-05 20:08:09 UTC": ["2024-01-06 04:08:09", "2024-01-05 20:08:09"],
    # Words.
    "Jan 5 2024": [JANUARY],
    "January 5, 2024 10:00": ["2024-01-05 10:00"],
    "Sept. 05, 2024": ["2024-09-05"],
    "5 Jan 2024": [JANUARY],
    "05 December 2024 23:59:59": ["2024-12-05 23:59:59"],
    "05-JAN-24": [JANUARY],
    "5-Jan-2024 9:05": ["2024-01-05 09:05"],
    "30 Feb 2024": [None],
    "5 Foo 2024": [None],
    # Nearly ISO.
    "2024-01-05 10:00 AM": ["2024-01-05 10:00"],
    "2024/1/5 1:00:09 pm": ["2024-01-05 13:00:09"],
    "2024.1.5": [JANUARY],
    "2024.01.05 10:00": ["2024-01-05 10:00"],
    "2024-01-05  07:08": ["2024-01-05 07:08"],
    "2024-01-05 07": ["2024-01-05 07:00"],
    # Digits.
    "20240105": [JANUARY],
    "20240105.0": [JANUARY],
    "20240105123059": ["2024-01-05 12:30:59"],
    "20240105 123059": ["2024-01-05 12:30:59"],
    "202401051230": ["2024-01-05 12:30"],
    "45292": ["2024-01-01"],
    "45292.5": ["2024-01-01 12:00"],
    "45292.3784722222": ["2024-01-01 09:05"],
    "1704067200": ["2024-01-01 08:00", "2024-01-01"],
    "1704067200123": ["2024-01-01 08:00", "2024-01-01"],
    "1704067200.0": ["2024-01-01 08:00", "2024-01-01"],
}
NUMBERS: dict[str, list[str | None]] = {
    "2,200.50": ["2200.50"],
    "-1,234,567": ["-1234567"],
    "1,00,000.00": ["100000"],
    "1.234,56": ["1234.56"],
    "12,50": ["12.50"],
    "-0,125": ["-0.125"],
    "1.234.567,8": ["1234567.8"],
    "1 234,56": ["1234.56"],
    "1\u202f234.56": ["1234.56"],
    "¥1,200.00": ["1200"],
    "￥1200": ["1200"],
    "¥ 99.9": ["99.9"],
    "-$1,200.50": ["-1200.5"],
    "$-5": ["-5"],
    "US$1,200": ["1200"],
    "1,200.00元": ["1200"],
    "23.7 元": ["23.7"],
    "RMB 1,200.00": ["1200"],
    "15 CNY": ["15"],
    "€1.234,56": ["1234.56"],
    "1.234,56 €": ["1234.56"],
    "２０．０": ["20"],
    "－１，２００．５０": ["-1200.5"],
    "￥１，２００": ["1200"],
    "(1,200.00)": ["-1200"],
    "($5.00)": ["-5"],
    "¥(5.00)": ["-5"],
    "(1.234,56)": ["-1234.56"],
    "12.00-": ["-12"],
}
PIECES: dict[str, list[str | None]] = {
    "１２": ["12"],
    "1,200": ["1200"],
    "3件": ["3"],
    "3.0 个": ["3"],
    "12 pcs": ["12"],
}
IDS: dict[str, list[str | None]] = {"17003.0": ["17003"], "0017003.": ["0017003"]}
SAMPLES = {"ordered_at": TIMES, "amount": NUMBERS, "quantity": PIECES, "order_id": IDS}
# What can be read already, and what nobody can read, stays as it is.
LEFT_ALONE = {
    "ordered_at": [
        *("2024-01-05", "2024/1/5 7:08", "2024-01-05T07:08:09.123456789", "2024-02-30", "soon"),
        *("0001-01-01", "13/13", "-", "", None),
    ],
    "amount": [
        "12.50",
        "1,2,3",
        "0",
        "-1",
        "1e3",
        "5.",
        ".5",
        "+7",
        "NaN",
        "1.5",
        "ten",
        "¥",
        "()",
        "",
        None,
    ],
    "quantity": ["1", "2.0", "-3", "2e3", "1.5", "x", "", None],
    "order_id": ["17003", "o1", "1.5", "8.8E+12", "17003.01", "", None],
}
READ = {
    "ordered_at": lambda text: parse_timestamp(text),
    "amount": lambda text: to_decimal(parse_amount(text)[0]) if parse_amount(text) else None,
    "quantity": lambda text: parse_quantity(text),
    "order_id": lambda text: text,
}


def meant(column: str, text: str | None) -> datetime | Decimal | int | str | None:
    """The value that a sample stands for."""
    return None if text is None else READ[column](text)


def kinds(engine: Engine, place: Path, column: str) -> list[Row]:
    """The kinds of a column on an engine, around the column `sample`."""
    inline = f"{{{{ dbt_rfm.rfm_value_kinds('{column}', 'sample') | tojson }}}}"
    outcome = engine.run("compile", "--inline", inline, vars={"rfm_demo": True})
    assert outcome.success, outcome.errors
    results = json.loads((place / "target" / "run_results.json").read_text("utf-8"))
    return json.loads(results["results"][0]["compiled_code"])


def query(engine: Engine, select: str) -> list[Row]:
    """The rows of a query. Those of Spark are read from a table."""
    if not isinstance(engine, SparkEngine):
        return engine.query(select)
    engine.execute(
        "drop table if exists rfm.read_samples",
        f"create table rfm.read_samples as {select.replace('from samples', 'from rfm.samples')}",
    )
    return engine.query("select * from read_samples")


def check(engine: Engine, matches: str, tmp_path: Path) -> None:
    """One query a column: for each sample the first kind that it is of, and all its expressions."""
    for column, samples in SAMPLES.items():
        found = kinds(engine, tmp_path, column)
        all_texts = [*samples, *(text for text in LEFT_ALONE[column] if text is not None)]
        cells = [{"number": str(n), "sample": text} for n, text in enumerate(all_texts)]
        engine.load("samples", write_csv(tmp_path / f"{column}.csv", cells))
        most = max(len(kind["expressions"]) for kind in found)
        firsts = [
            f"when {matches.format(value='sample', pattern=kind['pattern'])} then {number}"
            for number, kind in enumerate(found)
        ]
        # Every expression on every sample, so that one that stops the query is seen.
        every = [
            f"({expression}) as e{number}_{place}"
            for number, kind in enumerate(found)
            for place, expression in enumerate(kind["expressions"].values())
        ]
        rows = query(
            engine,
            f"select number, sample, case {' '.join(firsts)} end as kind, {', '.join(every)}"
            " from samples",
        )
        assert len(rows) == len(all_texts)
        for row in rows:
            sample = row["sample"]
            own = [row[f"e{row['kind']}_{n}"] for n in range(most) if f"e{row['kind']}_{n}" in row]
            if sample in samples:
                assert row["kind"] is not None, sample
                read = [READ[column](text) for text in own]
                assert read == [meant(column, text) for text in samples[sample]], (sample, own)
            else:
                assert row["kind"] is None, sample
                for name, text in row.items():
                    if name.startswith("e"):
                        assert text == sample, (name, sample)


def test_on_duckdb(tmp_path: Path) -> None:
    """All of them on DuckDB."""
    check(DuckDBFile(tmp_path), "regexp_full_match({value}, '{pattern}')", tmp_path)


def test_on_postgres(tmp_path: Path) -> None:
    """All of them on PostgreSQL."""
    if reason := PostgresServer.lacking():
        give_up(reason)
    server = PostgresServer(tmp_path)
    try:
        check(server, "{value} ~ '^({pattern})$'", tmp_path)
    finally:
        server.stop()


def test_on_spark(tmp_path: Path) -> None:
    """All of them on Spark."""
    if reason := SparkEngine.lacking():
        give_up(reason)
    engine = SparkEngine(tmp_path, "local[1]")
    try:
        check(engine, "{value} rlike '^({pattern})$'", tmp_path)
    finally:
        engine.stop()

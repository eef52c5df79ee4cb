"""Text files: valid ones are read cell by cell as they were written, damaged ones are refused."""

from __future__ import annotations

import csv
import gzip
import random
from pathlib import Path
from typing import Any

import pytest

from harness import Outcome, Project, Row

HEADER = "order_id,customer_id,ordered_at,amount\n"
ROWS = "1,a,2024-01-01,1.0\n2,b,2024-01-02,2.0\n3,c,2024-01-03,3.0\n"
TABLE = HEADER + ROWS

# Columns of text, which are kept as they came.
COLUMNS = ("order_id", "customer_id", "product_name", "category", "channel", "payment_method")
CELLS = [
    *("", "a", " lead", "trail ", "it's", "'quoted'", "'138", 'O"Brien', '"', '""', '"all"'),
    *("a,b", "a;b", "a\tb", "a|b", ",", ";;", "one\ntwo", "one\r\ntwo", "#hash", "# no", "--"),
    *("\\", "\\n", '\\"', "NULL", "茶山", "é", '="001"', "1,234.50", "\u3000", "''", "x" * 300),
]
DELIMITERS = ",;\t|"
FILES = 500
LONG = 20_480  # lines from which an engine might guess


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Any]:
    """The project with files of orders, and its manifest, for vars that change no ref."""
    project = Project(tmp_path_factory.mktemp("text_files"), vars={"rfm_orders_path": "orders.csv"})
    outcome = project.dbt("parse")
    assert outcome.success, outcome.errors
    assert project.dbt("seed", "-s", "rfm_placeholder_ids", manifest=outcome.result).success
    return project, outcome.result


def staged(parsed: tuple[Project, Any], vars: Row) -> Outcome:
    """Check the inputs and read the orders."""
    project, manifest = parsed
    return project.dbt("run", "-s", "+stg_rfm__orders", vars=vars, manifest=manifest)


# ---------------------------------------------------------------------------------------------
# Valid files
# ---------------------------------------------------------------------------------------------


def write_random_file(path: Path, number: int, delimiter: str) -> list[tuple[str, ...]]:
    """A file as Python's csv writer makes it, in a dialect of its own; returns its rows."""
    chance = random.Random(number)
    columns = [*COLUMNS, "ordered_at", "amount", "other"]
    # A handful of orders of columns, for files with the same one are checked together.
    random.Random(number % 5).shuffle(columns)
    rows = [
        {column: chance.choice(CELLS) for column in columns} | {"order_id": f"{number}-{row}"}
        for row in range(chance.choice([1, 2, 5, 20]))
    ]
    if number % FILES == 0:
        # Quotes are seen for the first time after many lines.
        plain = dict.fromkeys(columns, "a")
        rows = [plain | {"order_id": f"{number}-plain-{row}"} for row in range(LONG)] + rows
    line_end = chance.choice(["\n", "\r\n", "\r"])
    quoting = [csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC, csv.QUOTE_MINIMAL]
    with path.open("w", encoding=chance.choice(["utf-8", "utf-8-sig"]), newline="") as file:
        writer = csv.DictWriter(
            file,
            columns,
            delimiter=delimiter,
            lineterminator=line_end,
            # The writer does not quote a line feed where lines end in carriage returns.
            quoting=chance.choice(quoting[: 2 if line_end == "\r" else 3]),
        )
        writer.writeheader()
        writer.writerows(rows)
    return [tuple(row[column] for column in COLUMNS) for row in rows]


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_valid_files(delimiter: str, parsed: tuple[Project, Any], tmp_path: Path) -> None:
    """Every cell of many files in one glob, which differ in all but their delimiter."""
    first = DELIMITERS.index(delimiter) * FILES
    written = [
        row
        for number in range(first, first + FILES)
        for row in write_random_file(tmp_path / f"{number}.csv", number, delimiter)
    ]
    vars = {
        "rfm_orders_path": str(tmp_path / "*.csv"),
        "rfm_order_columns": {column: column for column in COLUMNS},
    }
    outcome = staged(parsed, vars)
    assert outcome.success, outcome.errors
    cells = ", ".join(f"coalesce({column}_as_read, '') as {column}" for column in COLUMNS)
    read = [tuple(row.values()) for row in parsed[0].query(f"select {cells} from stg_rfm__orders")]
    assert len(written) > LONG
    assert sorted(read) == sorted(written)


WRITTEN_OTHERWISE = {
    "an encoding": (TABLE.replace(",b,", ",茶,").encode("utf-16"), {"encoding": "utf-16"}, "茶"),
    "another encoding": (
        TABLE.replace(",b,", ",é,").encode("latin-1"),
        {"encoding": "latin-1"},
        "é",
    ),
    "lines above the header": (b'Report;2024\n\nmade by "me\n' + TABLE.encode(), {"skip": 3}, "b"),
    "a backslash before quotes": (
        TABLE.replace(",b,", ',"b \\"x\\", y",').encode(),
        {"escape": "\\"},
        'b "x", y',
    ),
    "single quotes": (
        TABLE.replace(",b,", ",'b, \"x',").encode(),
        {"quote": "'", "escape": "'"},
        'b, "x',
    ),
    "no quotes": (TABLE.replace(",b,", ',"b,').encode(), {"quote": "", "escape": ""}, '"b'),
    "a delimiter": (
        b"order_id;customer_id;ordered_at;amount,a,b,c,d\n2;b;2024-01-02;2.0\n",
        {"delimiter": ";"},
        "b",
    ),
    "tabs": (TABLE.replace(",", "\t").encode(), {"delimiter": "tab"}, "b"),
}


@pytest.mark.parametrize("name", WRITTEN_OTHERWISE)
def test_files_written_otherwise(name: str, parsed: tuple[Project, Any], tmp_path: Path) -> None:
    """What differs from RFC 4180 can be told."""
    content, options, customer = WRITTEN_OTHERWISE[name]
    (tmp_path / "orders.csv").write_bytes(content)
    vars = {"rfm_orders_path": str(tmp_path / "orders.csv"), "rfm_orders_csv": options}
    if name == "a delimiter":
        vars["rfm_order_columns"] = {"amount": '"amount,a,b,c,d"'}
    outcome = staged(parsed, vars)
    assert outcome.success, outcome.errors
    rows = parsed[0].query("select customer_id from stg_rfm__orders where order_id = '2'")
    assert rows == [{"customer_id": customer}]


# ---------------------------------------------------------------------------------------------
# Damaged files
# ---------------------------------------------------------------------------------------------

MANY = ROWS * 20_000

# In a glob of these all are told at once: file -> what stands in it, what the message says of it.
DAMAGED: dict[str, dict[str, tuple[bytes, list[str]]]] = {
    "at the top": {
        "empty.csv": (b"", ["is empty", "a header line"]),
        "blank.csv": (
            b"\n\n" + TABLE.encode(),
            ["a blank line 1 where its header", "{skip: 2}"],
        ),
        "gbk.csv": (TABLE.replace(",b,", ",茶山,").encode("gbk"), ["is not UTF-8", "iconv"]),
        "gbk_header.csv": (
            TABLE.replace("amount", "金额").encode("gbk"),
            ["line 1, is not UTF-8", "save it as UTF-8"],
        ),
        "utf_16.csv": (TABLE.encode("utf-16"), ["is not UTF-8", "{encoding: utf-16}"]),
        "utf_16_chinese.csv": (
            ("订单编号\t金额\n" + "1\t2\n" * 500).encode("utf-16"),
            ["is not UTF-8"],
        ),
    },
    "in the header": {
        "good.csv": (TABLE.encode(), []),
        "headless.csv": (ROWS.encode(), ["has no header line", "begins 1, a, 2024-01-01"]),
        "preamble.csv": (
            b"#account\n#from,to\n" + TABLE.encode(),
            ["its header on line 3", "rfm_orders_csv: {skip: 2}"],
        ),
        "other.csv": (b"name,city\nx,y\n", ['lacks "order_id"', 'lacks "amount"', "name, city"]),
        "lacks.csv": (TABLE.replace("amount", "total").encode(), ['lacks "amount"', "total"]),
        "twice.csv": (
            TABLE.replace("customer_id", "amount").encode(),
            ['2 columns named "amount"', "a name of its own"],
        ),
        "semicolons.csv": (TABLE.replace(",", ";").encode(), ['";" in', "the same one"]),
    },
    "in its lines": {
        "good.csv": (TABLE.encode(), []),
        "extra_comma.csv": (
            TABLE.replace("2,b", "2,,b").encode(),
            ["line 3, has 5 cells, the header 4", "into quotes"],
        ),
        "cut_off.csv": (TABLE.encode() + b"4,d", ["line 5, has fewer cells than the header (4)"]),
        "open_quote.csv": (
            TABLE.replace("2,b", '2,"b').encode(),
            ["line 3, has a quote that is not closed", "double each quote"],
        ),
        "backslashes.csv": (
            TABLE.replace(",b,", ',"b \\"x\\" y",').encode(),
            ["line 3, has a quote", "rfm_orders_csv: {escape: '\\'}"],
        ),
        "line_ends.csv": (
            (TABLE + ROWS.replace("\n", "\r\n")).encode(),
            ["changes its line ends in line 5", "LF up to there"],
        ),
        "late_line_ends.csv": (
            (HEADER.replace("\n", "\r\n") + MANY.replace("\n", "\r\n") + ROWS).encode(),
            ["changes its line ends in line 60002", "CR LF up to there"],
        ),
        "late_latin.csv": (
            (HEADER + MANY).encode() + "4,é,2024-01-04,4.0\n".encode("latin-1"),
            ["line 60002, is not UTF-8"],
        ),
        "late_comma.csv": ((HEADER + MANY + "4,d,e,f,g,h\n").encode(), ["line 60002, has 6 cells"]),
    },
}


@pytest.mark.parametrize("place", DAMAGED)
def test_damaged_files(place: str, parsed: tuple[Project, Any], tmp_path: Path) -> None:
    """Each file is named, with its line, and what to write; a good one is not."""
    for name, (content, _) in DAMAGED[place].items():
        (tmp_path / name).write_bytes(content)
    outcome = staged(parsed, {"rfm_orders_path": str(tmp_path / "*.csv")})
    assert not outcome.success
    told = outcome.errors.splitlines()
    for name, (_, parts) in DAMAGED[place].items():
        about = " ".join(line for line in told if f"/{name}" in line)
        assert [part for part in parts if part not in about] == [], outcome.errors
        assert bool(about) == bool(parts) or name == "good.csv", outcome.errors
    assert "Binder Error" not in outcome.errors
    assert "sniffing" not in outcome.errors


def test_packed_file_of_mixed_line_ends(parsed: tuple[Project, Any], tmp_path: Path) -> None:
    """Where only reading it to the end shows the damage, the message is ours all the same."""
    mixed = TABLE + MANY + ROWS.replace("\n", "\r\n")
    (tmp_path / "orders.csv.gz").write_bytes(gzip.compress(mixed.encode()))
    outcome = staged(parsed, {"rfm_orders_path": str(tmp_path / "orders.csv.gz")})
    assert not outcome.success
    assert "orders.csv.gz" in outcome.errors
    assert "cannot be read to its end as CSV" in outcome.errors


def test_no_cell_is_quoted_with_pseudonyms(tmp_path: Path) -> None:
    """Messages about damaged files show nobody's number."""
    (tmp_path / "headless.csv").write_text(ROWS.replace("a", "secret"), encoding="utf-8")
    (tmp_path / "cells.csv").write_text(TABLE.replace("2.0", "x secret"), encoding="utf-8")
    project = Project(
        tmp_path,
        vars={
            "rfm_orders_path": str(tmp_path / "headless.csv"),
            "rfm_contacts_path": str(tmp_path / "cells.csv"),
            "rfm_contact_columns": {
                "contact_id": "order_id",
                "contacted_at": "ordered_at",
                "outcome": "cast(amount as double)",
            },
            "rfm_pseudonymise": True,
            "rfm_salt_table": f"read_csv('{tmp_path}/salt.csv', header = true)",
        },
    )
    (tmp_path / "salt.csv").write_text("salt\npepper\n", encoding="utf-8")
    outcome = project.dbt("run", "-s", "stg_rfm__input_check")
    assert not outcome.success
    assert "has no header line" in outcome.errors
    assert "fails for 1 of 3 rows" in outcome.errors
    assert "secret" not in outcome.errors
    assert "secret" not in (tmp_path / "logs" / "dbt.log").read_text(encoding="utf-8")

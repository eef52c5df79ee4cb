"""Text files: valid ones are read cell by cell as they were written, damaged ones are refused."""

from __future__ import annotations

import csv
import gzip
import random
from pathlib import Path

import pytest

from harness import Project, Row, named, read_cases

HEADER = "order_id,customer_id,ordered_at,amount\n"
ROWS = "1,a,2024-01-01,1.0\n2,b,2024-01-02,2.0\n3,c,2024-01-03,3.0\n"
PIECES = {"HEADER": HEADER, "ROWS": ROWS, "TABLE": HEADER + ROWS, "MANY": ROWS * 20_000}
CASES = read_cases("orders/text_files")

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
def files(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with files of orders, parsed."""
    project = Project(tmp_path_factory.mktemp("text_files"), vars={"rfm_orders_path": "orders.csv"})
    project.parse().succeed("seed")
    return project


def content(case: Row) -> bytes:
    """The bytes of a case."""
    pieces = case.get("content", "TABLE")
    text = ""
    for piece in pieces if isinstance(pieces, list) else [pieces]:
        name = piece if isinstance(piece, str) else piece["crlf"]
        lines = PIECES.get(name, name)
        text += lines if name is piece else lines.replace("\n", "\r\n")
    for old, new in case.get("replace", {}).items():
        text = text.replace(old, new)
    return text.encode(case.get("encoding", "utf-8"))


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
def test_valid_files(delimiter: str, files: Project, tmp_path: Path) -> None:
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
    files.succeed("run", "-s", "+stg_rfm__orders", vars=vars)
    cells = ", ".join(f"coalesce({column}_as_read, '') as {column}" for column in COLUMNS)
    read = [tuple(row.values()) for row in files.query(f"select {cells} from stg_rfm__orders")]
    assert len(written) > LONG
    assert sorted(read) == sorted(written)


@pytest.mark.parametrize("case", named(CASES["written_otherwise"]))
def test_files_written_otherwise(case: Row, files: Project, tmp_path: Path) -> None:
    """What differs from RFC 4180 can be told."""
    (tmp_path / "orders.csv").write_bytes(content(case))
    vars = {"rfm_orders_path": str(tmp_path / "orders.csv"), "rfm_orders_csv": case["options"]}
    vars["rfm_order_columns"] = case.get("columns")
    files.succeed("run", "-s", "+stg_rfm__orders", vars=vars)
    rows = files.query("select customer_id from stg_rfm__orders where order_id = '2'")
    assert rows == [{"customer_id": case["customer"]}]


@pytest.mark.parametrize("case", named(CASES["damaged"]))
def test_damaged_files(case: Row, files: Project, tmp_path: Path) -> None:
    """Each file is named, with its line, and what to write; a good one is not."""
    for name, file in case["files"].items():
        (tmp_path / name).write_bytes(content(file))
    vars = {"rfm_orders_path": str(tmp_path / "*.csv"), "rfm_orders_csv": case.get("options", {})}
    outcome = files.dbt("run", "-s", "stg_rfm__input_check", vars=vars)
    assert not outcome.success
    for name, file in case["files"].items():
        about = " ".join(line for line in outcome.errors.splitlines() if f"/{name}" in line)
        assert [part for part in file["says"] if part not in about] == [], outcome.errors
        assert bool(about) == bool(file["says"]) or name == "good.csv", outcome.errors
    assert "Binder Error" not in outcome.errors
    assert "sniffing" not in outcome.errors


def test_packed_file_of_mixed_line_ends(files: Project, tmp_path: Path) -> None:
    """Where only reading it to the end shows the damage, the message is ours all the same."""
    mixed = content({"content": ["TABLE", "MANY", {"crlf": "ROWS"}]})
    (tmp_path / "orders.csv.gz").write_bytes(gzip.compress(mixed))
    vars = {"rfm_orders_path": str(tmp_path / "orders.csv.gz")}
    outcome = files.dbt("run", "-s", "+stg_rfm__orders", vars=vars)
    assert outcome.lacks("orders.csv.gz", "cannot be read to its end as CSV") == [], outcome.errors


def test_no_cell_is_quoted_with_pseudonyms(tmp_path: Path) -> None:
    """Messages about damaged files show nobody's number."""
    contents = {
        "orders": ROWS.replace("a", "secret"),
        "contacts": PIECES["TABLE"].replace("2.0", "x secret"),
        "salt": "salt\npepper\n",
    }
    for name, text in contents.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    project = Project(
        tmp_path,
        vars={
            "rfm_orders_path": str(tmp_path / "orders.csv"),
            "rfm_contacts_path": str(tmp_path / "contacts.csv"),
            "rfm_contact_columns": {
                "contact_id": "order_id",
                "contacted_at": "ordered_at",
                "outcome": "cast(amount as double)",
            },
            "rfm_pseudonymise": True,
            "rfm_salt_table": f"read_csv('{tmp_path}/salt.csv', header = true)",
        },
    )
    outcome = project.parse().dbt("run", "-s", "stg_rfm__input_check")
    assert outcome.lacks("has no header line", "fails for 1 of 3 rows") == [], outcome.errors
    assert "secret" not in outcome.errors
    assert "secret" not in (tmp_path / "logs" / "dbt.log").read_text(encoding="utf-8")

"""Wrong inputs: each gets an error with the var, the value and what to write. And right ones."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from harness import (
    Outcome,
    Project,
    Row,
    write_csv,
)

FIRST_LINE = {
    "order_id": "o1",
    "customer_id": "c1",
    "ordered_at": "2024-12-30 10:00:00",
    "amount": "10.00",
}
ORDERS = [FIRST_LINE, FIRST_LINE | {"order_id": "o2", "customer_id": "c2", "amount": "20.5"}]


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Any]:
    """The project with a file of orders, and its manifest, for vars that change no ref."""
    place = tmp_path_factory.mktemp("wrong_input")
    project = Project(place, vars={"rfm_orders_path": str(write_csv(place / "orders.csv", ORDERS))})
    with project.connect() as connection:
        connection.execute("create table two_columns as select 's' as salt, 1 as other")
        connection.execute("create table good_salt as select 's' as salt")
        for name, rows in {
            "empty_salt": "select 's' as salt where false",
            "two_salts": "select 's' as salt union all select 't' as salt",
            "blank_salt": "select ' ' as salt",
            "null_salt": "select cast(null as varchar) as salt",
        }.items():
            connection.execute(f"create table {name} as {rows}")
        for name, query in {
            "floats": "1.5::double as order_id, 7::double as customer_id,"
            " now() as ordered_at, 1 as amount",
            "no_amount": "'o' as order_id, 'c' as customer_id, '2024-01-01' as ordered_at,"
            " 1 as total",
        }.items():
            connection.execute(f"copy (select {query}) to '{place}/{name}.parquet'")
    (place / "broken.parquet").write_text("no Parquet, but long enough to be one", "utf-8")
    (place / "blanks.csv").write_text(
        "order_id,customer_id,ordered_at,Order Amount\n1,2,2024-01-01,3\n", "utf-8"
    )
    for number, amount in enumerate(("amount", "total"), 1):
        line = FIRST_LINE | {"order_id": f"o{number}", amount: "1"}
        if amount == "total":
            del line["amount"]
        (place / f"some{number}.jsonl").write_text(json.dumps(line), "utf-8")
    outcome = project.dbt("parse")
    assert outcome.success, outcome.errors
    assert project.dbt("seed", manifest=outcome.result).success
    return project, outcome.result


def staged(parsed: tuple[Project, Any], vars: Row) -> Outcome:
    """Check the inputs and read the orders."""
    project, manifest = parsed
    vars = json.loads(json.dumps(vars).replace("PLACE", str(project.place)))
    return project.dbt("run", "-s", "+stg_rfm__orders", vars=vars, manifest=manifest)


NO_PATH = {"rfm_orders_path": None}
PSEUDONYMISE = {"rfm_pseudonymise": True}

# Vars beside a good rfm_orders_path, and what the error must say.
WRONG = {
    "no such file": (
        {"rfm_orders_path": "PLACE/nowhere.csv"},
        ["rfm_orders_path", "nowhere.csv", "write the path or glob of at least one file"],
    ),
    "a glob without a match": (
        {"rfm_orders_path": "PLACE/*.json"},
        ["rfm_orders_path", "*.json", "write the path or glob of at least one file"],
    ),
    "an unknown kind of file": (
        {"rfm_orders_path": "PLACE/orders.xlsx"},
        ["rfm_orders_path", "orders.xlsx", ".parquet, .csv"],
    ),
    "a path that is no text": ({"rfm_orders_path": 7}, ["rfm_orders_path", '"7"', "write"]),
    "a required column is missing": (
        {"rfm_orders_path": "PLACE/no_amount.parquet"},
        ["rfm_order_columns", "required column amount", "no_amount.parquet", "{amount:", "total"],
    ),
    "a mapped column is missing": (
        {"rfm_order_columns": {"region": "province"}},
        ["rfm_order_columns.region", '"province"', "write one of its columns", "order_id"],
    ),
    "two inputs": (
        {"rfm_orders_table": "t"},
        ["rfm_orders_path and rfm_orders_table", "set only one"],
    ),
    "three inputs": (
        {"rfm_orders_table": "t", "rfm_orders_model": "rfm_category_aliases"},
        ["rfm_orders_path and rfm_orders_model and rfm_orders_table", "set only one"],
    ),
    "no input": (
        NO_PATH | {"rfm_demo": False},
        ["no orders input is set", "rfm_orders_path", "rfm_orders_model", "rfm_orders_table"],
    ),
    "a schema without a table": (
        NO_PATH | {"rfm_demo": False, "rfm_orders_schema": "raw"},
        ["rfm_orders_table", "rfm_orders_schema", "write the name of a table"],
    ),
    "floating-point ids": (
        {"rfm_orders_path": "PLACE/floats.parquet"},
        [
            *("rfm_order_columns.order_id", "rfm_order_columns.customer_id", "floating-point"),
            "cast(cast(customer_id as bigint) as varchar)",
        ],
    ),
    "a time zone": (
        {"rfm_orders_path": "PLACE/floats.parquet"},
        ["rfm_order_columns.ordered_at", "time zone", "at time zone"],
    ),
    "a customers file that is not there": (
        {"rfm_customers_path": "PLACE/nobody.csv"},
        ["rfm_customers_path", "nobody.csv", "none matches"],
    ),
    "contacts without their columns": (
        {"rfm_contacts_path": "PLACE/orders.csv"},
        ["rfm_contact_columns", "required column contact_id", "required column contacted_at"],
    ),
    "a report date that is no day": (
        {"rfm_report_date": "2024-02-30"},
        ["rfm_report_date", '"2024-02-30"', "YYYY-MM-DD"],
    ),
    "a number of customers that is none": (
        {"rfm_min_cell_customers": 0, "rfm_min_insight_customers": "few"},
        [
            *("rfm_min_cell_customers", '"0"', "rfm_min_insight_customers", '"few"'),
            "a whole number of customers from 1",
        ],
    ),
    "an unknown var": ({"rfm_as_of": "2024-12-31"}, ["rfm_as_of:", "rfm_as_of_date"]),
    "an unknown column key": (
        {"rfm_order_columns": {"customer": "customer_id"}},
        ["rfm_order_columns", '"customer"', "customer_id", "source_system"],
    ),
    "an unknown customers key": (
        {"rfm_customer_columns": {"id": "customer_id"}},
        ["rfm_customer_columns", '"id"', "membership_level"],
    ),
    "an unknown contacts key": (
        {"rfm_contact_columns": {"when": "contacted_at"}},
        ["rfm_contact_columns", '"when"', "contacted_at"],
    ),
    "an unknown policy seed": (
        {"rfm_policy": {"rfm_scheme": "rfm_category_aliases"}},
        ["rfm_policy", '"rfm_scheme"', "rfm_schemes, rfm_scheme_metrics"],
    ),
    "a blank column expression": (
        {"rfm_order_columns": {"region": " "}},
        ["rfm_order_columns.region", "a SQL expression"],
    ),
    "a number as a column expression": (
        {"rfm_order_columns": {"quantity": 1}},
        ["rfm_order_columns.quantity", '"1"', "a SQL expression"],
    ),
    "an expression over no column": (
        {"rfm_order_columns": {"region": "upper(province)"}},
        [
            *("rfm_order_columns.region", '"upper(province)"', "cannot be computed", "province"),
            *("write a SQL expression over", "customer_id"),
        ],
    ),
    "an expression that is no SQL": (
        {"rfm_order_columns": {"channel": "case when 1 = 1"}},
        ["rfm_order_columns.channel", '"case when 1 = 1"', "cannot be computed", "write"],
    ),
    "an unclosed comment": (
        {"rfm_order_columns": {"category": "'x' /* kind"}},
        ["rfm_order_columns.category", "'x' /* kind", "cannot be computed", "write"],
    ),
    "a filter over no column": (
        {"rfm_scheme_filters": {"outdoor_gear": "province = '四川'", "leather_market": "1 ="}},
        [
            *("rfm_scheme_filters.outdoor_gear", "province", "rfm_scheme_filters.leather_market"),
            *("cannot be computed", "write a SQL predicate over order_id"),
        ],
    ),
    "another way of writing text files": (
        {"rfm_orders_csv": {"delimiter": "ab", "skip": -1, "sep": ";"}},
        [
            *('rfm_orders_csv.delimiter: found "ab"', "write one sign", "rfm_orders_csv.skip"),
            *('rfm_orders_csv: unknown key "sep"', "delimiter, quote, escape, encoding, skip"),
        ],
    ),
    "text options without a text file": (
        {"rfm_orders_path": "PLACE/floats.parquet", "rfm_orders_csv": {"skip": 1}},
        ["rfm_orders_csv", "without a text file", "leave it out"],
    ),
    "a file that is none": (
        {"rfm_orders_path": "PLACE/broken.parquet"},
        ["broken.parquet", "cannot be read", "write a glob that leaves it out"],
    ),
    "a name that needs quotes": (
        {"rfm_orders_path": "PLACE/blanks.csv", "rfm_order_columns": {"amount": "Order Amount"}},
        ["rfm_order_columns.amount", '"Order Amount"', "needs double quotes", "'\"Order Amount\"'"],
    ),
    "a Chinese name that is not there": (
        {
            "rfm_orders_path": "PLACE/blanks.csv",
            "rfm_order_columns": {"amount": "买家实际支付金额"},
        },
        [
            "rfm_order_columns.amount",
            "买家实际支付金额",
            "write one of its columns",
            "Order Amount",
        ],
    ),
    "text that is reckoned with": (
        {"rfm_order_columns": {"amount": "amount * 2"}},
        [
            "rfm_order_columns.amount",
            '"amount * 2"',
            "No function matches",
            "all of them text, so cast",
        ],
    ),
    "a cast that fails": (
        {"rfm_order_columns": {"quantity": "cast(ordered_at as integer)"}},
        [
            "rfm_order_columns.quantity",
            "fails for 2 of 2 rows",
            "ordered_at 2024-12-30",
            "try_cast",
        ],
    ),
    "files of a glob that differ": (
        {"rfm_orders_path": "PLACE/some*.jsonl"},
        ["some2.jsonl", 'lacks "amount"', "write files with the same columns"],
    ),
    "a date of another form": (
        {"rfm_as_of_date": "31.12.2024"},
        ["rfm_as_of_date", '"31.12.2024"', "YYYY-MM-DD"],
    ),
    "a day that is none": (
        {"rfm_as_of_date": "2023-02-29"},
        ["rfm_as_of_date", '"2023-02-29"', "YYYY-MM-DD"],
    ),
    "a date that is a number": (
        {"rfm_as_of_date": 20241231},
        ["rfm_as_of_date", '"20241231"', "YYYY-MM-DD"],
    ),
    "a latest order date of another form": (
        {"rfm_latest_order_date": "tomorrow"},
        ["rfm_latest_order_date", '"tomorrow"', "YYYY-MM-DD"],
    ),
    "refunds of another kind": (
        {"rfm_refunds": "netto"},
        ["rfm_refunds", '"netto"', "reject or net"],
    ),
    "a limit that is no number": (
        {"rfm_max_order_quantity": "many"},
        ["rfm_max_order_quantity", '"many"', "a whole number"],
    ),
    "a limit of 0": (
        {"rfm_max_order_quantity": 0},
        ["rfm_max_order_quantity", '"0"', "a whole number"],
    ),
    "a demo that is neither": (
        {"rfm_demo": "maybe"},
        ["rfm_demo", '"maybe"', "true or false"],
    ),
    "pseudonyms that are neither": (
        {"rfm_pseudonymise": "maybe"},
        ["rfm_pseudonymise", '"maybe"', "true or false"],
    ),
    "schemes that are no list": (
        {"rfm_enabled_schemes": "outdoor_gear"},
        ["rfm_enabled_schemes", '"outdoor_gear"', "a list of schemes"],
    ),
    "no scheme": ({"rfm_enabled_schemes": []}, ["rfm_enabled_schemes", "a list of schemes"]),
    "a blank filter": (
        {"rfm_scheme_filters": {"outdoor_gear": ""}},
        ["rfm_scheme_filters.outdoor_gear", "a SQL predicate"],
    ),
    "pseudonyms without a salt table": (
        PSEUDONYMISE,
        ["rfm_salt_table", "the name of a table with one row and one column, salt"],
    ),
    "a salt table that is not there": (
        PSEUDONYMISE | {"rfm_salt_table": "no_salt"},
        ["rfm_salt_table", '"no_salt"', "does not exist"],
    ),
    "a salt table of two columns": (
        PSEUDONYMISE | {"rfm_salt_table": "two_columns"},
        ["rfm_salt_table", '"two_columns"', "salt, other", "one column, salt"],
    ),
}


def lacking(outcome: Outcome, parts: list[str]) -> list[str]:
    """The parts that the errors of a failed run do not say."""
    assert not outcome.success
    return [part for part in parts if part not in outcome.errors]


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input(name: str, parsed: tuple[Project, Any]) -> None:
    """The error names the var and the value and says what to write."""
    vars, parts = WRONG[name]
    outcome = staged(parsed, vars)
    assert lacking(outcome, parts) == [], outcome.errors


# Salt tables that have the right column: what stands in it is read when a table is built.
WRONG_SALTS = {
    "empty_salt": ["rfm_salt_table", "0 rows", "write one row"],
    "two_salts": ["rfm_salt_table", "2 rows", "write one row"],
    "blank_salt": ["rfm_salt_table", "blank", "write"],
    "null_salt": ["rfm_salt_table", "blank", "write"],
}


@pytest.fixture(scope="module")
def parsed_with_pseudonyms(parsed: tuple[Project, Any]) -> tuple[Project, Any]:
    """The project and its manifest with rfm_pseudonymise, which makes tables of views."""
    project = parsed[0]
    outcome = project.dbt("parse", vars=PSEUDONYMISE | {"rfm_salt_table": "good_salt"})
    assert outcome.success, outcome.errors
    return project, outcome.result


@pytest.mark.parametrize("table", WRONG_SALTS)
def test_wrong_salt(table: str, parsed_with_pseudonyms: tuple[Project, Any]) -> None:
    """A salt table without exactly one salt stops the build."""
    outcome = staged(parsed_with_pseudonyms, PSEUDONYMISE | {"rfm_salt_table": table})
    assert lacking(outcome, WRONG_SALTS[table]) == [], outcome.errors


def test_salt_table(parsed_with_pseudonyms: tuple[Project, Any]) -> None:
    """The salt may stand in a table of the warehouse."""
    vars = PSEUDONYMISE | {"rfm_salt_table": "main.good_salt"}
    outcome = staged(parsed_with_pseudonyms, vars)
    assert outcome.success, outcome.errors
    rows = parsed_with_pseudonyms[0].query("select customer_id from stg_rfm__orders")
    expected = {hashlib.sha256(f"s:{customer}".encode()).hexdigest() for customer in ("c1", "c2")}
    assert {row["customer_id"] for row in rows} == expected


# What only the rows can tell, with the model that finds it.
WRONG_ROWS = {
    "an as-of date before the first order": (
        "int_rfm__periods",
        {"rfm_as_of_date": "2024-12-29"},
        ["rfm_as_of_date", '"2024-12-29"', "before the first order", "from 2024-12-30"],
    ),
    "unknown schemes": (
        "int_rfm__policy_gate",
        {
            "rfm_enabled_schemes": ["outdoor_gear", "nowhere"],
            "rfm_scheme_filters": {"elsewhere": "1 = 1"},
        },
        [
            *("rfm_enabled_schemes", '"nowhere"', "rfm_scheme_filters", '"elsewhere"'),
            "write a scheme of rfm_schemes",
        ],
    ),
    "a customer on two rows": (
        "int_rfm__customer_metrics",
        {"rfm_customers_path": "PLACE/twice.csv"},
        ["customers input", '"c1"', "2 rows", "write one row a customer"],
    ),
    "identities without a weight": (
        "int_rfm__lookup_bins",
        {
            "rfm_as_of_date": "2024-12-31",
            "rfm_customers_path": "PLACE/identities.csv",
            "rfm_customer_columns": {"identity": "identity"},
        },
        ["rfm_identity_weights", "leather_market / broker", "leather_market / tailor", "write"],
    ),
}


@pytest.mark.parametrize("name", WRONG_ROWS)
def test_wrong_rows(name: str, parsed: tuple[Project, Any]) -> None:
    """The build stops where the rows show the fault, and grades nobody."""
    project, manifest = parsed
    twice = [{"customer_id": "c1", "identity": "retailer"}] * 2
    write_csv(project.place / "twice.csv", twice)
    identities = {"c1": "tailor", "c2": "broker"}.items()
    write_csv(
        project.place / "identities.csv",
        [{"customer_id": customer, "identity": identity} for customer, identity in identities],
    )
    model, vars, parts = WRONG_ROWS[name]
    vars = json.loads(json.dumps(vars).replace("PLACE", str(project.place)))
    outcome = project.dbt("run", "-s", f"+{model}", vars=vars, manifest=manifest)
    assert lacking(outcome, parts) == [], outcome.errors
    assert "rfm_customer_tiers" not in project.relations()


def test_all_problems_in_one_message(project: Project, tmp_path: Path) -> None:
    """A real build with many wrong vars lists them all at once and grades nobody."""
    outcome = project.dbt(
        "build",
        vars={
            "rfm_demo": True,
            "rfm_orders_path": str(write_csv(tmp_path / "orders.csv", ORDERS)),
            "rfm_order_columns": ["amount"],
            "rfm_customers_path": str(tmp_path / "nobody.csv"),
            "rfm_policy": {"rfm_identity_weights": "rfm_category_aliases", "rfm_bins": "x"},
            "rfm_scheme_filters": ["outdoor_gear"],
            "rfm_enabled_schemes": "outdoor_gear",
            "rfm_as_of_date": "soon",
            "rfm_refunds": True,
            "rfm_pseudonymise": True,
            "rfm_salt": "typed into the wrong var",
        },
    )
    parts = [
        *("rfm_demo: found true beside rfm_orders_path", "write rfm_demo: false"),
        *('rfm_order_columns: found "', "rfm_customers_path", "nobody.csv"),
        *('rfm_policy: unknown key "rfm_bins"', "rfm_policy.rfm_identity_weights"),
        *("lacks the column(s) scheme, identity, weight", "rfm_scheme_filters: found"),
        *('rfm_enabled_schemes: found "outdoor_gear"', 'rfm_as_of_date: found "soon"'),
        *('rfm_refunds: found "True"', "rfm_salt_table: found", "var rfm_salt: there is no such"),
    ]
    assert lacking(outcome, parts) == [], outcome.errors
    assert "rfm_customer_tiers" not in project.relations()


# ---------------------------------------------------------------------------------------------
# Right inputs
# ---------------------------------------------------------------------------------------------

FILES = {
    "plain.csv": "csv",
    "tabs.tsv": "tsv",
    "packed.csv.gz": "csv.gz",
    "lines.jsonl": "json",
    "array.json": "json array",
    "plain.parquet": "parquet",
    "a folder/with spaces.csv": "csv",
    "[brackets]/[2024].parquet": "parquet",
    "{braces}/{a,b}.csv": "csv",
    'it\'s "quoted".csv': "csv",
    "订单/二〇二四.json": "json",
}
COPY_OPTIONS = {
    "csv": "format csv, header",
    "tsv": "format csv, header, delimiter '\t'",
    "csv.gz": "format csv, header, compression gzip",
    "json": "format json",
    "json array": "format json, array true",
    "parquet": "format parquet",
}


def write_orders(path: Path, kind: str, first: int = 1, last: int = 3) -> None:
    """Write orders o<first> to o<last> as a file of some kind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    quoted = str(path).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 'o' || range as order_id, 'c1' as customer_id,"
            " timestamp '2024-12-30 10:00:00' as ordered_at, 10.25 as amount, '四川' as region"
            f" from range({first}, {last + 1})) to '{quoted}' ({COPY_OPTIONS[kind]})"
        )


def read_orders(parsed: tuple[Project, Any], vars: Row) -> list[tuple]:
    """What stg_rfm__orders reads: order, amount, region and reason to refuse."""
    outcome = staged(parsed, vars)
    assert outcome.success, outcome.errors
    return [
        (row["order_id"], str(row["amount"]), row["region"], row["reject_reason"])
        for row in parsed[0].query("select * from stg_rfm__orders order by order_id")
    ]


@pytest.mark.parametrize("name", FILES)
def test_files(name: str, parsed: tuple[Project, Any], tmp_path: Path) -> None:
    """Files of each kind are read, whatever their path is made of."""
    write_orders(tmp_path / name, FILES[name])
    vars = {"rfm_orders_path": str(tmp_path / name), "rfm_order_columns": {"region": "region"}}
    assert read_orders(parsed, vars) == [
        (f"o{number}", "10.250000", "四川", None) for number in (1, 2, 3)
    ]


def test_globs(parsed: tuple[Project, Any], tmp_path: Path) -> None:
    """All files that a glob matches are read."""
    write_orders(tmp_path / "a b" / "2023.parquet", "parquet", 1, 2)
    write_orders(tmp_path / "a b" / "2024.parquet", "parquet", 3, 4)
    write_orders(tmp_path / "a b" / "other.parquet", "parquet", 5, 6)
    for pattern in ("a b/202*.parquet", "*/202[34].parquet", "**/202?.parquet"):
        orders = read_orders(parsed, {"rfm_orders_path": str(tmp_path / pattern)})
        assert [order for order, *_ in orders] == ["o1", "o2", "o3", "o4"], pattern


def test_expressions(parsed: tuple[Project, Any], tmp_path: Path) -> None:
    """Contract columns may be any SQL over the table; others are null unless mapped."""
    write_orders(tmp_path / "orders.parquet", "parquet", 1, 1)
    vars = {
        "rfm_orders_path": str(tmp_path / "orders.parquet"),
        "rfm_order_columns": {"amount": "amount * 2", "region": "'a' || upper(customer_id)"},
    }
    assert read_orders(parsed, vars) == [("o1", "20.500000", "aC1", None)]
    assert read_orders(parsed, vars | {"rfm_order_columns": None})[0][2] is None


def test_table(project: Project) -> None:
    """A table of the warehouse, in a schema of its own."""
    with project.connect() as connection:
        connection.execute("create schema shop")
        connection.execute(
            'create table shop."Sales 2024" as select 1 as order_id, 2 as customer_id,'
            " date '2024-12-30' as ordered_at, 3.5 as amount"
        )
    vars = {"rfm_orders_schema": "shop", "rfm_orders_table": "Sales 2024"}
    assert project.dbt("seed", "-s", "rfm_placeholder_ids", vars=vars).success
    outcome = project.dbt("run", "-s", "+stg_rfm__orders", vars=vars)
    assert outcome.success, outcome.errors
    rows = project.query("select order_id, customer_id, reject_reason from stg_rfm__orders")
    assert rows == [{"order_id": "1", "customer_id": "2", "reject_reason": None}]

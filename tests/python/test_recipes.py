"""docs/recipes.md: each block of vars, and each command, on small files of its kind.

tests/cases/recipes/recipes.yml has what must come of the files beside it.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from harness import CASES, ROOT, Project, Row, read_cases

PAGE = (ROOT / "docs" / "recipes.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.M))
RECIPES = read_cases("recipes/recipes")
TABLE = "A table in the warehouse"
# Keys that a float cannot hold; 23:30 is another day in most zones; an order is cancelled.
LINES = """
    create table shop.order_lines as
    select
        cast(order_key as bigint) as order_key,
        cast(line_number as smallint) as line_number,
        cast(customer_key as bigint) as customer_key,
        cast(paid_at as timestamp) as paid_at,
        cast(net_amount as decimal(18, 4)) as net_amount,
        cast(pieces as integer) as pieces,
        cast(status as enum ('paid', 'Cancelled')) as status
    from (
        values
        (9007199254740992, 1, 17003, '2024-03-01 23:30:00', 10.125, 2, 'paid'),
        (9007199254740992, 2, 17003, '2024-03-01 23:30:00', 5.5, 1, 'paid'),
        (9007199254740993, 1, 17003, '2024-03-05 00:30:00', 100, 1, 'paid'),
        (13, 1, 17004, '2024-03-06 12:00:00', 7, 1, 'Cancelled'),
        (14, 1, 17005, '2024-03-07 12:00:00', 0.0005, 1, null),
        (15, 1, null, '2024-03-07 12:00:00', 3, 1, 'paid')
    ) as lines (order_key, line_number, customer_key, paid_at, net_amount, pieces, status)
"""
OTHER_TYPES = """
    create or replace table shop.order_lines as
    select
        * replace (
            paid_at at time zone 'Asia/Shanghai' as paid_at,
            cast(customer_key as double) as customer_key
        )
    from shop.order_lines
"""


def blocks(heading: str, language: str) -> list[str]:
    """The blocks of a section."""
    return re.findall(rf"```{language}\n(.*?)```", SECTIONS[heading], re.DOTALL)


def assert_read(project: Project, vars: Row, expected: Row) -> None:
    """Who has which orders, and what is refused."""
    project.succeed("run", "-s", "+rfm_rejected_orders", "+int_rfm__orders", vars=vars)
    found = project.query(
        "select customer_id, count(distinct order_id) as orders, sum(amount) as amount,"
        " max(order_date) as last_date from int_rfm__orders group by customer_id"
    )
    rows = [
        [row["customer_id"], row["orders"], f"{row['amount'].normalize():f}", str(row["last_date"])]
        for row in found
    ]
    assert sorted(rows) == sorted(expected["orders"])
    refused = project.query("select reason, count(*) as n from rfm_rejected_orders group by reason")
    assert {row["reason"]: row["n"] for row in refused} == expected["refused"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that reads files."""
    place = tmp_path_factory.mktemp("recipes")
    project = Project(place, vars={"rfm_orders_path": "orders.csv"}).parse()
    project.succeed("seed", "-s", "+rfm_rejected_orders")
    return project


def placed(recipe: Row, place: Path) -> Row:
    """The vars of a block, whose file lies in a folder as its reader would have it."""
    vars = yaml.safe_load(blocks(recipe["heading"], "yaml")[recipe.get("block", 1) - 1])["vars"]
    content = (CASES / "recipes" / recipe["file"]).read_bytes()
    for old, new in recipe.get("replace", {}).items():
        assert old.encode() in content
        content = content.replace(old.encode(), new.encode())
    read = place / vars["rfm_orders_path"]
    read.parent.mkdir()
    if commands := blocks(recipe["heading"], "console"):
        command = commands[0].removeprefix("$ ")
        (place / re.findall(r"\w+\.csv", command)[0]).write_bytes(content)
        subprocess.run(["sh", "-c", command], cwd=place, check=True)
    else:
        read.write_bytes(content)
    return vars | recipe.get("vars", {}) | {"rfm_orders_path": str(read)}


@pytest.mark.parametrize(
    "recipe", [pytest.param(each, id=f"{each['file']} {each.get('block', 1)}") for each in RECIPES]
)
def test_recipe(recipe: Row, files: Project, tmp_path: Path) -> None:
    """What is read of a file."""
    assert_read(files, placed(recipe, tmp_path), recipe)


@pytest.mark.parametrize(
    ("heading", "file", "replace", "sample"),
    [
        ("Shopify", "shopify.csv", {",59.90,,,59.90,": ',59.90,,,"1,059.90",'}, "Total 1,059.90"),
        ("Shopify", "shopify.csv", {",30.00,,,": ",$30.00,,,"}, "Refunded Amount $30.00"),
        ("Superstore", "superstore.csv", {"1/31/2017,": "31/1/2017,"}, "Order Date 31/1/2017"),
    ],
)
def test_other_forms_stop(
    heading: str, file: str, replace: Row, sample: str, files: Project, tmp_path: Path
) -> None:
    """An amount or a date that a block cannot read becomes neither 0 nor another one."""
    vars = placed({"heading": heading, "file": file, "replace": replace}, tmp_path)
    outcome = files.dbt("run", "-s", "stg_rfm__input_check", vars=vars)
    assert outcome.lacks("fails for", sample) == [], outcome.errors


def test_table(tmp_path: Path) -> None:
    """A table with types; what the input check asks for of other types can be written."""
    vars = yaml.safe_load(blocks(TABLE, "yaml")[0])["vars"]
    project = Project(tmp_path, vars=vars)
    with project.connect() as connection:
        connection.execute("create schema shop")
        connection.execute(LINES)
    project.parse().succeed("seed", "-s", "+rfm_rejected_orders")
    expected = {
        "orders": [["17003", 2, "115.625", "2024-03-05"], ["17005", 1, "0.0005", "2024-03-07"]],
        "refused": {"rejected_status": 1, "missing_customer_id": 1},
    }
    assert_read(project, {}, expected)

    with project.connect() as connection:
        connection.execute(OTHER_TYPES)
    outcome = project.dbt("run", "-s", "stg_rfm__input_check")
    assert not outcome.success
    advised = {
        column: re.search(rf"{column}: .*; write (.+?)(?:, with .*)?$", outcome.errors, re.M)[1]
        for column in ("customer_id", "ordered_at")
    }
    columns = {"rfm_order_columns": vars["rfm_order_columns"] | advised}
    assert_read(project, columns, expected)


def test_all_are_tried() -> None:
    """Every block of vars but the table's has a file."""
    tried = {(each["heading"], each.get("block", 1)) for each in RECIPES}
    assert tried == {
        (heading, number)
        for heading in SECTIONS
        for number, _ in enumerate(blocks(heading, "yaml"), 1)
        if "rfm_orders_path" in blocks(heading, "yaml")[number - 1]
    }

"""docs/recipes.md: each block of vars, and each command, on a small file of its kind.

tests/cases/recipes/recipes.yml has what must come of the files beside it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from harness import CASES, ROOT, Project, Row, read_cases

PAGE = (ROOT / "docs" / "recipes.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.M))
RECIPES = read_cases("recipes/recipes")


def blocks(heading: str, language: str) -> list[str]:
    """The blocks of a section."""
    return re.findall(rf"```{language}\n(.*?)```", SECTIONS[heading], re.DOTALL)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that reads files."""
    place = tmp_path_factory.mktemp("recipes")
    project = Project(place, vars={"rfm_orders_path": "orders.csv"}).parse()
    project.succeed("seed", "-s", "+rfm_rejected_orders")
    return project


@pytest.mark.parametrize(
    "recipe", [pytest.param(each, id=f"{each['file']} {each.get('block', 1)}") for each in RECIPES]
)
def test_recipe(recipe: Row, files: Project, tmp_path: Path) -> None:
    """Who has which orders, and what is refused."""
    vars = yaml.safe_load(blocks(recipe["heading"], "yaml")[recipe.get("block", 1) - 1])["vars"]
    read = tmp_path / vars["rfm_orders_path"]
    read.parent.mkdir()
    given = CASES / "recipes" / recipe["file"]
    if commands := blocks(recipe["heading"], "console"):
        command = commands[0].removeprefix("$ ")
        shutil.copy(given, tmp_path / re.findall(r"\w+\.csv", command)[0])
        subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True)
    else:
        shutil.copy(given, read)
    vars["rfm_orders_path"] = str(read)
    files.succeed("run", "-s", "+rfm_rejected_orders", "+int_rfm__orders", vars=vars)
    found = files.query(
        "select customer_id, count(distinct order_id) as orders, sum(amount) as amount,"
        " max(order_date) as last_date from int_rfm__orders group by customer_id"
    )
    rows = [
        [row["customer_id"], row["orders"], f"{row['amount'].normalize():f}", str(row["last_date"])]
        for row in found
    ]
    assert sorted(rows) == sorted(recipe["orders"])
    refused = files.query("select reason, count(*) as n from rfm_rejected_orders group by reason")
    assert {row["reason"]: row["n"] for row in refused} == recipe["refused"]


def test_all_are_tried() -> None:
    """Every block of vars but the table's has a file."""
    tried = {(each["heading"], each.get("block", 1)) for each in RECIPES}
    assert tried == {
        (heading, number)
        for heading in SECTIONS
        for number, _ in enumerate(blocks(heading, "yaml"), 1)
        if "rfm_orders_path" in blocks(heading, "yaml")[number - 1]
    }

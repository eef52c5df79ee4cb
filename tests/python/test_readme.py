"""README.md and docs: their queries give what they show, and their links lead somewhere."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from harness import ONLINE_RETAIL, ROOT, Project

PAGES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in sorted(
        (*ROOT.glob("*.md"), *ROOT.glob("examples/*/*.md"), *ROOT.glob("docs/**/*.md"))
    )
}
BLOCKS = [
    pytest.param(query, output, id=f"{page} {number}")
    for page, text in PAGES.items()
    for number, (query, output) in enumerate(
        re.findall(r"```sql\n(.*?)```\n\n```text\n(.*?)```", text, re.DOTALL), 1
    )
]


def shown(value: Any) -> str:
    """A value as the pages write it."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return "-" if value is None else str(value)


def anchors(page: str) -> set[str]:
    """What a link to a heading of a page may end in, as GitHub makes it of the heading."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", page, flags=re.DOTALL), re.M)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


def test_queries_are_found() -> None:
    """Every public table that people read has a query and its output."""
    queries = " ".join(block.values[0] for block in BLOCKS)
    for table in (
        *("rfm_customer_tiers", "rfm_score_components", "rfm_tier_summary", "rfm_follow_ups"),
        *("rfm_follow_up_workload", "rfm_customer_behaviour", "rfm_customer_preferences"),
        *("rfm_alerts", "rfm_tier_insights", "rfm_regional_demand"),
    ):
        assert f"from {table}\n" in queries, table


@pytest.mark.parametrize(("query", "output"), BLOCKS)
def test_output_is_true(query: str, output: str, demo: Project) -> None:
    """The rows on the page are those of the query, cell by cell."""
    rows = demo.query(query)
    expected = [list(rows[0]), *([shown(value) for value in row.values()] for row in rows)]
    # Cells are held apart by two spaces or more.
    assert [re.split(r" {2,}", line.rstrip()) for line in output.splitlines()] == expected


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """Every relative link names a file of the project and, if any, a heading of it."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", PAGES[page], flags=re.DOTALL)
    links = re.findall(r"\]\(<?([^)>\s]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)", text, re.M)
    for link in {first or second for first, second in links}:
        if re.match(r"[a-z]+:", link):
            continue
        file, _, heading = link.partition("#")
        target = (ROOT / page).parent / file if file else ROOT / page
        assert target.exists(), link
        assert not heading or heading in anchors(target.read_text("utf-8")), link


def test_map_is_true(tmp_path: Path) -> None:
    """The README's map of real orders reads the same from Parquet, CSV and JSON."""
    if not ONLINE_RETAIL.is_file():
        pytest.skip(f"no online_retail.parquet at {ONLINE_RETAIL}; set RFM_ONLINE_RETAIL")
    [block] = re.findall(r"--vars '\n(.*?)'\n", PAGES["README.md"], re.DOTALL)
    vars = yaml.safe_load(block)
    with duckdb.connect() as connection:
        orders = connection.sql(f"select * from '{ONLINE_RETAIL}' where hash(InvoiceNo) % 50 = 0")
        for ending in ("parquet", "csv", "json"):
            orders.query("orders", f"copy orders to '{tmp_path}/orders.{ending}'")
    project = Project(tmp_path, vars=vars).parse()
    project.succeed("seed", "-s", "+rfm_rejected_orders")
    read = {}
    for ending in ("parquet", "csv", "json"):
        path = {"rfm_orders_path": str(tmp_path / f"orders.{ending}")}
        project.succeed("run", "-s", "+rfm_rejected_orders", vars=path)
        read[ending] = project.query(
            f"select {', '.join(vars['rfm_order_columns'])}, reject_reason from stg_rfm__orders"
            " order by all"
        )
    assert {row["reject_reason"] for row in read["csv"]} == {
        *(None, "missing_customer_id", "negative_amount")
    }
    assert len(read["csv"]) > 5_000
    assert read["csv"] == read["parquet"] == read["json"]
    # Lines that stand twice are copies in all: the same product twice in an order is not.
    counted = "select count(*) as lines from rfm_rejected_orders where reason = 'duplicate'"
    [repeated] = project.query(counted)
    assert 0 < repeated["lines"] < len(read["json"]) / 50

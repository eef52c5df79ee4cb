"""examples/shop: somebody else's project, with its own schemas, targets and schemes."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness import ROOT, Project

SHOP = ROOT / "examples" / "shop"
SEMANTIC_LAYER = ROOT / "docs" / "semantic_layer"
DBT_1_12 = ROOT / ".venv-dbt-1.12" / "bin" / "dbt"
METRICS = {
    *("rfm_customers", "rfm_revenue", "rfm_revenue_per_customer", "rfm_stayed_share"),
    *("rfm_buy_rate", "rfm_top_20_capture"),
}


def copy_shop(place: Path, target: str = "dev") -> Project:
    """A copy of the example in a folder of its own, with the package installed."""
    folder = place / "shop"
    left_out = shutil.ignore_patterns(
        "target", "logs", "dbt_packages", "*.duckdb*", "package-lock.yml"
    )
    shutil.copytree(SHOP, folder, ignore=left_out)
    packages = f"packages:\n  - local: {json.dumps(str(ROOT))}\n"
    (folder / "packages.yml").write_text(packages, encoding="utf-8")
    environment = {"SHOP_DUCKDB_PATH": str(place / "rfm.duckdb")}
    project = Project(place, folder=folder, profiles=folder, target=target, environment=environment)
    project.succeed("deps")
    return project


def change_settings(project: Project, **models: Any) -> None:
    """Write other configs of the package's models into the project's dbt_project.yml."""
    path = project.folder / "dbt_project.yml"
    settings = yaml.safe_load(path.read_text("utf-8"))
    for layer, configs in models.items():
        settings["models"]["dbt_rfm"][layer] |= configs
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")


def manifest(project: Project, name: str = "manifest") -> Any:
    """What dbt wrote of the project."""
    return json.loads((project.place / "target" / f"{name}.json").read_text("utf-8"))


def schemas(project: Project) -> dict[str, str]:
    """The schemas of the models."""
    nodes = manifest(project)["nodes"].values()
    return {node["name"]: node["schema"] for node in nodes if node["resource_type"] == "model"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The example, built as its README says, with warnings as errors."""
    project = copy_shop(tmp_path_factory.mktemp("shop"))
    project.succeed("build", "--warn-error")
    return project


def test_export(shop: Project, tmp_path: Path) -> None:
    """The package's tables know their build here, too."""
    built = manifest(shop, "run_results")["metadata"]["invocation_id"]
    shop.succeed("run-operation", "rfm_export", "--args", f"{{folder: '{tmp_path}'}}")
    latest = json.loads((tmp_path / "latest.json").read_text("utf-8"))
    assert latest["invocation_id"] == built
    assert len(latest["tables"]) > 20


def test_tables_are_where_the_shop_wants_them(shop: Project) -> None:
    """Public tables in one schema, all others in another, and the shop's own table reads ours."""
    places = shop.query(
        "select table_schema as place, count(*) as tables from information_schema.tables"
        " where table_name like '%rfm%' group by all"
    )
    assert {row["place"] for row in places} == {"dev_rfm", "dev_rfm_internal"}
    gold = shop.query("select count(*) as customers from dev_marts.gold_customers")
    tiers = shop.query(
        "select customers from dev_rfm.rfm_tier_summary where scheme = 'regulars'"
        " and tier = 'gold' qualify as_of_date = max(as_of_date) over ()"
    )
    assert gold == tiers != [{"customers": 0}]


def test_no_model_reads_a_public_table(shop: Project) -> None:
    """So any of them can be disabled. rfm_restatements, off here, reads what was reported."""
    parsed = manifest(shop)
    public = {
        name
        for name, node in parsed["nodes"].items()
        if node["package_name"] == "dbt_rfm" and node["fqn"][1:2] == ["marts"]
    }
    readers = {
        node["name"]: set(node["depends_on"]["nodes"]) & public
        for node in parsed["nodes"].values()
        if node["package_name"] == "dbt_rfm" and node["resource_type"] == "model"
    }
    assert public
    assert {name: read for name, read in readers.items() if read} == {}
    assert [each for each in parsed["exposures"].values() if each["package_name"] != "shop"] == []


def test_unchanged_project_is_not_modified(shop: Project) -> None:
    """No clock and no run makes a model look changed."""
    state = shop.place / "state"
    state.mkdir()
    shutil.copy(shop.place / "target" / "manifest.json", state)
    listed = shop.dbt("ls", "--select", "state:modified", "--state", str(state))
    assert listed.success, listed.errors
    assert listed.result == []


def test_build_without_rows(shop: Project) -> None:
    """--empty passes the gates: of the policy, and of orders of which none is accepted."""
    database = shop.place / "empty.duckdb"
    shop.environment["SHOP_DUCKDB_PATH"] = str(database)
    try:
        gates = ("+int_rfm__policy_gate", "+int_rfm__line_range")
        shop.succeed("build", "--empty", "--select", *gates)
    finally:
        shop.environment["SHOP_DUCKDB_PATH"] = str(shop.database)


def test_public_tables_disabled_and_others_as_views(shop: Project, tmp_path: Path) -> None:
    """All but two tables are disabled: what remains parses. Views are refused before they run."""
    project = copy_shop(tmp_path)
    shutil.copy(shop.database, project.database)
    kept = {name: {"+enabled": True} for name in ("rfm_customer_tiers", "rfm_follow_ups")}
    change_settings(
        project,
        marts={"+enabled": False, "scoring": {"rfm_customer_tiers": kept["rfm_customer_tiers"]}}
        | {"actions": {"rfm_follow_ups": kept["rfm_follow_ups"]}},
        intermediate={"+materialized": "view"},
    )
    outcome = project.dbt("run", "--select", "stg_rfm__input_check")
    assert (
        outcome.lacks("models of dbt_rfm in intermediate: found +materialized: view", "table") == []
    ), outcome.errors
    assert outcome.warnings == ""
    # dbt keeps the data tests of a disabled model, disabled.
    nodes = [node for node in manifest(project)["nodes"].values() if node["config"]["enabled"]]
    assert {node["name"] for node in nodes if node["fqn"][:2] == ["dbt_rfm", "marts"]} == {
        *kept,
        *(f"{name}_key" for name in kept),
    }
    assert {"rfm_nothing_is_lost", "rfm_warnings"} <= {node["name"] for node in nodes}


def add_metrics(project: Project, version: str) -> None:
    """Copy the metrics into the project, as docs/package.md says."""
    folder = project.folder / "models" / "metrics"
    shutil.copytree(SEMANTIC_LAYER / version, folder)
    for path in SEMANTIC_LAYER.glob("rfm_time_spine.*"):
        shutil.copy(path, folder)


def assert_metrics(project: Project) -> None:
    """All metrics are there, with description and unit."""
    metrics = {
        metric["name"]: metric for metric in manifest(project, "semantic_manifest")["metrics"]
    }
    assert set(metrics) >= METRICS
    assert [name for name, metric in metrics.items() if not metric["description"]] == []
    given = manifest(project)["metrics"].values()
    assert [metric["name"] for metric in given if not metric["config"]["meta"].get("unit")] == []


def test_metrics_of_dbt_1_11(tmp_path: Path) -> None:
    """They parse; and without generate_schema_name of its own the shop has dbt's schemas."""
    project = copy_shop(tmp_path, "prod")
    add_metrics(project, "dbt_1_11")
    shutil.rmtree(project.folder / "macros")
    project.succeed("parse", "--warn-error")
    assert_metrics(project)
    assert schemas(project)["rfm_customer_tiers"] == "analytics_rfm"


@pytest.mark.skipif(not DBT_1_12.exists(), reason="no dbt 1.12; make parse installs it")
def test_metrics_of_dbt_1_12(tmp_path: Path) -> None:
    """They parse with the dbt that knows their spec; in production schemas have their own names."""
    project = copy_shop(tmp_path, "prod")
    add_metrics(project, "dbt_1_12")
    parsed = subprocess.run(
        [
            *(str(DBT_1_12), "--warn-error", "--log-path", str(tmp_path / "logs"), "parse"),
            *("--project-dir", str(project.folder), "--profiles-dir", str(project.folder)),
            *("--target-path", str(tmp_path / "target"), "--target", "prod"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert parsed.returncode == 0, parsed.stdout + parsed.stderr
    assert_metrics(project)
    found = schemas(project)
    assert found["rfm_customer_tiers"] == "rfm"
    assert found["int_rfm__orders"] == found["stg_rfm__orders"] == "rfm_internal"
    assert found["gold_customers"] == "marts"

"""Fixtures: projects in temporary folders."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import ONLINE_RETAIL, SHARED, Project, Row, once, read_cases

# dbt makes many objects that stay. Looking for garbage among them all the time takes a tenth of
# what it takes to parse the project.
gc.set_threshold(100_000, 20, 100)

# The files whose tests take longest.
LONGEST = ("test_spark.py", "test_postgres.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files, so that in the end no process is left alone with one."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(autouse=True, scope="session")
def no_telemetry() -> Iterator[None]:
    """dbt reports to nobody, in projects of the tests either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
        patch.setenv("DO_NOT_TRACK", "1")
        yield


@pytest.fixture(autouse=True, scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A folder for what all processes of this run of tests need."""
    folder = tmp_path_factory.getbasetemp()
    SHARED[0] = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


def built_once(name: str, factory: pytest.TempPathFactory, vars: Row, *arguments: str) -> Project:
    """A project whose tables one process builds and the others copy; tests only read them."""
    project = Project(factory.mktemp(name), vars=vars)

    def build(path: Path) -> None:
        project.parse().build(*arguments)
        project.database.rename(path)

    shutil.copy(once(f"{name}.duckdb", build), project.database)
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """This project, with a database of its own."""
    return Project(tmp_path)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The demo, built once; tests only read it."""
    return built_once("demo", tmp_path_factory, {})


@pytest.fixture(scope="session")
def online_retail(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Online Retail up to 90 days before its last order, by cases/demand/online_retail.yml."""
    if not ONLINE_RETAIL.is_file():
        pytest.skip(f"no online_retail.parquet at {ONLINE_RETAIL}; set RFM_ONLINE_RETAIL")
    vars = {"rfm_orders_path": str(ONLINE_RETAIL)} | read_cases("demand/online_retail")
    models = ("+rfm_customer_behaviour", "+rfm_regional_demand", "+rfm_customer_tiers")
    return built_once("online_retail", tmp_path_factory, vars, "--select", *models)

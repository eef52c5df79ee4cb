"""Fixtures: projects in temporary folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import Project

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


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """This project, with a database of its own."""
    return Project(tmp_path)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The demo, built once; tests only read it."""
    project = Project(tmp_path_factory.mktemp("demo"))
    project.build()
    return project

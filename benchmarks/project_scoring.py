"""The project in the scoring benchmark: its compiled models from the metrics to the scores.

    project_scoring.py prepare DATABASE --customers N   writes invented metrics of N customers
    project_scoring.py run DATABASE STATEMENTS KIND     runs the statements, this is measured

KIND is `scores`, no more than plain ntile writes, or `grades`, all that the project's model writes.

The database is one that dbt has built on a few orders. `prepare` puts the invented customers in the
place of its metrics, so that all other tables are as the models expect them.

duckdb is imported late: run.py takes the hook from here and has to stay small.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# ---------------------------------------------------------------------------------------------
# THE HOOK: which models count as scoring. Those between the two are run again on the invented
# metrics, the second one included; it must hold SCORE_COLUMNS, one row a customer and scheme.
# ---------------------------------------------------------------------------------------------
METRICS_MODEL = "int_rfm__customer_metrics"
SCORES_MODEL = "int_rfm__graded_customers"
SCORE_COLUMNS = ("recency_score", "frequency_score", "monetary_score")
SCORES_TABLE = "project_scores"
# Where the model has the scores of the metrics, and what it goes on with: the tier and all columns.
SCORES_CTE, NEXT_CTE = "scored", "graded_customers"


def project_scoring(manifest: dict[str, Any]) -> dict[str, list[str]]:
    """The statements of the scoring models by KIND, in the order in which dbt runs them.

    For `scores` the last one ends where the metrics have their scores. The manifest is
    target/manifest.json as `dbt run` leaves it, with the SQL of what it ran.
    """
    models = {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["enabled"]
    }
    parents = {
        name: [
            unique_id.split(".")[-1]
            for unique_id in node["depends_on"]["nodes"]
            if unique_id.startswith("model.")
        ]
        for name, node in models.items()
    }

    def reads_metrics(name: str) -> bool:
        return any(
            parent == METRICS_MODEL or reads_metrics(parent) for parent in parents.get(name, ())
        )

    def in_order(name: str) -> Iterator[str]:
        for parent in parents[name]:
            yield from in_order(parent)
        if reads_metrics(name):
            yield name

    # An ephemeral model stands inside the statements of its readers.
    grades = [
        statement(models[name])
        for name in dict.fromkeys(in_order(SCORES_MODEL))
        if models[name]["config"]["materialized"] != "ephemeral"
    ]
    columns = ", ".join(("customer_id", *SCORE_COLUMNS))
    up_to_scores, found, _ = models[SCORES_MODEL]["compiled_code"].partition(
        f",\n\n{NEXT_CTE} as ("
    )
    assert found, f"{SCORES_MODEL} has no CTE {NEXT_CTE}"
    scores = f"{up_to_scores}\nselect {columns} from {SCORES_CTE}"
    scores = f"create table {SCORES_TABLE} as ({scores})"
    return {"scores": [*grades[:-1], scores], "grades": grades}


def statement(model: dict[str, Any]) -> str:
    """What dbt makes of a model, without its renaming of old tables."""
    kind = "view" if model["config"]["materialized"] == "view" else "table"
    return f"create or replace {kind} {model['relation_name']} as ({model['compiled_code']}\n)"


def prepare(database: str, customers: int) -> None:
    """Write customer_metrics, and the same rows as the project's own table."""
    import duckdb

    with duckdb.connect(database) as connection:
        connection.execute(
            f"""
            create table customer_metrics as
            with drawn as (
                select
                    'C' || lpad(hash(range, 'id')::varchar, 20, '0') as customer_id,
                    hash(range, 'recency') % 1_000_000 / 1e6 as recency_chance,
                    hash(range, 'frequency') % 1_000_000 / 1e6 as frequency_chance,
                    hash(range, 'amount') % 10_000_000_000 / 1e10 as amount_chance
                from range({customers})
            ),
            counted as (
                select
                    *,
                    least(800, floor(pow(1 - frequency_chance, -0.7)))::bigint as frequency
                from drawn
            )
            select
                customer_id,
                floor(366 * recency_chance * recency_chance)::integer as recency_days,
                frequency,
                (frequency * floor(3000 * pow(1 - amount_chance, -0.6))::bigint * 0.01)
                ::decimal(28, 6) as monetary
            from counted
            """
        )
        connection.execute(
            f"""
            create or replace table {METRICS_MODEL} as
            select example.* replace (
                customer_metrics.customer_id as customer_id,
                customer_metrics.recency_days as recency_days,
                customer_metrics.frequency as frequency,
                customer_metrics.monetary as monetary
            )
            from customer_metrics
            cross join (select * from {METRICS_MODEL} limit 1) as example
            """
        )


def run(database: str, statements: Path, kind: str) -> None:
    """Run the statements of a kind."""
    import duckdb

    with duckdb.connect(database) as connection:
        for sql in json.loads(statements.read_text(encoding="utf-8"))[kind]:
            connection.execute(sql)


def main() -> None:
    """Read the arguments and do what they say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("prepare")
    command.set_defaults(function=prepare)
    command.add_argument("database")
    command.add_argument("--customers", type=int, required=True)
    command = commands.add_parser("run")
    command.set_defaults(function=run)
    command.add_argument("database")
    command.add_argument("statements", type=Path)
    command.add_argument("kind", choices=("scores", "grades"))
    arguments = vars(parser.parse_args())
    arguments.pop("function")(**arguments)


if __name__ == "__main__":
    main()

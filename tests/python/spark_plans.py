"""How rows move between partitions in the plans that Spark executes.

Py4J reaches Spark's own plan nodes, which have no Python interface. All this runs in the process of
the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

# Of a customer or an order there are few rows, so nobody needs to count them.
FEW_ROWS = re.compile(r"(customer_id|order_id)#\d+")
# So many that each partition gets the rows of one key, and seldom of two.
APART = 1_000_003


def gathered_rows(
    session: Any, select: str, bound: int, table: str | None = None
) -> list[tuple[str, int]]:
    """The exchanges of a query that bring more rows than `bound` together in one partition.

    The rows go into `table`, where one is named.

    Each is told by its partitioning, with how many rows. The plan is the one at the query's end:
    Spark changes plans while it executes them. A window's rows come through an exchange by its
    partition keys, so they are counted here, too. The number of partitions plays no part: rows of
    a hash exchange are together where all keys are equal.
    """
    # New nodes belong to the thread's active session, which dbt may have closed.
    session._jvm.org.apache.spark.sql.classic.SparkSession.setActiveSession(session._jsparkSession)
    plan = session.sql(select)._jdf.queryExecution().executedPlan()
    rows = data_frame(session, plan)
    if table is None:
        rows.count()
    else:
        rows.write.mode("overwrite").saveAsTable(table)
    return [
        (str(node.outputPartitioning()), rows)
        for node in moving_nodes(plan)
        if (rows := most_rows(session, node, bound)) > bound
    ]


def moving_nodes(node: Any) -> Iterator[Any]:
    """The nodes below that bring rows together."""
    match node.getClass().getSimpleName():
        case "AdaptiveSparkPlanExec":
            inner = [node.executedPlan()]
        case stage if stage.endswith("QueryStageExec"):
            inner = [node.plan()]
        case "AQEShuffleReadExec" if node.isLocalRead():
            # Joined where they were written: the exchange turned out to be needless.
            inner = items(node.child().plan().children())
        case "ReusedExchangeExec":
            # Its rows are computed elsewhere in the plan.
            if node.child().getClass().getSimpleName() == "ShuffleExchangeExec":
                yield node.child()
            inner = []
        case kind:
            if kind in ("ShuffleExchangeExec", "CoalesceExec"):
                yield node
            inner = [*items(node.children()), *items(node.subqueries())]
    for child in inner:
        yield from moving_nodes(child)


def most_rows(session: Any, node: Any, bound: int) -> int:
    """How many rows the fullest partition gets."""
    partitioning = node.outputPartitioning()
    kind = partitioning.getClass().getSimpleName().rstrip("$")
    written = node.metrics().get("shuffleRecordsWritten")
    if kind == "SinglePartition":
        return written.get().value() if written.isDefined() else node.child().execute().count()
    if kind != "HashPartitioning" or written.get().value() <= bound:
        return 0
    keys = partitioning.expressions()
    if any(FEW_ROWS.fullmatch(str(key)) for key in items(keys)):
        return 0
    return rows_of_fullest_key(session, node.child(), keys)


def rows_of_fullest_key(session: Any, plan: Any, keys: Any) -> int:
    """How many rows of a plan have the same keys, at most."""
    from pyspark.sql import functions
    from pyspark.sql.classic.column import _to_seq

    spark = session._jvm.org.apache.spark.sql
    partitioning = spark.catalyst.plans.physical.HashPartitioning(keys, APART)
    number = partitioning.partitionIdExpression()
    alias = spark.catalyst.expressions.Alias
    defaults = [getattr(alias, f"apply$default${i}")(number, "key") for i in (3, 4, 5, 6)]
    named = _to_seq(session.sparkContext, [alias(number, "key", *defaults)])
    numbered = spark.execution.ProjectExec(named, plan)
    counts = data_frame(session, numbered).groupBy("key").count()
    return counts.agg(functions.max("count")).collect()[0][0]


def data_frame(session: Any, plan: Any) -> Any:
    """The rows of a plan."""
    from pyspark.sql import DataFrame

    rows = session._jsparkSession.internalCreateDataFrame(plan.execute(), plan.schema(), False)
    return DataFrame(rows, session)


def items(sequence: Any) -> list[Any]:
    """The items of a Scala sequence."""
    return [sequence.apply(i) for i in range(sequence.size())]

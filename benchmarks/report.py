"""Write docs/benchmarks.md and its chart from the JSON files that run.py left."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Case = dict[str, Any]

INTRODUCTION = """\
# Benchmarks

How long this project takes, and how much memory, against what people would use instead. Written by
`benchmarks/run.py report` from the files in `benchmarks/results/`: every figure below was measured
by the commands at the end.
"""

FAIRNESS = """\
## What is compared, and why it is fair

- **The same input.** `benchmarks/generate.py` writes order lines of an invented shop as one Parquet
  file: five years, orders of two lines on average, customers with one order and customers with
  hundreds, 0.5% repeated lines, 0.3% negative amounts, 0.2% orders without a customer, ids with
  blanks around them. The same arguments give the same rows.
- **The same answer.** Scheme `finance_software`: quintiles by ntile of recency, frequency and
  monetary over the last twelve months, ties by customer id, weighted score, tier; besides, each
  customer's first and last order date. All answers are compared row by row, exactly, before any
  time is taken and again after each run. If one differs no time is shown.
- **Whole processes.** Each contender is a process of its own, from the Parquet file to a written
  result (a DuckDB file or Parquet). Python's start and imports count; so does dbt's own start. For
  the project the seeds are loaded beforehand and the database file is new each time. dbt keeps what
  it has parsed from one run to the next, as it does for its users; a run with nothing parsed is
  shown apart.
- **The same conditions.** Contenders take turns, the input lies in the page cache, all cores and
  all memory are free to use. A time is the median of the runs, a peak the largest of them (the most
  memory that the process held, as the system counts it).
- **Nobody is held back.** The SQL is what a good analyst writes by hand, and nothing more than this
  one scheme. Polars runs in its streaming engine and pandas with Arrow's text, each in the fastest
  of the forms that were tried, with whole cents. All read the columns that the answer needs, and so
  does the project; a run that maps all columns of the file, and looks up the product, region and
  store of each customer's last order, is shown apart.
- **The project does more** in its time. It reads any type of column, gives a reason for every line
  that it refuses, checks the policy, keeps every cut point, and finds each customer's last order;
  the others do not.
"""

AGAIN = """\
## Measure it yourself

```console
$ python3 -m venv .venv
$ .venv/bin/pip install -c constraints.txt '.[bench]'
$ for mode in one-scheme limits six-schemes scoring curve history large low-memory \\
>     one-line-orders; do
>     .venv/bin/python benchmarks/run.py $mode --results benchmarks/results
> done
$ .venv/bin/python benchmarks/run.py report
```

Let the machine do nothing else meanwhile. `--lines 1000000` (`--customers` for scoring, `--sizes`
for the curve) makes each mode small.
"""


@dataclass(frozen=True)
class Goal:
    """A ratio that was set before measuring: the project's figure over another's, or the reverse
    for `at least`.
    """

    mode: str
    text: str
    limit: float
    at_least: bool
    ratio: Callable[[list[Case]], float]


def figure(case: Case, contender: str, what: str) -> float:
    """A figure of a contender."""
    return case["contenders"][contender][what]


def against(other: str, what: str = "seconds", project: str = "project") -> Callable[..., float]:
    """The ratio of the project to another contender in the first case."""
    return lambda cases: figure(cases[0], project, what) / figure(cases[0], other, what)


def scoring_speed(cases: list[Case]) -> float:
    """How many times as fast as the faster form of plain ntile the project's scoring is."""
    plain = min(figure(cases[0], name, "seconds") for name in ("ntile_wide", "ntile_long"))
    return plain / figure(cases[0], "project", "seconds")


def growth(cases: list[Case]) -> float:
    """The largest growth of time over four times the lines."""
    seconds = {case["input"]["lines"]: figure(case, "project", "seconds") for case in cases}
    return max(
        (seconds[4 * lines] / seconds[lines] for lines in seconds if 4 * lines in seconds),
        default=float("nan"),
    )


GOALS = (
    Goal("one-scheme", "time, of hand-written DuckDB SQL", 1.3, False, against("handwritten")),
    Goal("one-scheme", "time, of pandas", 0.65, False, against("pandas")),
    Goal("one-scheme", "time, of Polars", 2.0, False, against("polars")),
    *(
        Goal("one-scheme", f"peak memory, of {title}", 1.0, False, against(name, "peak_mib"))
        for name, title in {
            "handwritten": "hand-written DuckDB SQL",
            "polars": "Polars",
            "pandas": "pandas",
        }.items()
    ),
    Goal(
        "six-schemes",
        "time of six schemes, of one",
        1.6,
        False,
        against("project", project="project_six"),
    ),
    Goal(
        "history",
        "13 as-of dates with their history, of one",
        2.0,
        False,
        against("project", project="project_13"),
    ),
    Goal(
        "large", "80 million lines, of hand-written DuckDB SQL", 0.95, False, against("handwritten")
    ),
    Goal("scoring", "scoring, times as fast as plain ntile", 2.5, True, scoring_speed),
    Goal("curve", "time for four times the lines (largest growth)", 4.4, False, growth),
)

SECTIONS = {
    "one-scheme": "One scheme",
    "limits": "What limits the time",
    "six-schemes": "Six schemes at once",
    "scoring": "Scoring alone",
    "curve": "More and more lines",
    "history": "More and more as-of dates",
    "large": "Many lines",
    "low-memory": "Little memory",
    "one-line-orders": "A row is an order",
}
NOTES = {
    "limits": "One scheme can hardly take less than these two together. dbt starts, reads what it "
    "has parsed and runs some thirty small statements, in Python's time; and the lines have to be "
    "read, stripped, grouped by order and added up by customer, and those of orders with a "
    "repeated line read again to tell which. Cells read into types, refused lines, the ledger of "
    "orders, metrics, scores, tiers and what is written of them come on top.",
    "scoring": "From a table of metrics to scores, for customers whose amounts nearly all differ. "
    "The project's models settle the cut points; then ids and scores are written, as by plain "
    "ntile. In a build the same statement also writes score, tier and all metrics.",
    "history": "A scheme that is graded monthly, by quantiles, over all orders so far, and all "
    "schemes; with who moved and why.",
    "low-memory": "DuckDB is held to a memory limit and has to use the disk; what Python and dbt "
    "take comes on top.",
    "one-line-orders": "No line_id is mapped; the SQL counts rows instead of distinct orders.",
}


def memory(mib: float) -> str:
    """Memory as people read it."""
    return f"{mib / 1024:.2f} GiB" if mib >= 1024 else f"{mib:.0f} MiB"


def size(case: Case) -> str:
    """How large the input of a case is."""
    if "customers" in case["input"]:
        return f"{case['input']['customers']:,} customers"
    text = f"{case['input']['lines']:,} lines"
    return f"{text}, memory limit {case['memory_limit']}" if "memory_limit" in case else text


def case_table(case: Case) -> str:
    """The contenders of a case as a Markdown table; ratios are to the project."""
    contenders = case["contenders"]
    base = contenders["project"]
    lines = [
        f"| {size(case)} | seconds | runs | of the project's time | peak memory | of its memory |",
        "|---|---:|---|---:|---:|---:|",
    ]
    for found in contenders.values():
        if "failure" in found:
            lines.append(f"| {found['title']} | did not finish | {found['failure']} | | | |")
            continue
        runs = " / ".join(f"{run['seconds']:.1f}" for run in found["runs"])
        lines.append(
            f"| {found['title']} | {found['seconds']:.1f} | {runs} "
            f"| {found['seconds'] / base['seconds']:.2f} | {memory(found['peak_mib'])} "
            f"| {found['peak_mib'] / base['peak_mib']:.2f} |"
        )
    return "\n".join(lines)


def wrapped(text: str) -> str:
    """A paragraph, wrapped as all text in Markdown files is."""
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)


def goal_table(results: dict[str, Case]) -> str:
    """Which goals were met."""
    lines = ["| goal | limit | measured | |", "|---|---|---:|---|"]
    for goal in GOALS:
        limit = f"at {'least' if goal.at_least else 'most'} {goal.limit:g}"
        if goal.mode not in results:
            lines.append(f"| {goal.text} | {limit} | not measured | |")
            continue
        ratio = goal.ratio(results[goal.mode]["cases"])
        met = ratio >= goal.limit if goal.at_least else ratio <= goal.limit
        lines.append(f"| {goal.text} | {limit} | {ratio:.2f} | {'met' if met else 'missed'} |")
    return "\n".join(lines)


def measured_on(result: Case) -> str:
    """The machine, the versions and the date of a result."""
    machine = result["machine"]
    versions = ", ".join(f"{name} {text}" for name, text in result["versions"].items() if text)
    return (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB of memory, "
        f"{machine['system']}; {versions}."
    )


def curve_table(cases: list[Case]) -> str:
    """Time and memory by size, in one table."""
    lines = [
        "| lines | project | peak memory | hand-written | peak memory | ratio of times |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for case in cases:
        project, other = (case["contenders"][name] for name in ("project", "handwritten"))
        lines.append(
            f"| {case['input']['lines']:,} | {project['seconds']:.1f} s "
            f"| {memory(project['peak_mib'])} | {other['seconds']:.1f} s "
            f"| {memory(other['peak_mib'])} | {project['seconds'] / other['seconds']:.2f} |"
        )
    return "\n".join(lines)


def write_report(folder: Path, docs: Path) -> None:
    """Write benchmarks.md and benchmarks.svg."""
    results: dict[str, Case] = {
        mode: json.loads((folder / f"{mode}.json").read_text(encoding="utf-8"))
        for mode in SECTIONS
        if (folder / f"{mode}.json").exists()
    }
    if not results:
        raise SystemExit(f"no results in {folder}: run the modes first")
    parts = [INTRODUCTION, "## Goals\n\n" + goal_table(results) + "\n"]
    if draw(results, docs / "benchmarks.svg"):
        parts.append("![Seconds and peak memory of one scheme](benchmarks.svg)\n")
    machines = {mode: measured_on(result) for mode, result in results.items()}
    is_one_machine = len(set(machines.values())) == 1
    if is_one_machine:
        parts.append(wrapped(f"All of it on {next(iter(machines.values()))}") + "\n")
    for mode, result in results.items():
        section = [f"## {SECTIONS[mode]}", wrapped(NOTES.get(mode, ""))]
        if mode == "curve":
            section.append(curve_table(result["cases"]))
        else:
            section += [case_table(case) for case in result["cases"]]
        if not is_one_machine:
            section.append(wrapped(f"On {machines[mode]}"))
        parts.append("\n\n".join(filter(None, section)) + "\n")
    parts += [FAIRNESS, AGAIN]
    docs.mkdir(parents=True, exist_ok=True)
    (docs / "benchmarks.md").write_text("\n".join(parts), encoding="utf-8")


def draw(results: dict[str, Case], path: Path) -> bool:
    """The chart of the benchmark of one scheme, if there is one."""
    if "one-scheme" not in results:
        return False
    import matplotlib as mpl

    mpl.use("svg")
    # Text stays text, and the same figures make the same file.
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "benchmarks", "font.size": 10})
    from matplotlib import pyplot

    case = results["one-scheme"]["cases"][0]
    contenders = case["contenders"]
    names = list(reversed(contenders))
    colours = ["#2b6cb0" if name.startswith("project") else "#a0aec0" for name in names]
    charts = {
        "seconds": ("seconds", lambda value: value, "{:.1f} s"),
        "peak_mib": ("peak memory, GiB", lambda value: value / 1024, "{:.2f}"),
    }
    figure_, all_axes = pyplot.subplots(1, 2, figsize=(10, 2.8), sharey=True)
    for axes, (what, (label, scaled, text)) in zip(all_axes, charts.items(), strict=True):
        values = [scaled(contenders[name][what]) for name in names]
        bars = axes.barh([contenders[name]["title"] for name in names], values, color=colours)
        axes.bar_label(bars, labels=[text.format(value) for value in values], padding=3)
        axes.set_title(f"{label}, {size(case)}", fontsize=10)
        axes.margins(x=0.15)
        axes.spines[["top", "right"]].set_visible(False)
    figure_.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure_.savefig(path, metadata={"Date": None}, facecolor="white")
    pyplot.close(figure_)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")
    return True

"""Measure this project against what people would use instead.

    run.py MODE [--lines N] [--runs N] ...     measures and writes a JSON file
    run.py report                              writes docs/benchmarks.md from the JSON files

Contenders take turns, each a whole process from the input file to the written result. Before any
time is taken all of them run once and their answers are compared, row by row; each later answer
is compared again. Where one differs no time is shown.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from measure import Measurement, ProcessError, machine, measure, read_through, versions

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PYTHON = Path(sys.executable)
DBT = PYTHON.with_name("dbt")

AS_OF_DATE = "2024-12-31"
SCHEME = "finance_software"
SCORING_CUSTOMERS = 5_000_000
# So few that their time is dbt's own.
FEW_LINES = 1_000
# Enough for every table that scoring reads to exist.
SCORING_SETUP_LINES = 20_000

# A scheme that is graded monthly, and the tables that say what changed.
MONTHLY_SCHEME = "classic_segments"
HISTORY = ("+rfm_tier_history", "+rfm_tier_migrations", "+rfm_scheme_runs")

REQUIRED = ("order_id", "customer_id", "ordered_at", "amount")
OPTIONAL = ("quantity", "product_name", "category", "region", "channel", "store_code")


@dataclass
class Contender:
    """Someone who writes an answer: a command, what is set up before it, untimed, and where the
    answer stands.
    """

    title: str
    command: list[str | Path]
    file: Path
    query: str
    environment: dict[str, str] = field(default_factory=dict)
    set_up: Callable[[], None] | None = None
    # Running out of memory is a result for all but the project.
    may_fail: bool = False
    # A limit is no answer, and what differs in kind has no answer in common.
    is_compared: bool = True

    def prepare(self) -> None:
        """Start from nothing but the input."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        for path in (self.file, self.file.with_name(f"{self.file.name}.wal")):
            path.unlink(missing_ok=True)
        if self.set_up:
            self.set_up()


@dataclass
class Bench:
    """A session: its folder, and how often each contender runs."""

    folder: Path
    runs: int

    # Input ---------------------------------------------------------------------------------

    def orders(self, lines: int, customers: int | None, lines_per_order: float) -> Path:
        """The file of order lines, made where it is not there yet."""
        generator = HERE / "generate.py"
        arguments = [f"--lines={lines}", f"--lines-per-order={lines_per_order:g}"]
        if customers:
            arguments.append(f"--customers={customers}")
        made_by = generator.read_text(encoding="utf-8") + " ".join(arguments)
        digest = hashlib.sha256(made_by.encode()).hexdigest()[:8]
        path = self.folder / f"orders-{lines}-{digest}.parquet"
        if not path.exists():
            say(f"generating {path}")
            part = path.with_suffix(".part")
            self.run([PYTHON, generator, part, *arguments])
            part.rename(path)
        return path

    def run(self, command: Sequence[str | Path]) -> None:
        """Run an untimed command that must go well."""
        try:
            measure(command, self.folder / "logs" / "setup.log")
        except ProcessError as failure:
            sys.exit(f"{' '.join(map(str, command))}: {failure}")

    # Contenders ----------------------------------------------------------------------------

    def script(
        self, title: str, name: str, result: str, orders: Path, *options: str, may_fail=False
    ) -> Contender:
        """A contender that is a script of this folder."""
        path = self.folder / "results" / result
        query = "from answer" if path.suffix == ".parquet" else "from customer_tiers"
        command = [PYTHON, HERE / name, orders, path, f"--as-of-date={AS_OF_DATE}", *options]
        return Contender(title, command, path, query, may_fail=may_fail)

    def handwritten(self, orders: Path, *options: str, may_fail: bool = False) -> Contender:
        """The SQL script."""
        return self.script(
            "hand-written DuckDB SQL",
            "handwritten.py",
            "handwritten.duckdb",
            orders,
            *options,
            may_fail=may_fail,
        )

    def project(
        self,
        orders: Path,
        title: str = "this project",
        *,
        schemes: Sequence[str] = (SCHEME,),
        line_id: bool = True,
        optional: Sequence[str] = (),
        memory_limit: str | None = None,
        cold: bool = False,
        history: int = 0,
    ) -> Contender:
        """`dbt run` into a fresh file that holds the seeds, with dbt's parse state or without.

        `optional` columns are mapped beside those that every contender reads. With `history`, so
        many as-of dates, the tables of history are built, too.
        """
        variables = {
            "rfm_orders_path": str(orders),
            "rfm_as_of_date": AS_OF_DATE,
            "rfm_order_columns": {
                column: column
                for column in (
                    *REQUIRED,
                    *(("line_id",) if line_id else ()),
                    *optional,
                )
            },
        }
        if schemes:
            variables["rfm_enabled_schemes"] = list(schemes)
        tables = ["+rfm_customer_tiers"]
        if history:
            variables["rfm_history_periods"] = history
            tables += HISTORY
        settings = json.dumps(variables)
        digest = hashlib.sha256(f"{settings}{memory_limit}{cold}".encode()).hexdigest()[:8]
        folder = self.folder / f"project-{digest}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        database, seeded = folder / "rfm.duckdb", folder / "seeded" / "rfm.duckdb"
        target = folder / "target"
        options = [
            *("--project-dir", ROOT, "--profiles-dir", profiles(folder, memory_limit)),
            *("--target-path", target, "--log-path", folder / "logs", "--vars", settings),
        ]
        environment = {
            "RFM_DUCKDB_PATH": str(database),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }

        # Leaves the seeds in the file and, in target/, what dbt parsed.
        try:
            measure([DBT, "seed", *options], folder / "logs" / "seed.log", environment)
        except ProcessError as failure:
            sys.exit(f"dbt seed: {failure}")
        seeded.parent.mkdir()
        database.rename(seeded)

        def set_up() -> None:
            shutil.copyfile(seeded, database)
            if cold:
                shutil.rmtree(target)

        return Contender(
            title,
            [
                DBT,
                "run",
                *("--select", *tables),
                *options,
            ],
            database,
            f"from rfm_customer_tiers where scheme = '{SCHEME}'",
            environment,
            set_up,
        )

    # Measuring -----------------------------------------------------------------------------

    def check(self, contender: Contender, kind: str, first: bool) -> None:
        """Compare an answer with the first contender's, and show no time if it differs."""
        if not contender.is_compared:
            return
        command = [PYTHON, HERE / "answers.py", kind, contender.file, contender.query]
        command += ["--reference", self.folder / "reference.parquet"]
        if first:
            command.append("--write")
        outcome = subprocess.run(command, capture_output=True, text=True, check=False)
        if outcome.returncode:
            sys.exit(f"No times: the answer of {contender.title} differs.\n{outcome.stderr}")

    def compete(
        self, contenders: dict[str, Contender], kind: str = "tiers", files: Sequence[Path] = ()
    ) -> dict[str, Any]:
        """Let contenders take turns: once for the answers, then `runs` times for the times."""
        for path in files:
            read_through(path)
        measured: dict[str, list[Measurement]] = {name: [] for name in contenders}
        failures: dict[str, str] = {}
        for turn in range(self.runs + 1):
            for name, contender in contenders.items():
                if name in failures or not (turn or contender.is_compared):
                    continue
                say(f"run {turn} of {self.runs}: {name}" if turn else f"comparing: {name}")
                contender.prepare()
                log = self.folder / "logs" / f"{name}.log"
                try:
                    measurement = measure(contender.command, log, contender.environment)
                except ProcessError as failure:
                    if not contender.may_fail:
                        sys.exit(f"{name}: {failure}")
                    errors = [line for line in str(failure).splitlines() if "Error" in line]
                    failures[name] = errors[-1] if errors else str(failure)
                    continue
                self.check(contender, kind, first=turn == 0 and name == next(iter(contenders)))
                if turn:
                    measured[name].append(measurement)
        return {
            name: {"title": contender.title, "failure": failures[name]}
            if name in failures
            else {
                "title": contender.title,
                "seconds": statistics.median(run.seconds for run in measured[name]),
                "peak_mib": max(run.peak_mib for run in measured[name]),
                "runs": [asdict(run) for run in measured[name]],
            }
            for name, contender in contenders.items()
        }


def profiles(folder: Path, memory_limit: str | None) -> Path:
    """The folder of the profile: the shipped one, or a copy with a memory limit."""
    shipped = ROOT / "profiles_example"
    if not memory_limit:
        return shipped
    profile = yaml.safe_load((shipped / "profiles.yml").read_text(encoding="utf-8"))
    options = profile["dbt_rfm"]["outputs"]["duckdb"].setdefault("config_options", {})
    options["memory_limit"] = memory_limit
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile), encoding="utf-8")
    return folder


def say(text: str) -> None:
    """Tell how far it is: never a time."""
    print(text, file=sys.stderr, flush=True)


# ---------------------------------------------------------------------------------------------
# Modes: each gives the cases of its JSON file
# ---------------------------------------------------------------------------------------------


def one_scheme(bench: Bench, options: argparse.Namespace) -> list[dict[str, Any]]:
    """One quintile scheme by everyone."""
    orders = bench.orders(options.lines, options.customers, options.lines_per_order)
    contenders = {
        "project": bench.project(orders),
        "project_cold": bench.project(orders, "this project, nothing parsed before", cold=True),
        "project_all": bench.project(orders, "this project, all columns", optional=OPTIONAL),
        "handwritten": bench.handwritten(orders),
        "polars": bench.script("Polars", "with_polars.py", "polars.parquet", orders),
        "pandas": bench.script("pandas", "with_pandas.py", "pandas.parquet", orders),
    }
    return [case(orders, options.lines, bench.compete(contenders, files=[orders]))]


def six_schemes(bench: Bench, options: argparse.Namespace) -> list[dict[str, Any]]:
    """All shipped schemes against one."""
    orders = bench.orders(options.lines, options.customers, options.lines_per_order)
    contenders = {
        "project": bench.project(orders, "one scheme"),
        "project_six": bench.project(orders, "all six schemes", schemes=()),
    }
    return [case(orders, options.lines, bench.compete(contenders, files=[orders]))]


def history(bench: Bench, options: argparse.Namespace) -> list[dict[str, Any]]:
    """One as-of date, a year of them, two years of them; of one scheme, and of all six."""
    orders = bench.orders(options.lines, options.customers, options.lines_per_order)
    contenders = {
        f"project{name}_{dates}": bench.project(
            orders,
            f"{title}, {dates} as-of dates",
            schemes=schemes,
            history=dates,
            memory_limit=options.memory_limit,
        )
        for name, title, schemes in (
            ("", "one scheme", (MONTHLY_SCHEME,)),
            ("_six", "all six schemes", ()),
        )
        for dates in options.dates
    }
    for contender in contenders.values():
        contender.is_compared = False
    contenders = {"project": contenders.pop(f"project_{options.dates[0]}"), **contenders}
    found = case(orders, options.lines, bench.compete(contenders, files=[orders]))
    return [found | {"memory_limit": options.memory_limit}]


def curve(bench: Bench, options: argparse.Namespace) -> list[dict[str, Any]]:
    """More and more lines."""
    cases = []
    for lines in options.sizes:
        orders = bench.orders(lines, None, options.lines_per_order)
        contenders = {"project": bench.project(orders), "handwritten": bench.handwritten(orders)}
        cases.append(case(orders, lines, bench.compete(contenders, files=[orders])))
    return cases


def low_memory(bench: Bench, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Many lines with little memory for DuckDB."""
    orders = bench.orders(options.lines, options.customers, options.lines_per_order)
    limit = options.memory_limit
    contenders = {
        "project": bench.project(orders, memory_limit=limit),
        "handwritten": bench.handwritten(orders, f"--memory-limit={limit}", may_fail=True),
    }
    found = case(orders, options.lines, bench.compete(contenders, files=[orders]))
    return [found | {"memory_limit": limit}]


def large(bench: Bench, options: argparse.Namespace) -> list[dict[str, Any]]:
    """So many lines that hash tables outgrow the caches; the file is deleted afterwards."""
    orders = bench.orders(options.lines, options.customers, options.lines_per_order)
    contenders = {
        "project": bench.project(orders),
        "handwritten": bench.handwritten(orders, may_fail=True),
    }
    found = case(orders, options.lines, bench.compete(contenders, files=[orders]))
    orders.unlink()
    return [found]


def one_line_orders(bench: Bench, options: argparse.Namespace) -> list[dict[str, Any]]:
    """A row is an order and no line_id is mapped."""
    orders = bench.orders(options.lines, options.customers, 1)
    contenders = {
        "project": bench.project(orders, line_id=False),
        "handwritten": bench.handwritten(orders, "--one-line-orders"),
    }
    return [case(orders, options.lines, bench.compete(contenders, files=[orders]))]


def limits(bench: Bench, options: argparse.Namespace) -> list[dict[str, Any]]:
    """What the project cannot go below: dbt with next to no lines, and cleaning with many."""
    few = bench.orders(FEW_LINES, None, options.lines_per_order)
    orders = bench.orders(options.lines, options.customers, options.lines_per_order)
    least_cleaning = bench.script(
        "cleaning: lines read and grouped once, those of suspect orders read again",
        "least_cleaning.py",
        "limits.duckdb",
        orders,
    )
    least_cleaning.is_compared = False
    contenders = {
        "project": bench.project(few, f"this project on {FEW_LINES:,} lines"),
        "least_cleaning": least_cleaning,
    }
    return [case(orders, options.lines, bench.compete(contenders, files=[orders]))]


def scoring(bench: Bench, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Scores alone, from a table of metrics."""
    import project_scoring

    orders = bench.orders(SCORING_SETUP_LINES, None, 2)
    say("building the tables that scoring reads")
    built = bench.project(orders)
    built.prepare()
    try:
        measure(built.command, bench.folder / "logs" / "setup.log", built.environment)
    except ProcessError as failure:
        sys.exit(f"dbt run: {failure}")
    manifest = json.loads((built.file.parent / "target" / "manifest.json").read_bytes())
    statements = bench.folder / "scoring-statements.json"
    statements.write_text(json.dumps(project_scoring.project_scoring(manifest)), encoding="utf-8")
    say(f"generating metrics of {options.customers} customers")
    script = HERE / "project_scoring.py"
    bench.run([PYTHON, script, "prepare", built.file, f"--customers={options.customers}"])

    def contender(title: str, name: str, query: str, *command: str | Path) -> Contender:
        # The models name the database, which is named as its file.
        database = bench.folder / "results" / name / built.file.name
        return Contender(
            title,
            [
                PYTHON,
                HERE / command[0],
                *(database if part == "DB" else part for part in command[1:]),
            ],
            database,
            query,
            set_up=lambda: shutil.copyfile(built.file, database),
        )

    columns = project_scoring.SCORE_COLUMNS
    pivoted = ", ".join(
        f"max(score) filter (metric = '{column.removesuffix('_score')}') as {column}"
        for column in columns
    )
    contenders = {
        "project": contender(
            "this project's scores",
            "project",
            f"from {project_scoring.SCORES_TABLE}",
            *("project_scoring.py", "run", "DB", statements, "scores"),
        ),
        "project_grades": contender(
            "this project's scores, with score, tier and all metrics",
            "project_grades",
            f"from {project_scoring.SCORES_MODEL}",
            *("project_scoring.py", "run", "DB", statements, "grades"),
        ),
        "ntile_wide": contender(
            "plain ntile, three windows",
            "wide",
            "from plain_scores",
            "plain_ntile.py",
            "DB",
            "wide",
        ),
        "ntile_long": contender(
            "plain ntile, partition by metric",
            "long",
            f"select customer_id, {pivoted} from plain_scores group by customer_id",
            *("plain_ntile.py", "DB", "long"),
        ),
    }
    found = bench.compete(contenders, "scores", [built.file])
    return [{"input": {"customers": options.customers}, "contenders": found}]


def case(orders: Path, lines: int, contenders: dict[str, Any]) -> dict[str, Any]:
    """A case over order lines, as it stands in the JSON file."""
    return {
        "input": {"lines": lines, "file_mib": orders.stat().st_size // 2**20},
        "contenders": contenders,
    }


MODES = {
    "one-scheme": one_scheme,
    "limits": limits,
    "six-schemes": six_schemes,
    "scoring": scoring,
    "curve": curve,
    "history": history,
    "low-memory": low_memory,
    "large": large,
    "one-line-orders": one_line_orders,
}


def main() -> None:
    """Read the arguments, measure and write, or report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    modes = parser.add_subparsers(dest="mode", required=True)
    for name, function in MODES.items():
        mode = modes.add_parser(name, help=function.__doc__)
        mode.add_argument("--runs", type=int, default=3, help="timed runs of each contender")
        mode.add_argument("--folder", type=Path, default=ROOT / "target" / "benchmarks")
        mode.add_argument("--results", type=Path, help="folder of the JSON file; default: FOLDER")
        if name == "scoring":
            mode.add_argument("--customers", type=int, default=SCORING_CUSTOMERS)
            continue
        if name == "curve":
            sizes = [2_500_000, 5_000_000, 10_000_000, 20_000_000, 40_000_000]
            mode.add_argument("--sizes", type=int, nargs="+", metavar="LINES", default=sizes)
        else:
            lines = {"low-memory": 40_000_000, "large": 80_000_000}.get(name, 20_000_000)
            mode.add_argument("--lines", type=int, default=lines)
            mode.add_argument("--customers", type=int, help="default: 4.2%% of the lines")
        if name == "history":
            mode.add_argument("--dates", type=int, nargs="+", default=[1, 13, 25])
        if limit := {"low-memory": "2GB", "history": "10GB"}.get(name):
            mode.add_argument("--memory-limit", default=limit)
        if name != "one-line-orders":
            mode.add_argument("--lines-per-order", type=float, default=2)
    mode = modes.add_parser("report", help="write docs/benchmarks.md")
    mode.add_argument("--results", type=Path, default=HERE / "results")
    mode.add_argument("--docs", type=Path, default=ROOT / "docs")
    options = parser.parse_args()

    if options.mode == "report":
        from report import write_report

        write_report(options.results, options.docs)
        return

    options.folder = options.folder.resolve()
    options.folder.mkdir(parents=True, exist_ok=True)
    facts = {
        "mode": options.mode,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": versions(),
        "runs": options.runs,
        "arguments": {
            name: value
            for name, value in vars(options).items()
            if name in ("lines", "sizes", "customers", "lines_per_order", "memory_limit", "dates")
        },
    }
    bench = Bench(options.folder, options.runs)
    facts["cases"] = MODES[options.mode](bench, options)
    results = options.results or options.folder
    results.mkdir(parents=True, exist_ok=True)
    path = results / f"{options.mode}.json"
    path.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    from report import case_table

    for found in facts["cases"]:
        print(case_table(found), end="\n\n")
    say(f"written: {path}")


if __name__ == "__main__":
    main()

"""Write a report for managers into one HTML file: python scripts/report.py DATABASE.

The folder report has its queries, charts, page, and words. The same tables give the same file.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, getcontext
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import east_asian_width

import duckdb
import great_tables as gt
import jinja2
import polars as pl
import vl_convert
import yaml

PARTS = {path.name: path.read_text("utf-8") for path in Path(__file__).parent.glob("report/[a-z]*")}
WORDS, CHARTS = yaml.safe_load(PARTS["words.yml"]), yaml.safe_load(PARTS["charts.yml"])
# A query begins with a comment: its name, and what it is.
_, *QUERIES = re.split(r"^-- (\w+): .*\n", PARTS["queries.sql"].replace(";\n", ""), flags=re.M)
QUERIES = dict(zip(QUERIES[::2], QUERIES[1::2], strict=True))
getcontext().rounding = ROUND_HALF_UP


class Figure(NamedTuple):
    """A value that is written as its place in a text asks: {part:%}, {orders:order}."""

    value: Any

    def __format__(self, form: str) -> str:
        if not isinstance(self.value, int | float | Decimal):
            return "–" if self.value is None else str(self.value)
        value = Decimal(str(self.value))
        if form in ("%", "+%"):
            return f"{value:{form[:-1]}.1%}"
        if form == "money":
            form = "2" if 0 < abs(value) < 100 else "0"
        if form.isdigit():
            return f"{value:,.{form}f}"
        return f"{value:,.0f}" + (form and f" {form}" + "s" * (value != 1))


def room_for(texts) -> float:
    """Room for the longest text in whatever font the reader has; a Chinese sign takes a square."""
    wide = [[12.5 if east_asian_width(sign) in "WF" else 7 for sign in text] for text in texts]
    return max(map(sum, wide), default=0)


def short_names(names: dict[str, str]) -> dict[str, str]:
    """For each name one that fits beside a chart and is nobody else's."""
    short: dict[str, str] = {}
    for place, (name, text) in enumerate(names.items(), 1):
        while room_for([text]) > 170:
            text = text.rstrip("…")[:-1] + "…"
        short[name] = f"{text} ({place})" if text in short.values() else text
    return short


def draw(kind: str, rows: list[dict], across=(), down=(), width=540, form="", **given) -> str:
    """A chart of charts.yml as SVG whose texts take the page's fonts; places have two decimals."""
    rows = [row | {"text": f"{Figure(row['value']):{form}}"} for row in rows]
    x_room, y_room = room_for(across), room_for(down) + 12
    step = (width - y_room) / max(len(across), 1)
    angle = -40 if x_room > step else 0
    values = {"across": list(across), "down": list(down), "y_room": y_room}
    values |= {"x_room": x_room * 0.65 + 14 if angle else 18, "overlap": step < 13}
    values |= {"angle": angle, "width": width - y_room}
    if across and room_for(row["text"] for row in rows) * 0.85 > step:
        rows = [row | {"text": ""} for row in rows]
    values |= {"rows": rows, "cells_height": len(down) * min(max(step, 15), 32)} | given
    given = {f'"${name}"': json.dumps(value, default=float) for name, value in values.items()}
    spec = re.sub(r'"\$\w+"', lambda name: given.get(name[0], "null"), json.dumps(CHARTS[kind]))
    drawn = vl_convert.vegalite_to_svg(spec)
    drawn = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(\.\d\d)\d+", r"\1", tag[0]), drawn)
    return re.sub(r' (xmlns(:\w+)?|font-family|class|version|role|aria-[\w-]+)="[^"]*"', "", drawn)


def bars(rows: list[dict], names: dict[str, str], fills: list[str], form: str, width=540) -> str:
    """Bars beside each other, with their values."""
    for row in rows:
        row |= {"y": names[row["y"]], "fill": fills[row["bar"]]}
    values = [float(row["value"] or 0) for row in rows]
    ends = [min(0, *values), max(*values, 0.01) * 1.16]
    height = len(names) * (16 * len(fills) + 8)
    return draw("bars", rows, (), names.values(), width, form, height=height, ends=ends)


class Report:
    """What does not depend on a scheme, in a language."""

    figures: tuple[str, ...] = ("demand", "expected")

    def __init__(self, connection: duckdb.DuckDBPyConnection, **parameters) -> None:
        self.connection, self.parameters, self.labels = connection, parameters, {}
        self.colours = {"demand": {self.say("demand_key"): "#d3d6da"}}

    def rows(self, query: str) -> list[dict]:
        sql = re.sub(r"\{(\w+)\}", lambda name: QUERIES[name[1]], QUERIES[query])
        given = {name: value for name, value in self.parameters.items() if f"${name}" in sql}
        cursor = self.connection.execute(sql, given)
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def say(self, key: str, **figures) -> str:
        """A text of words.yml with its figures, some of which are words themselves."""
        for name in figures.keys() & WORDS["worded"]:
            figures[name] = self.say(figures[name])
        figures["tier"] = self.labels.get(figures.get("tier"))
        texts = {name: Figure(value) for name, value in figures.items()}
        return WORDS[key][self.parameters["language"]].format_map(texts)

    def drawn(self) -> Iterator[dict]:
        """All figures: title, sentence, and a chart where there is something to draw."""
        for key in self.figures:
            facts, rows = self.rows(f"{key}_says"), self.rows(key)
            says = self.say(f"{key}_says", **facts[0]) if facts else self.say(f"{key}_none")
            chart = getattr(self, key)(rows) if facts and rows else ""
            yield {"key": key, "says": says, "chart": chart, "colours": self.colours.get(key, {})}

    def table(self, name: str, rows: list[dict], texts: list[str]) -> str:
        """A table of the columns that words.yml names; figures stand to the right."""
        columns = {
            self.say(f"column_{column}"): [f"{Figure(row[column]):{form}}" for row in rows]
            for column, form in WORDS[f"{name}_columns"].items()
        }
        left = [self.say(f"column_{column}") for column in texts]
        drawn = gt.GT(pl.DataFrame(columns), id=f"{name}-{self.parameters.get('place', 0)}")
        drawn = drawn.cols_align("right").cols_align("left", left)
        return drawn.tab_options(table_width="100%", table_font_size="13px").as_raw_html()

    def demand(self, rows: list[dict]) -> str:
        names = short_names({row["y"]: row["y"] for row in rows})
        rows = sorted((row | {"y": names[row["y"]]} for row in rows), key=lambda row: row["x"])
        across = dict.fromkeys(row["x"] for row in rows)
        return draw("cells", rows, across, names.values(), 1160, "money")

    def expected(self, rows: list[dict]) -> str:
        return bars(rows, short_names({row["y"]: row["y"] for row in rows}), ["#1f4e79"], "0", 1160)


class Scheme(Report):
    """A scheme at its latest as-of date."""

    figures = ("revenue", "moves", "cells", "periods", "gains", "fit", "calls")

    def __init__(self, connection: duckdb.DuckDBPyConnection, language: str, run: dict) -> None:
        keys = {name: run[name] for name in ("scheme", "as_of_date", "place")}
        super().__init__(connection, language=language, **keys)
        self.run, self.tiers = run, self.rows("tiers")
        self.figures = self.figures if run["customers"] else self.figures[:1]
        self.labels = {row["tier"]: row["label"] for row in self.tiers}
        self.short = short_names(self.labels)
        run["tier_label"] = self.labels.get(run["tier"])
        run["verdict"] = self.say(run["verdict"] or "no_verdict")
        last = max(len(self.tiers) - 1, 1)
        # From violet, the best, to orange; neighbours differ in lightness, too.
        self.fills = {
            tier: f"hsl({255 - 235 * place / last:.0f},50%,{38 + 14 * (place % 2)}%)"
            for place, tier in enumerate(self.labels)
        }
        tiers = {self.labels[tier]: fill for tier, fill in self.fills.items()}
        self.fills["not_graded"] = WORDS["bases"]["chance"]
        bases = [row["basis"] for row in self.rows("fit")] + ["chance"]
        self.colours = {
            "revenue": {self.say(side): fill for side, fill in WORDS["sides"].items()},
            "periods": tiers,
            "calls": tiers | {self.say("not_graded"): self.fills["not_graded"]},
            "gains": {self.say(basis): WORDS["bases"][basis] for basis in bases},
        }

    def revenue(self, rows: list[dict]) -> str:
        return bars(rows, self.short, list(WORDS["sides"].values()), "%")

    def moves(self, rows: list[dict]) -> str:
        names = self.short | {"not_graded": self.say("not_graded")}
        rows = [row | {"x": names[row["x"]], "y": names[row["y"]]} for row in rows]
        return draw("cells", rows, names.values(), names.values())

    def cells(self, rows: list[dict]) -> str:
        across = {row["x"]: None for row in sorted(rows, key=lambda row: row["recency_place"])}
        sides = {"x_title": rows[0]["recency_side"], "y_title": rows[0]["frequency_side"]}
        titles = {axis: self.say(side) for axis, side in sides.items()}
        return draw("cells", rows, across, dict.fromkeys(row["y"] for row in rows), **titles)

    def periods(self, rows: list[dict], form: str = "%", width: float = 540) -> str:
        rows = [row | {"fill": self.fills[row["y"]]} for row in rows]
        across, tick = dict.fromkeys(row["x"] for row in rows), 0.25 if form == "%" else 1
        return draw("stack", rows, across, (), width, format=form, tick=tick)

    def calls(self, rows: list[dict]) -> str:
        return self.periods(rows, "~s", 1160)

    def gains(self, rows: list[dict]) -> str:
        rows = [row | {"fill": WORDS["bases"][row["basis"]]} for row in rows]
        return draw("lines", rows, x_title=self.say("gains_x"), y_title=self.say("gains_y"))

    def fit(self, rows: list[dict]) -> str:
        for row in rows:
            row |= {"y": self.say(row["basis"]), "fill": WORDS["bases"][row["basis"]]}
        names = [row["y"] for row in rows]
        return draw("intervals", rows, (), names, form="2", height=44 * len(rows))


def page(connection: duckdb.DuckDBPyConnection, language: str, wanted: list[str]) -> str:
    """The whole report."""
    report = Report(connection, language=language)
    read = set(re.findall(r"\b(?:from|join) ((?:stg_)?rfm_\w+)", " ".join(QUERIES.values())))
    if missing := sorted(read - {row["name"] for row in report.rows("tables")}):
        sys.exit(f"Tables are missing. Enable them and run dbt build: {', '.join(missing)}.")
    connection.execute(f"set search_path = '{report.rows('schemas')[0]['schemas']}'")
    runs = report.rows("schemes")
    known = [run["scheme"] for run in runs]
    if strange := [name for name in wanted if name not in known]:
        sys.exit(f"There is no scheme {strange[0]}. There are: {', '.join(known)}.")
    runs = [run for run in runs if run["scheme"] in (wanted or known)]
    schemes = [Scheme(connection, language, run) for run in runs]
    template = jinja2.Environment(autoescape=True, trim_blocks=True).from_string(PARTS["page.html"])
    return template.render(report=report, runs=runs, schemes=schemes, language=language)


def main() -> None:
    """Write the file, or say in one sentence why not."""
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    path = os.environ.get("RFM_DUCKDB_PATH", "rfm.duckdb")
    parser.add_argument("database", nargs="?", default=path, help=f"DuckDB file (default {path})")
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--output", type=Path, default=Path("report.html"))
    parser.add_argument("--scheme", action="append", default=[], help="may be repeated; else all")
    given = parser.parse_args()
    if not Path(given.database).is_file():
        sys.exit(f"There is no file {given.database}. Build it first: make demo, or dbt build.")
    try:
        with duckdb.connect(given.database, read_only=True) as connection:
            text = page(connection, given.language, given.scheme)
    except duckdb.Error as error:
        told = "is in use, or no whole build of this version of dbt_rfm: run dbt build, then this"
        sys.exit(f"{given.database} {told}. DuckDB: {str(error).splitlines()[0]}")
    given.output.write_text(text, "utf-8")
    print(f"{given.output}: {len(text.encode()) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()

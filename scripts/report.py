"""Write a report for managers into one HTML file: python scripts/report.py DATABASE.

The folder report has its queries, its charts, its page, and its words in both languages. It reads
the tables of a finished build and no clock: the same tables give the same file.
"""

import argparse
import io
import os
import re
import sys
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, getcontext
from html import escape
from pathlib import Path
from string import Template

import altair as alt
import duckdb
import great_tables as gt
import polars as pl
import yaml

PLACE = Path(__file__).parent / "report"
WORDS, CHARTS = (
    yaml.safe_load((PLACE / f"{name}.yml").read_text("utf-8")) for name in ("words", "charts")
)
# A query begins with a comment: its name, and what it is.
PARTS = re.split(r"^-- (\w+): .*\n", (PLACE / "queries.sql").read_text("utf-8"), flags=re.M)
QUERIES = {name: sql.strip(" ;\n") for name, sql in zip(PARTS[1::2], PARTS[2::2], strict=True)}
TIERS = ("#2d1e5f", "#31688e", "#35a07c", "#a5cf4a", "#f2e15c")
HEAT = ("#e4ecf4", "#b7cfe3", "#5b93c1", "#123b63")
PALE, DARK, KEPT_BACK, UNGRADED = "#9fb6cb", "#1f4e79", "#d3d6da", "#b3b8be"
getcontext().rounding = ROUND_HALF_UP


class Figure:
    """A value that is written as its place in a text asks: {part:%}, {orders:order}."""

    def __init__(self, value) -> None:
        self.value = value

    def __format__(self, form: str) -> str:
        if not isinstance(self.value, int | float | Decimal):
            return "–" if self.value is None else str(self.value)
        value = Decimal(str(self.value))
        if form in ("%", "change"):
            return f"{value:{'' if form == '%' else '+'}.1%}"
        if form == "money":
            form = "2" if abs(value) < 100 else "0"
        if form.isdigit():
            return f"{value:,.{form}f}"
        return f"{value:,.0f}" + (form and f" {form}" + "s" * (value != 1))


def shade(place: float, stops: tuple[str, ...]) -> str:
    """The colour at a place from 0 to 1 along the stops."""
    at = place * (len(stops) - 1)
    ends = stops[int(at)], stops[min(int(at) + 1, len(stops) - 1)]
    low, high = ([int(end[i : i + 2], 16) for i in (1, 3, 5)] for end in ends)
    mixed = (round(one + (two - one) * (at % 1)) for one, two in zip(low, high, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def room_for(texts) -> float:
    """Room for the longest text in whatever font the reader has; a Chinese sign takes a square."""
    wide = (
        [12.5 if unicodedata.east_asian_width(sign) in "WF" else 7 for sign in text]
        for text in texts
    )
    return max(map(sum, wide), default=0)


def short_names(names) -> dict[str, str]:
    """For each name one that fits beside a chart and is nobody else's."""
    short: dict[str, str] = {}
    for place, (name, text) in enumerate(names.items(), 1):
        while room_for([text]) > 170:
            text = text.rstrip("…")[:-1] + "…"
        short[name] = f"{text} ({place})" if text in short.values() else text
    return short


def filled(spec, values: dict):
    """A chart with what it leaves open."""
    if isinstance(spec, dict):
        return {key: filled(part, values) for key, part in spec.items()}
    if isinstance(spec, list):
        return [filled(part, values) for part in spec]
    return values.get(spec[1:]) if isinstance(spec, str) and spec.startswith("$") else spec


def draw(kind: str, rows: list[dict], across=(), down=(), width: float = 540, **given) -> str:
    """A chart of charts.yml as SVG whose texts take the page's fonts; places have two decimals."""
    x_room, y_room = room_for(across), room_for(down) + 8
    step = (width - y_room) / max(len(across), 1)
    slanted = x_room > step
    values = {"across": list(across), "down": list(down), "y_room": y_room, "width": width - y_room}
    values |= {"x_room": x_room * 0.65 + 14 if slanted else 18, "overlap": step < 13}
    values |= {"angle": -40 if slanted else 0, "align": "right" if slanted else "center"}
    if kind == "cells":
        has_texts = room_for([row["text"] for row in rows]) * 0.85 < step
        values["height"] = len(down) * min(max(step, 15), 32)
        rows = [row | {"text": row["text"] if has_texts else ""} for row in rows]
    plain = [{k: float(v) if isinstance(v, Decimal) else v for k, v in row.items()} for row in rows]
    file = io.StringIO()
    chart = alt.Chart.from_dict(filled(CHARTS[kind], values | given | {"rows": plain}))
    chart.save(file, format="svg")
    drawn = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(\.\d\d)\d+", r"\1", tag[0]), file.getvalue())
    return re.sub(r' (xmlns(:\w+)?|font-family|class|version|role|aria-[\w-]+)="[^"]*"', "", drawn)


def bars(rows: list[dict], names: dict[str, str], fills: list[str], form: str, width=540) -> str:
    """Bars beside each other, with their values."""
    for row in rows:
        row |= {"y": names[row["y"]], "fill": fills[row["bar"]], "value": row["value"] or 0}
        row["text"] = f"{Figure(row['value']):{form}}"
    values = [float(row["value"]) for row in rows]
    ends = [min(0, *values), max(*values, 0.01) * 1.16]
    height = len(names) * (16 * len(fills) + 8)
    return draw("bars", rows, down=names.values(), width=width, height=height, ends=ends)


def cells(rows: list[dict], across, down, width=540, **titles) -> str:
    """A heat map: the larger heat (0 to 1; null is kept back), the darker."""
    for row in rows:
        heat = min(float(row["heat"] or 0), 1) ** 0.5
        row["fill"] = KEPT_BACK if row["heat"] is None else shade(heat, HEAT)
        row["ink"] = "white" if heat > 0.6 else "#1f2733"
        row["text"] = "" if row["text"] is None else f"{Figure(row['text']):money}"
    return draw("cells", rows, across, down, width, **titles)


class Report:
    """The tables of a database, told in a language."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, **parameters) -> None:
        self.connection, self.parameters = connection, parameters
        self.labels: dict[str, str] = {}

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
        if "tier" in figures:
            figures["tier"] = self.labels.get(figures["tier"])
        texts = {name: Figure(value) for name, value in figures.items()}
        return WORDS[key][self.parameters["language"]].format_map(texts)

    def figure(self, key: str, drawer, keys=(), kind: str = "") -> str:
        """A title, a sentence, and a chart where there is something to draw."""
        title, facts = escape(self.say(key)), self.rows(f"{key}_says")
        says = self.say(f"{key}_says", **facts[0]) if facts else self.say(f"{key}_none")
        listed = [f'<li><i style="background:{fill}"></i>{escape(text)}' for text, fill in keys]
        drawn = drawer(self.rows(key)) if facts else ""
        drawn = drawn.replace(
            "<svg ", f'<ul>{"".join(listed)}</ul><svg role="img" aria-label="{title}" ', 1
        )
        return f'<figure class="{kind}"><h3>{title}</h3><p>{escape(says)}</p>{drawn}</figure>'

    def table(self, name: str, rows: list[dict], texts: set[str]) -> str:
        """A table of the columns that words.yml names; figures stand to the right."""
        columns = {
            self.say(f"column_{column}"): [f"{Figure(row[column]):{form}}" for row in rows]
            for column, form in WORDS[f"{name}_columns"].items()
        }
        left = [self.say(f"column_{column}") for column in texts]
        identity = f"{name}-{self.parameters.get('scheme_place', 0)}"
        drawn = (
            gt.GT(pl.DataFrame(columns), id=identity).cols_align("right").cols_align("left", left)
        )
        return drawn.tab_options(table_width="100%", table_font_size="13px").as_raw_html()

    def demand(self, rows: list[dict]) -> str:
        """Regional demand."""
        names = short_names(
            {row["y"]: row["y"] for row in sorted(rows, key=lambda row: row["place"])}
        )
        rows = [row | {"y": names[row["y"]]} for row in rows]
        return cells(rows, sorted({row["x"] for row in rows}), names.values(), 1160)

    def expected(self, rows: list[dict]) -> str:
        """Pieces expected by category."""
        return bars(rows, short_names({row["y"]: row["y"] for row in rows}), [DARK], "0", 1160)


class Scheme(Report):
    """A scheme at its latest as-of date."""

    def __init__(self, connection, language: str, run: dict, place: int) -> None:
        keys = {"scheme": run["scheme"], "as_of_date": run["as_of_date"], "scheme_place": place}
        super().__init__(connection, language=language, **keys)
        self.run, self.place, self.tiers = run, place, self.rows("tiers")
        self.labels = {row["tier"]: row["label"] for row in self.tiers}
        self.short = short_names(self.labels) | {"not_graded": self.say("not_graded")}
        last = max(len(self.tiers) - 1, 1)
        self.fills = {
            row["tier"]: shade(place / last, TIERS) for place, row in enumerate(self.tiers)
        }

    def section(self) -> str:
        """All that is said of the scheme."""
        sides = [(self.say("customer_share"), PALE), (self.say("revenue_share"), DARK)]
        tiers = [(self.labels[tier], fill) for tier, fill in self.fills.items()]
        bases = [(self.say(basis), fill) for basis, fill in WORDS["bases"].items()]
        figures = [
            self.figure("revenue", self.revenue, sides),
            self.figure("cells", self.recency_and_frequency),
            self.figure("periods", self.periods, tiers),
            self.figure("moves", self.moves),
            self.figure("gains", self.gains, bases),
            self.figure("fit", self.fit),
            self.figure("calls", self.calls, tiers, "wide"),
        ]
        tiles = [self.say(f"tile_{key}", **self.run).split("|") for key in WORDS["tiles"]]
        return Template((PLACE / "scheme.html").read_text("utf-8")).substitute(
            place=self.place,
            title=escape(self.run["title"]),
            meta=self.say("meta", **self.run),
            tiles="".join(f"<li><b>{figure}</b>{text}" for figure, text in tiles),
            figures="".join(figures if self.run["customers"] else figures[:1]),
            numbers=self.say("numbers"),
            table=self.table("tiers", self.tiers, {"label", "plan"}),
        )

    def revenue(self, rows: list[dict]) -> str:
        return bars(rows, {tier: self.short[tier] for tier in self.labels}, [PALE, DARK], "%")

    def recency_and_frequency(self, rows: list[dict]) -> str:
        down = [row["y"] for row in sorted(rows, key=lambda row: -row["frequency_place"])]
        titles = {
            "x_title": self.say(rows[0]["recency_side"]),
            "y_title": self.say(rows[0]["frequency_side"]),
        }
        return cells(rows, dict.fromkeys(row["x"] for row in rows), dict.fromkeys(down), **titles)

    def periods(self, rows: list[dict]) -> str:
        return self.stack(rows, "%", 540)

    def calls(self, rows: list[dict]) -> str:
        return self.stack(
            [row | {"x": row["x"] or self.say("overdue")} for row in rows], "~s", 1160
        )

    def stack(self, rows: list[dict], form: str, width: float) -> str:
        rows = [row | {"fill": self.fills.get(row["y"], UNGRADED)} for row in rows]
        return draw("stack", rows, dict.fromkeys(row["x"] for row in rows), (), width, format=form)

    def moves(self, rows: list[dict]) -> str:
        rows = [row | {"x": self.short[row["x"]], "y": self.short[row["y"]]} for row in rows]
        return cells(rows, self.short.values(), self.short.values())

    def gains(self, rows: list[dict]) -> str:
        rows = [row | {"fill": WORDS["bases"][row["basis"]]} for row in rows]
        return draw("lines", rows, x_title=self.say("gains_x"), y_title=self.say("gains_y"))

    def fit(self, rows: list[dict]) -> str:
        for row in rows:
            row |= {"y": self.say(row["basis"]), "fill": WORDS["bases"][row["basis"]]}
            row["text"] = f"{row['value']:.2f}"
        ends, height = [float(min(0, *(row["low"] for row in rows))), 1], 44 * len(rows)
        return draw("intervals", rows, down=[row["y"] for row in rows], ends=ends, height=height)


def page(database: str, language: str, wanted: list[str]) -> str:
    """The whole report."""
    with duckdb.connect(database, read_only=True) as connection:
        report = Report(connection, language=language)
        connection.execute(f"set search_path = '{report.rows('schemas')[0]['schemas']}'")
        runs = report.rows("schemes")
        known = [run["scheme"] for run in runs]
        if strange := [name for name in wanted if name not in known]:
            sys.exit(f"{database} has no scheme {strange[0]}. It has: {', '.join(known)}.")
        runs = [run for run in runs if run["scheme"] in (wanted or known)]
        schemes = [Scheme(connection, language, run, place) for place, run in enumerate(runs, 1)]
        for scheme in schemes:
            scheme.run["tier_label"] = scheme.labels.get(scheme.run["tier"])
            scheme.run["verdict"] = report.say(scheme.run["verdict"] or "no_verdict")
        shared = [
            report.figure("demand", report.demand, [(report.say("demand_key"), KEPT_BACK)], "wide"),
            report.figure("expected", report.expected, (), "wide"),
        ]
        links = [(f"scheme-{scheme.place}", scheme.run["title"]) for scheme in schemes]
        links = [*links, ("shared", report.say("shared"))]
        return Template((PLACE / "page.html").read_text("utf-8")).substitute(
            language={"en": "en", "zh": "zh-Hans"}[language],
            **{key: report.say(key) for key in ("title", "contents", "overview", "foot", "shared")},
            subtitle=report.say("subtitle", **report.rows("days")[0]),
            links="".join(f'<li><a href="#{key}">{escape(text)}</a>' for key, text in links),
            table=report.table("overview", runs, {"title", "tier_label", "verdict"}),
            sections="".join(scheme.section() for scheme in schemes),
            demand="".join(shared),
        )


def main() -> None:
    """Write the file, or say in one sentence why not."""
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    default = os.environ.get("RFM_DUCKDB_PATH", "rfm.duckdb")
    parser.add_argument("database", nargs="?", default=default, help=f"DuckDB file ({default})")
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--output", type=Path, default=Path("report.html"))
    parser.add_argument("--scheme", action="append", default=[], help="may be repeated; else all")
    given = parser.parse_args()
    if not Path(given.database).is_file():
        sys.exit(f"There is no file {given.database}. Build it first: make demo, or dbt build.")
    try:
        written = page(given.database, given.language, given.scheme)
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        sys.exit(
            f"{given.database} is not a whole build of this version of dbt_rfm: run dbt build and"
            f" try again. DuckDB says: {str(error).splitlines()[0]}"
        )
    except duckdb.IOException as error:
        sys.exit(f"{given.database} cannot be read: {str(error).splitlines()[0]}")
    given.output.write_text(written, "utf-8")
    print(f"{given.output}: {given.output.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()

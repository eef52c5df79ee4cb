"""Read SQL as five warehouses would, as far as sqlglot can tell without one.

It parses each dialect, and forgives much that the warehouse does not. So it also has to write each
statement in the words in which it stands: a function, type or reserved word of another dialect
comes out as another word. Where it would write one synonym for another, or does not know a
function, the words are listed here.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from graphlib import TopologicalSorter
from typing import NamedTuple

from sqlglot import ErrorLevel, TokenType, exp, parse
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

# Looked up in each warehouse's own reference.
SYNONYMS = {
    "bigquery": "bigint boolean error integer",
    "databricks": "integer mod named_struct numeric raise_error substr varchar with",
    "redshift": "btrim float last mod nulls substr text",
    "snowflake": "as_date as_timestamp_ntz extract float from integer last mod nulls substr text"
    " timestamp_ntz to_varchar",
    "trino": "last mod nulls substring to_milliseconds",
}
# These never make other types texts, numbers and so on by themselves.
STRICT = ("bigquery", "trino")


class Fault(NamedTuple):
    """What a warehouse would refuse: the kind, the statement, and where in it."""

    kind: str
    statement: str
    detail: str


def faults(dialect: str, statements: Mapping[str, str]) -> list[Fault]:
    """All that the warehouse of this dialect would refuse, as far as is known.

    The statements' names are those of the tables that they make.
    """
    found = []
    trees = {}
    for name, sql in statements.items():
        try:
            trees[name], written = only_query(dialect, sql)
        except (SqlglotError, ValueError) as error:
            found.append(Fault("unparsable", name, str(error)))
            continue
        foreign = words(dialect, sql) - words(dialect, written)
        foreign.update(call.name.lower() for call in trees[name].find_all(exp.Anonymous))
        for word in foreign.keys() - set(SYNONYMS[dialect].split()):
            found.append(Fault("word", name, word))
    return [*found, *column_faults(dialect, trees)]


def only_query(dialect: str, sql: str) -> tuple[exp.Expression, str]:
    """The one query that the text is, and as sqlglot writes it; an error where that guesses."""
    with warnings_as_errors():
        trees = parse(sql, read=dialect, error_level=ErrorLevel.IMMEDIATE)
        if len(trees) != 1 or not isinstance(trees[0], exp.Query):
            raise ValueError(f"not one query: {[type(tree).__name__ for tree in trees]}")
        if (command := trees[0].find(exp.Command)) is not None:
            raise ValueError(f"not understood: {command.sql()}")
        return trees[0], trees[0].sql(dialect=dialect, unsupported_level=ErrorLevel.RAISE)


@contextmanager
def warnings_as_errors() -> Iterator[None]:
    """Raise what sqlglot only logs."""

    class Raising(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise ValueError(record.getMessage())

    handler = Raising(logging.WARNING)
    logger = logging.getLogger("sqlglot")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def words(dialect: str, sql: str) -> Counter[str]:
    """How often each word and each % stands outside of quotation marks, and not after a dot."""
    quoted = (TokenType.STRING, TokenType.IDENTIFIER)
    tokens = Dialect.get_or_raise(dialect).tokenize(sql)
    return Counter(
        token.text.lower()
        for before, token in zip([None, *tokens], tokens, strict=False)
        if token.token_type not in quoted
        and (token.text.isidentifier() or token.token_type == TokenType.MOD)
        and (before is None or before.token_type != TokenType.DOT)
    )


def column_faults(dialect: str, trees: Mapping[str, exp.Expression]) -> Iterator[Fault]:
    """Columns that do not exist, and operands whose types a strict warehouse refuses.

    The columns of every table are worked out from those of the tables that it is made of.
    """
    tables = {name: list(tree.find_all(exp.Table)) for name, tree in trees.items()}
    places = {table.name: table for found in tables.values() for table in found if table.db}
    made_of = {
        name: {table.name for table in found} & trees.keys() - {name}
        for name, found in tables.items()
    }
    schema = MappingSchema(dialect=dialect)
    for name in TopologicalSorter(made_of).static_order():
        try:
            tree = qualify(trees[name], dialect=dialect, schema=schema, quote_identifiers=False)
            tree = annotate_types(tree, dialect=dialect, schema=schema)
        except SqlglotError as error:
            yield Fault("unknown column", name, str(error))
            continue
        if name in places:
            columns = {
                exp.to_identifier(column.alias_or_name, quoted=True).sql(dialect): column.type
                for column in tree.selects
            }
            schema.add_table(places[name].copy(), columns, dialect=dialect)
        for node in tree.walk() if dialect in STRICT else ():
            families = {family(operand) for operand in operands(node)} - {None}
            if len(families) > 1 or (isinstance(node, exp.DPipe) and families - {"text"}):
                yield Fault("types of operands", name, node.sql(dialect))


def operands(node: exp.Expression) -> list[exp.Expression | None]:
    """The operands of this node that have to be of one type."""
    if isinstance(node, exp.DPipe | exp.EQ | exp.NEQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
        return [node.left, node.right]
    if isinstance(node, exp.In | exp.Coalesce | exp.Greatest | exp.Least):
        return [node.this, *node.expressions]
    if isinstance(node, exp.Between):
        return [node.this, node.args["low"], node.args["high"]]
    if isinstance(node, exp.Case):
        return [branch.args["true"] for branch in node.args["ifs"]] + [node.args.get("default")]
    return []


def family(node: exp.Expression | None) -> str | None:
    """The types that are compared and joined with one another; None where it is not known."""
    if node is None or node.type is None or node.is_type("unknown", "null"):
        return None
    if node.is_type(*exp.DataType.TEXT_TYPES):
        return "text"
    if node.is_type(*exp.DataType.NUMERIC_TYPES):
        return "number"
    return node.type.this.name.lower()

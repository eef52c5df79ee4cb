"""sqlfluff without Python's search for garbage: a file makes a million objects and few cycles.

    python scripts/lint_sql.py lint models

The arguments are sqlfluff's. It takes half the time that `sqlfluff` does, and no more memory.
"""

import gc

# Here and not below: each process of sqlfluff reads this file anew.
gc.disable()

if __name__ == "__main__":
    from sqlfluff.cli.commands import cli

    cli()

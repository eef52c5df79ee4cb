"""Say in one sentence which process holds the DuckDB file, where a build could not write it."""

import os
import re
import sys
from pathlib import Path

import duckdb


def main() -> None:
    path = os.environ.get("RFM_DUCKDB_PATH", "rfm.duckdb")
    # A file that is not there is left to dbt, which makes it as the profile says.
    if not Path(path).is_file():
        return
    try:
        duckdb.connect(path).close()
    except duckdb.IOException as error:
        held = re.search(r"lock is held in (.*?\(PID \d+\))", str(error))
        if held is None:
            raise
        sys.exit(
            f"{path} is open in {held[1]}: close it there and run this again, or build into another"
            " file: RFM_DUCKDB_PATH=other.duckdb. docs/engines.md says more."
        )


if __name__ == "__main__":
    main()

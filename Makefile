# The project's commands; `make help` lists them. Everything is installed into .venv in this
# folder, at the versions of constraints.txt. A stamp file for each set of packages keeps later
# runs from installing again. All paths are relative, so the folder's own path may hold spaces.

.DEFAULT_GOAL := help
.PHONY: help demo report engines test test-dbt test-python bench lint ruff dbt-bouncer sqlfluff parse clean

# One pip at a time installs into .venv.
.NOTPARALLEL:

# The first of these that will do makes .venv; say PYTHON=/path/to/python3.12 to choose.
PYTHON := python3 python3.13 python3.12 python3.11

VENV := .venv
BIN := $(VENV)/bin
# dbt-core 1.12 lives apart, only to parse the project with it.
VENV_1_12 := .venv-dbt-1.12

DBT_OPTIONS := --profiles-dir profiles_example
# Each check builds into a database and a folder of its own, so that checks may run at a time, and
# leaves the demo's own file alone.
CHECK = RFM_DUCKDB_PATH=target/$@.duckdb DBT_TARGET_PATH=target/$@
# The tests of a file share builds, so a file stays in one process. Files keep their order: conftest.py
# has the longest begin first.
PYTEST_OPTIONS := --numprocesses auto --dist loadfile --no-loadscope-reorder

export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Python compiles what it imports; most of what is installed never is.
export PIP_COMPILE := 0

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

# Unit tests look at the SQL and not at the data: `make test` runs them.
demo: $(VENV)/.runtime ## Build the demo data into RFM_DUCKDB_PATH (rfm.duckdb) and print its tiers
	@$(BIN)/python scripts/check_file.py
	$(BIN)/dbt build $(DBT_OPTIONS) --exclude-resource-type unit_test
	@$(BIN)/python scripts/show_tiers.py

# It builds nothing: what is in the file is what it tells.
REPORT_OPTIONS :=
report: $(VENV)/.report ## Write report.html from the tables; REPORT_OPTIONS="--language zh"
	@$(BIN)/python scripts/report.py $(REPORT_OPTIONS)

test: test-dbt test-python ## Run all tests

test-dbt: $(VENV)/.runtime ## Build the demo with all dbt tests, warnings as errors
	@mkdir -p target
	$(CHECK) $(BIN)/dbt --warn-error build $(DBT_OPTIONS)

# PostgreSQL, Spark and what benchmarks compare with: without them their tests are skipped.
engines: $(VENV)/.engines ## Install what the tests on PostgreSQL and Spark need beside the servers

test-python: $(VENV)/.test $(VENV)/.adapters ## Run tests/python; PYTEST_OPTIONS="-k word" chooses
	$(BIN)/python -m pytest $(PYTEST_OPTIONS)

BENCH_OPTIONS := --lines 1000000 --runs 1
bench: $(VENV)/.bench ## Measure against hand-written SQL, Polars and pandas, on a million lines
	$(BIN)/python benchmarks/run.py one-scheme $(BENCH_OPTIONS)

lint: ruff dbt-bouncer sqlfluff ## Check style and conventions

ruff: $(VENV)/.lint # the Python
	$(BIN)/ruff check
	$(BIN)/ruff format --check

dbt-bouncer: $(VENV)/.lint # names, layers, descriptions, contracts, tests: dbt-bouncer.yml
	@mkdir -p target
	$(CHECK) $(BIN)/dbt --quiet parse $(DBT_OPTIONS) --target-path target
	$(BIN)/dbt-bouncer run

sqlfluff: $(VENV)/.lint # the SQL of the models
	@mkdir -p target
	$(CHECK) $(BIN)/python scripts/lint_sql.py lint --processes 0 models

# Deprecations are warnings. Without --no-partial-parse unchanged files would not be read again.
PARSE := --warn-error parse $(DBT_OPTIONS) --no-partial-parse
parse: $(VENV)/.runtime $(VENV_1_12)/.installed ## Parse with dbt 1.11, dbt 1.12 and dbt 2's parser
	$(BIN)/dbt $(PARSE) --target-path target/dbt-1.11
	$(VENV_1_12)/bin/dbt $(PARSE) --target-path target/dbt-1.12
	$(VENV_1_12)/bin/dbt --use-v2-parser $(PARSE) --target-path target/dbt-2

clean: ## Remove all that these commands made, .venv included
	rm -rf $(VENV) $(VENV_1_12) target logs dbt_internal_packages build *.egg-info
	rm -rf .pytest_cache .hypothesis .ruff_cache rfm.duckdb rfm.duckdb.wal report.html

# Which Python: dbt-core 1.11 runs on 3.11 to 3.13; Debian ships venv (ensurepip) apart.
SUITABLE := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
define make_venv
	@for python in $(PYTHON); do \
	    if "$$python" -c "$(SUITABLE)" 2>/dev/null; then \
	        echo "Making $(@D) with $$python and installing into it: a minute or so"; \
	        exec "$$python" -m venv $(@D); \
	    fi; \
	done; \
	echo "Found no Python 3.11, 3.12 or 3.13 with venv (tried: $(PYTHON))." >&2; \
	echo "Install one, or name it: make demo PYTHON=/path/to/python3.12" >&2; \
	exit 1
endef

$(VENV)/.made:
	$(make_venv)
	@touch $@

$(VENV)/.runtime: $(VENV)/.made pyproject.toml constraints.txt
	$(BIN)/python -m pip install -qq --constraint constraints.txt .
	@touch $@

$(VENV)/.test $(VENV)/.lint $(VENV)/.bench $(VENV)/.report: $(VENV)/.%: $(VENV)/.runtime
	$(BIN)/python -m pip install -qq --constraint constraints.txt '.[$*]'
	@touch $@

# Without dependencies, so in a folder that no other Python looks into: .ci/requirements-adapters.txt
# says why.
$(VENV)/.adapters: $(VENV)/.runtime .ci/requirements-adapters.txt
	@rm -rf $(VENV)/adapters
	$(BIN)/python -m pip install -qq --no-deps --target $(VENV)/adapters \
	    --requirement .ci/requirements-adapters.txt
	@touch $@

$(VENV)/.engines: $(VENV)/.runtime
	$(BIN)/python -m pip install -qq --constraint constraints.txt '.[postgres,spark,bench]'
	@touch $@

$(VENV_1_12)/.installed: .ci/requirements-dbt-1.12.txt
	$(make_venv)
	$(@D)/bin/python -m pip install -qq --requirement .ci/requirements-dbt-1.12.txt
	@touch $@

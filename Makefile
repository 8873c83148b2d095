# make setup · demo · test · check · fix · bench. Needs Python 3.11 or newer, git and make; the rest is installed into .venv.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
STAMP  := $(VENV)/.installed
KILLS  ?= 1000
WORKER_KILLS ?= $(KILLS)
CUTS   ?= 1000
STRIKES ?= 200

.PHONY: setup demo test test-faults check fix bench bench-quick bench-readme bench-planner texts clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
	  test -x $(PY) || uv venv --quiet --seed $(VENV); \
	  uv pip install --quiet --python $(PY) --require-hashes -r requirements.lock; \
	else \
	  test -x $(PY) || $(PYTHON) -m venv $(VENV); \
	  $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; \
	fi
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: $(STAMP)
	$(PY) -m bot demo

test: $(STAMP)
	$(PY) -m pytest -q

# KILLS of one process over SQLite, half by webhook and half by polling, and as many of one of four
# workers over PostgreSQL: about a second each, half of them cold starts.
test-faults: $(STAMP)
	JIANJIAN_KILLS=$(KILLS) JIANJIAN_WORKER_KILLS=$(WORKER_KILLS) JIANJIAN_CUTS=$(CUTS) JIANJIAN_STRIKES=$(STRIKES) JIANJIAN_EVERY_CALL=1 \
	  $(PY) -m pytest -q tests/faults -m faults

check: $(STAMP)
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

fix: $(STAMP)
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench: $(STAMP)
	$(PY) -m benchmarks --json benchmarks/last.json

bench-quick: $(STAMP)
	$(PY) -m benchmarks --quick

bench-readme: $(STAMP)
	$(PY) -m benchmarks results benchmarks/last.json --readme

bench-planner: $(STAMP)
	$(PY) -m benchmarks.planner

clean:
	rm -rf $(VENV)

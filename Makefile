# Two commands do everything on a fresh machine: `make conform` and `make test`.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PACKAGES := reference/dtao spec/dtao_spec properties/dtao_properties

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help conform spec test lint format types unit test-wheel bench deep clean

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{ printf "make %-12s %s\n", $$1, $$2 }'
	@echo
	@echo "PYTHON=$(PYTHON) chooses the interpreter (3.11 or later), VENV=$(VENV) the environment that is made."

conform: $(STAMP)  ## Judge the bundled reference by all bundled vectors
	$(BIN)/dtao conform

spec: $(STAMP)  ## Render SPEC.md from the chapters
	$(BIN)/python -m dtao_spec

test: lint types unit conform  ## Everything: lint, types, unit and packaging tests, all bundled vectors

lint: $(STAMP)  ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(STAMP)  ## Format the code
	$(BIN)/ruff format .

types: $(STAMP)  ## Check types, strictly
	$(BIN)/mypy $(PACKAGES) tests

unit: $(STAMP)  ## Run the tests and doctests, the wheel test among them
	$(BIN)/python -m pytest

test-wheel: $(STAMP)  ## Build the wheel and use it in a new environment
	$(BIN)/python -m pytest tests/packaging

bench: $(STAMP)  ## Measure speed
	$(BIN)/python -m pytest tests/bench --benchmark-only

deep: $(STAMP)  ## Run the tests with many more generated examples
	$(BIN)/python -m pytest --hypothesis-profile=deep

clean:  ## Remove what was made, the environment included
	rm -rf $(VENV) build dist .benchmarks .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements.txt pyproject.toml
	@command -v $(PYTHON) > /dev/null || { echo "No $(PYTHON) was found. Install Python 3.11 or later, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: dtao-spec needs 3.11 or later. Name another one: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

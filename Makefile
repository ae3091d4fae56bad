# Two commands do everything on a fresh machine: `make conform` and `make test`.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DOCS_STAMP := $(VENV)/.installed-docs
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome || echo chromium)
CORES := $(shell getconf _NPROCESSORS_ONLN 2> /dev/null || echo 1)
# In the order of their folders: the last files are quick ones, so that no core waits for another.
ON_ALL_CORES := $(BIN)/python -m pytest --numprocesses logical --dist loadfile --no-loadscope-reorder -p no:benchmark
PACKAGES := reference/dtao spec/dtao_spec reference/dtao_lab properties/dtao_properties

# Compiled once, not by each of the processes that tests and commands start: it would take them three times as long.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help conform spec coverage test test-tools lint format types unit test-wheel wheels dist bench deep deep-tests leaks prove mutants mutmut judge-sdk judge-typescript judge-rust docs docs-serve docs-test clean

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{ printf "make %-16s %s\n", $$1, $$2 }'
	@echo
	@echo "PYTHON=$(PYTHON) chooses the interpreter (3.11 or later), VENV=$(VENV) the environment that is made."

conform: $(STAMP)  ## Judge the bundled reference by all bundled vectors, on all cores
	$(BIN)/dtao conform --workers $(CORES)

spec: $(STAMP)  ## Render SPEC.md and spec/pages from the chapters
	$(BIN)/python -m dtao_spec

coverage: $(STAMP)  ## Measure which lines and branches of each rule's code the vectors reach
	$(BIN)/dtao rules --coverage

test: lint types unit conform  ## What has to pass: lint, types, unit tests, all bundled vectors

lint: $(STAMP)  ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(STAMP)  ## Format the code
	$(BIN)/ruff format .

types: $(STAMP)  ## Check types, strictly
	$(BIN)/mypy $(PACKAGES) docs tests

unit: $(STAMP)  ## Run the tests and doctests of the rules, the laws and the judge on all cores
	$(ON_ALL_CORES) --ignore=tests/tools

test-tools: $(STAMP)  ## Run the tests of the tools: fuzzer, causes, planting, proofs, lab, wheels
	$(ON_ALL_CORES) tests/tools

test-wheel: $(STAMP)  ## Build the wheel and use it in a new environment
	$(BIN)/python -m pytest tests/tools/packaging

wheels: $(STAMP)  ## Check that every supported Python installs all pins from wheels, asking the package index
	$(BIN)/python -m tests.tools.packaging.wheels

dist: $(STAMP)  ## Build both distributions, dtao-spec and dtao-vectors, into dist/
	rm -rf dist
	$(BIN)/hatchling build --directory "$(CURDIR)/dist/dtao-spec"
	cd spec/vectors && "$(abspath $(BIN))/hatchling" build --directory "$(CURDIR)/dist/dtao-vectors"

bench: $(STAMP)  ## Measure speed, in CPU time
	$(BIN)/python -m pytest tests/bench --benchmark-only --benchmark-timer=time.process_time

deep: $(STAMP)  ## Search all eras for broken invariants for an hour (MINUTES=5 for less; REDIS_URL shares what is found)
	$(BIN)/python -m dtao_properties.fuzz.soak --minutes $(or $(MINUTES),60)

deep-tests: $(STAMP)  ## Run the tests with many more generated examples, and all of what `make test` tries some of
	$(BIN)/python -m pytest --hypothesis-profile=deep

leaks: $(STAMP)  ## List an era's named leaks, with their sizes in recorded scenarios (ARGS="--era 252 pool")
	$(BIN)/python -m dtao_properties.laws.leak_sizes $(ARGS)

prove: $(STAMP)  ## Prove the lemmas about the reference, and refute a wrong variant of each (ARGS=ID for some)
	$(BIN)/python -m dtao_properties.proofs $(ARGS)

mutants: $(STAMP)  ## Plant the listed mistakes in the reference: which check notices (ARGS="--rule ID", --fast)
	$(BIN)/python -m dtao_properties.mutants $(ARGS)

mutmut: $(STAMP)  ## Plant mechanical mistakes in its arithmetic, rules and calls (ARGS="--sample N", FUNCTION)
	$(BIN)/python -m dtao_properties.mutants.mechanical $(ARGS)

judge-sdk: $(STAMP)  ## Judge the bittensor SDK and check FINDINGS.md (ARGS=--update writes it)
	$(BIN)/python -m examples.bittensor_sdk.judge $(ARGS)

judge-typescript: $(STAMP)  ## Judge the TypeScript template (BUG=one-rao or BUG=limit plants a bug)
	@command -v node > /dev/null && command -v npm > /dev/null || { echo "judge-typescript needs node 20 or later, with npm. Install it from https://nodejs.org" >&2; exit 2; }
	@node -e 'process.exit(Number(parseInt(process.versions.node) < 20))' || { echo "node $$(node --version) is too old: judge-typescript needs 20 or later" >&2; exit 2; }
	@test examples/typescript/node_modules/.package-lock.json -nt examples/typescript/package-lock.json || npm --prefix examples/typescript ci --silent
	npm --prefix examples/typescript run --silent build
	$(BIN)/dtao conform --adapter 'cmd:node examples/typescript/dist/adapter.js$(if $(BUG), --bug $(BUG))'

judge-rust: $(STAMP)  ## Judge the Rust template (BUG=one-rao or BUG=limit plants a bug)
	@command -v cargo > /dev/null || { echo "judge-rust needs cargo, with Rust 1.77 or later. Install it from https://rustup.rs" >&2; exit 2; }
	cargo build --quiet --release --locked --manifest-path examples/rust/Cargo.toml
	$(BIN)/dtao conform --era launch --adapter 'cmd:examples/rust/target/release/dtao-adapter-rust$(if $(BUG), --bug $(BUG))'

docs: $(DOCS_STAMP)  ## Build the site into build/site; a link that leads nowhere fails
	@command -v npm > /dev/null || { echo "docs needs npm, for what the pages load in the browser. Install it from https://nodejs.org" >&2; exit 2; }
	@test docs/node_modules/.package-lock.json -nt docs/package-lock.json || npm --prefix docs ci --silent --ignore-scripts
	$(BIN)/python -m docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict --config-file docs/mkdocs.yml

docs-serve: docs  ## Serve the site on this machine, on PORT=8000
	$(BIN)/python -m http.server --directory build/site --bind 127.0.0.1 $(or $(PORT),8000)

docs-test:  ## Build the site, and try it in a headless Chromium (CHROMIUM=/path/to/it)
	@command -v $(CHROMIUM) > /dev/null || { echo "docs-test needs Chromium. Install it, or name one: make docs-test CHROMIUM=/path/to/chromium" >&2; exit 2; }
	@$(MAKE) --no-print-directory docs
	CHROMIUM=$(CHROMIUM) $(BIN)/python -m pytest -p no:benchmark tests/site/browser

clean:  ## Remove what was made, the environment included
	rm -rf $(VENV) build dist .benchmarks .hypothesis .mypy_cache .pytest_cache .ruff_cache
	rm -rf docs/node_modules examples/typescript/node_modules examples/typescript/dist examples/rust/target
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements.txt pyproject.toml
	@command -v $(PYTHON) > /dev/null || { echo "No $(PYTHON) was found. Install Python 3.11 or later, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: dtao-spec needs 3.11 or later. Name another one: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DOCS_STAMP): $(STAMP) requirements-docs.txt
	$(BIN)/python -m pip install --quiet --requirement requirements.txt --requirement requirements-docs.txt
	@touch $@

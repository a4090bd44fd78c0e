# Lancehead: everything a developer runs. `make help` lists the targets.
#
#   PYTHON=python3.12   the interpreter that .venv is made from (default: python3)
#   ARGS='-k face -x'   passed on to pytest, the benches or the demo

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PY := .venv/bin/python
PYTHON ?=
ARGS ?=

# crates/python is an extension module: it has no libpython to link a test program with.
RUST_TESTED := --workspace --exclude lancehead-python
# On CI a Cargo.lock that lags behind is an error; here cargo mends it.
LOCKED := $(if $(CI),--locked)
# The build scripts that ask for a Python get the one that will load the result.
PYO3_PYTHON := $(CURDIR)/$(PY)
export PYO3_PYTHON PYTHON

# All of crates/: some read files of other kinds into the program. Folders too: then a file that went away is noticed.
SOURCES := Cargo.toml Cargo.lock pyproject.toml $(shell find crates $(wildcard docs/verdicts) ! -name '*.snap.new')

.PHONY: FORCE help build test test-beside test-rust test-python test-others demo lint format bench bless clean
FORCE:

help: ## this list
	@echo 'Targets (PYTHON=, ARGS= as the top of the Makefile says):'
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' Makefile | expand -t 22

build: .venv/.built ## the package in .venv: .venv/bin/lancehead, .venv/bin/python -c 'import lancehead'

# Looked at every time (0.2 s); what stands on it is redone only if it was touched.
.venv/.ready: FORCE
	@bash tools/setup-venv.sh

.venv/.built: .venv/.ready $(SOURCES)
	@echo 'build: the extension module, release (a minute or two the first time)'
	@mkdir -p .build
	@VIRTUAL_ENV=$(CURDIR)/.venv $(PY) -m maturin develop --release $(LOCKED) >.build/build.log 2>&1 \
		|| { cat .build/build.log >&2; exit 1; }
	@touch $@

# In two lanes, for most tests keep one core busy: what takes as long as the other is put together. The second lane's output comes when it is done.
test: build ## every test: this Python in full; beside it the crates, and the other installed Pythons in short
	@$(MAKE) --jobs=2 test-python test-beside

test-beside: build
	@echo 'test: beside it the crates and the other Pythons (.build/beside.log)'
	@$(MAKE) --jobs=1 --keep-going test-rust test-others >.build/beside.log 2>&1 || { cat .build/beside.log; exit 1; }
	@cat .build/beside.log

test-rust: .venv/.ready ## the crates' tests alone
	@echo 'test: the crates'
	@LANCEHEAD_TEST_PYTHON=$(CURDIR)/$(PY) cargo test --quiet $(LOCKED) $(RUST_TESTED)

test-python: build ## tests/python alone, on this Python (ARGS for pytest)
	@echo "test: tests/python on $$($(PY) --version)"
	@$(PY) -m pytest $(ARGS)

test-others: build ## tests/python in short, on the other installed CPythons 3.11 to 3.13
	@bash tools/other_pythons.sh

demo: build ## two examples, plain and compiled: the time of each, and are the answers the same
	@$(PY) tools/demo.py $(or $(ARGS),examples/area.py examples/diffusion.py)

lint: build ## formatting, clippy, ruff, mypy --strict, the stubs against the built module
	@echo 'lint: cargo fmt, clippy'
	@cargo fmt --all --check
	@cargo clippy --quiet $(LOCKED) --workspace --all-targets -- -D warnings
	@echo 'lint: ruff, mypy, stubtest'
	@$(PY) -m ruff format --quiet --check . || { echo 'lint: run make format' >&2; exit 1; }
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy --no-error-summary
	@MYPYPATH=python $(PY) -m mypy.stubtest --concise --mypy-config-file pyproject.toml lancehead._lancehead | sed '/^Success/d'

format: .venv/.ready ## rewrite Rust and Python files in the project's format
	@cargo fmt --all
	@$(PY) -m ruff check --quiet --fix-only .
	@$(PY) -m ruff format --quiet .

bench: build ## benches/: ratios against plain Python and the peers (ARGS for benches/run.py)
	@$(PY) benches/run.py $(ARGS)

bless: build ## write what the text tests print now into their expected text; read the diff
	@LANCEHEAD_BLESS=1 LANCEHEAD_TEST_PYTHON=$(CURDIR)/$(PY) cargo test --quiet $(RUST_TESTED)
	@git --no-pager diff --stat

clean: ## everything that was built, the venv too
	rm -rf .venv .build target .pytest_cache .hypothesis .mypy_cache .ruff_cache
	find python tests tools examples benches -name __pycache__ -prune -exec rm -rf {} +
	rm -f python/lancehead/*.so

# Everything runs from .venv, which is made from requirements.lock; nothing is installed outside it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 >/dev/null 2>&1 && python3.11 --version >/dev/null 2>&1 && echo python3.11 || echo python3)
WORKERS ?= 2
BIN := .venv/bin
READY := .venv/.installed-from-lock

.PHONY: help demo run test check lint types contracts fire money sale bench bench-orders bench-quotes bench-geometry compare-geometry compare-costing compare-printing bench-scheduling hostile stripe-cli papers lock clean

help: ## show this list
	@echo "Commonforge. Needs Python 3.11 or newer, git and make; the first command sets up .venv (about a minute)."
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## play one real order over HTTP, from a CAD file to a payout, and print each step
	@$(BIN)/python -m tools.demo

run: $(READY) ## serve the marketplace with sample data at a printed address; Ctrl-C ends it
	@$(BIN)/python -m tools.run

test: $(READY) ## run all tests (WORKERS=2 processes)
	$(BIN)/python -m pytest -n $(WORKERS)

check: lint types contracts test ## all that must be green before a commit: lint, types, contracts, test

lint: $(READY) ## style and common mistakes (ruff)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## static types (mypy --strict)
	$(BIN)/mypy

contracts: $(READY) ## which package may import which (import-linter)
	$(BIN)/lint-imports

fire: $(READY) ## let 64 threads order, cancel and let lapse at one work centre, 100 rounds (ROUNDS=number)
	@FIRE_ROUNDS=$(or $(ROUNDS),100) $(BIN)/python -m pytest -n 0 -s tests/marketplace/workflows/test_under_fire.py

money: $(READY) ## prove that money stays right: 20,000 random stories, two at once (STORIES=number, ROUNDS=number, SEED=number)
	@$(BIN)/python -m tools.money_proofs --workers $(WORKERS) --stories $(or $(STORIES),20000) --rounds $(or $(ROUNDS),200) --seed $(or $(SEED),20261128)

sale: $(READY) ## let 100 buyers order 10 places at once over HTTP, 100 rounds, unpaid and paid (ROUNDS=number)
	@$(BIN)/python -m tools.bench.sale --rounds $(or $(ROUNDS),100)

bench: $(READY) ## measure the speed of the order flow, beside the limits of this machine
	@$(BIN)/python -m tools.bench

bench-orders: $(READY) ## measure what an order costs at 1, 8 and 32 clients, beside pgbench, and among 100,000 factories
	@$(BIN)/python -m tools.bench.of_orders

bench-quotes: $(READY) ## measure offers from 1,000, 10,000 and 100,000 live listings, beside bare numpy and bare SQL
	@$(BIN)/python -m tools.bench_quotes

bench-scheduling: $(READY) ## measure our plans against proven optima of job-shop benchmarks (ORTOOLS=1: CP-SAT too)
	@$(BIN)/python -m tools.bench_scheduling

bench-geometry: $(READY) ## measure what reading each kind of CAD file costs (GEOMETRY_FILES=folder: more files)
	@$(BIN)/python -m tools.bench_geometry

compare-geometry: $(READY) ## compare measured parts with outside programs: admesh, gmsh (GEOMETRY_FILES=folder: those)
	@$(BIN)/python -m tools.compare_geometry

compare-costing: $(READY) ## worked examples of public sources beside what our routings make of them
	@$(BIN)/python -m tools.compare_costing

compare-printing: $(READY) ## compare print times and filament with PrusaSlicer (PRINT_FILES=folder: those)
	@$(BIN)/python -m tools.compare_printing

hostile: $(READY) ## throw 5,000 damaged files at the kernel (SEED=number, GEOMETRY_FILES=folder)
	@$(BIN)/python -m tools.hostile

stripe-cli: $(READY) ## run the recipes of Stripe's own CLI (fetched by npm) against the local Stripe (SHORT=1: a few)
	@SHORT=$(SHORT) $(BIN)/python -m tools.stripe_cli

papers: $(READY) ## write what docs/ shows of the code anew: tables, diagrams, price trees
	@for paper in tools/*_docs.py; do $(BIN)/python -m tools.$$(basename $$paper .py); done

lock: ## work out requirements.lock anew from pyproject.toml (needs uv)
	uv lock --quiet
	uv export --quiet --frozen --no-emit-project --all-groups --no-header --no-annotate --format requirements.txt > requirements.lock.new
	mv requirements.lock.new requirements.lock

clean: ## stop the local servers and delete .var (local data) and .venv
	@if [ -x $(BIN)/python ] && [ -d .var ]; then $(BIN)/python -m tools.clean; fi
	rm -rf .var .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# A half-finished environment has no stamp, so it is made again.
$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Commonforge needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Setting up .venv: $$(grep -c '==' requirements.lock) packages, 900 MB on disk, about a minute; only when requirements.lock changes."
	@began=$$(date +%s); set -e; \
	if uv --version >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv; \
		uv pip install --quiet --require-hashes --python $(BIN)/python -r requirements.lock; \
	else \
		$(PYTHON) -m venv .venv; rm -f .venv/.failed; \
		{ PYTHONUNBUFFERED=1 $(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock || touch .venv/.failed; } \
		| { n=0; while read -r word name rest; do case "$$word" in \
			Collecting|Processing) n=$$((n + 1)); echo "  $$n $$name";; \
			Installing) echo "  installing...";; \
		esac; done; }; \
		test ! -e .venv/.failed; \
	fi; \
	touch $@; echo "Ready in $$(( $$(date +%s) - began )) s."

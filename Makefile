# What people run is what machines run. All paths are relative: the checkout may lie anywhere.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY := .venv/bin/python
MANAGE := $(PY) -W ignore manage.py
CORPUS ?= ../shared/corpus
OUT ?= demo-report.pdf
FAST := -m "not slow"
# Two at a time, each file whole in one process: what its tests share is made once.
SPREAD := -n 2 --dist loadfile --no-loadscope-reorder
# Of the fault tests: sqlite, postgres or both; what their dice fall by; how often, how long.
# The engine's bench is on PostgreSQL and Redis unless this is sqlite.
DATABASE ?= both
SEED ?= 1
REPEAT ?= 1
MINUTES ?= 10

.PHONY: help demo run test test-fast test-servers test-faults chaos check fix bench bench-retrieval bench-live bench-engine bench-pdf bench-report bench-verify bench-fetch bench-import clean

help:
	@echo "make demo    set up, run one real analysis, write $(OUT)"
	@echo "make run     web server and worker until Ctrl-C"
	@echo "make test    the whole suite: SQLite first, then PostgreSQL and Redis"
	@echo "make test-faults  kill, freeze and cut off everything while it works; make chaos: at random"
	@echo "make check   format, lint, types, import contracts, migrations"
	@echo "make bench   what it costs, as ratios measured in one run"
	@echo "make clean   remove the environment and all data of this checkout"

# Quiet (-qq): pip 23.2 warns of an extra of lxml that newer ones spell differently; it is pinned.
.venv/ready: requirements.txt
	@test -x $(PY) || "$(PYTHON)" -m venv .venv
	@echo "Installing requirements.txt ..."
	@$(PY) -m pip install -qq --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/ready-dev: requirements.txt requirements-dev.txt | .venv/ready
	@echo "Installing requirements-dev.txt ..."
	@$(PY) -m pip install -qq --disable-pip-version-check -r requirements-dev.txt
	@touch .venv/ready $@

.PHONY: ready
ready: .venv/ready
	@$(MANAGE) migrate -v 0
	@$(MANAGE) load_catalogue -v 0

demo: ready
	@$(MANAGE) demo --out "$(OUT)"

run: ready
	@$(MANAGE) up

# The servers are thrown away with their databases, so nobody need drop these (--reuse-db).
test: .venv/ready-dev
	$(PY) -m pytest $(SPREAD)
	$(PY) -m tests.servers -- $(PY) -m pytest $(SPREAD) -m servers --reuse-db

test-fast: .venv/ready-dev
	$(PY) -m pytest $(SPREAD) $(FAST)

test-servers: .venv/ready-dev
	$(PY) -m tests.servers -- $(PY) -m pytest $(SPREAD) -m servers --reuse-db

test-faults: .venv/ready-dev
	$(PY) -m tests.faults --database $(DATABASE) --seed $(SEED) --repeat $(REPEAT)

chaos: .venv/ready-dev
	$(PY) -W ignore -m tests.faults.chaos --minutes $(MINUTES) --seed $(SEED)

check: .venv/ready-dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) spectacular --fail-on-warn --validate --file /dev/null

fix: .venv/ready-dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: .venv/ready-dev
	$(PY) -m tests.bench.whole

bench-retrieval: .venv/ready-dev
	$(PY) -m tests.bench.scale "$(CORPUS)"
	$(PY) -m tests.bench.stale "$(CORPUS)"
	$(PY) -m tests.bench.retrieval "$(CORPUS)"

bench-live: .venv/ready-dev
	$(PY) -m tests.bench.live

bench-engine: .venv/ready-dev
	$(if $(filter sqlite,$(DATABASE)),,$(PY) -m tests.servers -- )$(PY) -m tests.bench.engine

bench-pdf: .venv/ready-dev
	$(PY) -m tests.bench.pdf

bench-report: .venv/ready-dev
	$(PY) -m tests.bench.report

bench-verify: .venv/ready-dev
	$(PY) -m tests.bench.verify "$(CORPUS)"

bench-fetch: .venv/ready-dev
	$(PY) -W ignore -m tests.bench.fetch

bench-import: .venv/ready-dev
	$(PY) -W ignore -m tests.bench.importing "$(CORPUS)"

clean:
	rm -rf .venv var staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -f demo-report.pdf demo-report.json
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

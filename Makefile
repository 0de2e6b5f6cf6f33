# Needs python3 (3.11 or newer, with venv), make and nothing else.
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
BIN := $(VENV)/bin
# Tests wait for processes and disks: one more than the processors keeps these busy.
JOBS ?= $(shell echo $$(($$(nproc 2>/dev/null || echo 1) + 1)))
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
INSTALLED := --constraint constraints.txt --editable '.[test]'
QUICK := tests/unit --ignore=tests/unit/netherlands/simulator --ignore=tests/unit/service \
    --ignore=tests/unit/archive --ignore=tests/unit/text/test_extractor.py

# The tests start many processes: without bytecode each of them would compile Griffie again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help quick demo run test long bench bench-s3 soak histories fortnight sbom format clean
.DEFAULT_GOAL := test

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Griffie needs Python \
	3.11 or newer, and $(PYTHON) is older: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	@# uv installs in seconds what takes pip a minute and more; where it cannot be had, pip does it.
	$(PIP) uv 2>/dev/null && $(BIN)/uv pip install -q -p $(BIN)/python $(INSTALLED) || $(PIP) $(INSTALLED)
	touch $(READY)

help:             ## the targets, and what they do
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## *\(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

demo: $(READY)    ## a fictional parliament, harvested and served, on this machine alone; PORT=8002
	$(BIN)/griffie demo $(if $(PORT),--port $(PORT))

run: $(READY)     ## harvest the real sources into ./griffie-data and serve them
	$(BIN)/griffie init --if-missing
	$(BIN)/griffie harvest --all $(if $(SINCE),--since $(SINCE))
	$(BIN)/griffie serve

# Without the tests that run servers, processes or a browser of their own: those are the slow ones.
quick: $(READY)   ## lint, types, import contracts and the quick unit tests, in under two minutes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -n $(JOBS) -m 'not corpus' $(QUICK) $(PYTEST)

test: $(READY)    ## everything that is checked, with real processes, servers and a browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -n $(JOBS) $(PYTEST)

bench: $(READY)   ## CORPUS=DIR runs against real papers
	$(BIN)/python -m tests.benchmarks.verdicts $(if $(CORPUS),--corpus $(CORPUS))
	$(if $(CORPUS),$(BIN)/python -m tests.benchmarks.references --corpus $(CORPUS))
	$(BIN)/python -m tests.benchmarks $(if $(CORPUS),--corpus $(CORPUS))

bench-s3: $(READY) ## puts into a bucket, beside bare boto3 on the same server
	$(BIN)/python -m tests.benchmarks.s3

long: $(READY)    ## the long tests, too; 25 minutes
	$(BIN)/python -m pytest -n $(JOBS) --long $(PYTEST)

soak: $(READY)    ## RUNS=200 disturbed lives of archives in folders and buckets; 40 minutes
	$(BIN)/python -m tests.end_to_end.soak --runs $(or $(RUNS),200) --seed $(or $(SEED),0)

histories: $(READY) ## COUNT=5000 random histories of two sources, each indexed in two ways; 10 minutes
	$(BIN)/python -m pytest -q -n $(JOBS) tests/unit/index/test_histories*.py --histories $(or $(COUNT),5000)

fortnight: $(READY) ## DAYS=14 days of a parliament under a service, with two outages; 3 minutes
	$(BIN)/python -m tests.end_to_end.fortnight --days $(or $(DAYS),14) --seed $(or $(SEED),7)

# From an environment with nothing in it but what runs: no tests, no tools, not what writes the list.
sbom:             ## build/griffie.cdx.json: every dependency with version and licence (CycloneDX)
	$(PYTHON) -m venv --clear build/runtime
	build/runtime/bin/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt \
	    '.[mail,simulator,snapshots,timestamps]'
	$(PYTHON) -m venv --clear build/lister
	build/lister/bin/python -m pip install -qq --disable-pip-version-check cyclonedx-bom==7.5.0
	build/lister/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
	    --output-file build/griffie.cdx.json build/runtime/bin/python

format: $(READY)  ## mend style, and what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:            ## remove what was made here
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

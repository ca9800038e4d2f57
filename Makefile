# What people do here. `make test` and `make demo` set up a fresh clone and run; none of them asks anything.
PY := .venv/bin/python
READY := .venv/.ready
INTEROP := .venv-interop/.ready
# The programs of a venv name its folder: one that came from elsewhere with the clone is installed into anew.
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint faults cron-test bench bench-schedule interop lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1	/' | expand -t 16

setup: $(READY) ## .venv with .venv/bin/sagwan and everything that the lock names
	@echo ready: .venv/bin/sagwan

$(READY): requirements-dev.lock pyproject.toml .ci/venv
	@.ci/venv .venv requirements-dev.lock
	@$(PY) -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@PYTHONDONTWRITEBYTECODE= $(PY) -W ignore -c 'from tests.zygote import load; load()' # what sagwan imports is compiled now
	@pwd -P >$@

demo: $(READY) ## collect from a small simulated portal and ask the archive
	@$(PY) -m tests.portal.demo

# Where there is no such `timeout` (macOS), the limit of each test has to do.
LIMITED = timeout --foreground --kill-after=10 1800
# What Python compiles is kept, also where the environment says otherwise: the tests start many processes. Folders of tests
# that passed go at once: they may lie in memory.
PYTEST = PYTHONDONTWRITEBYTECODE= TMPDIR=$$(.ci/folder) $(if $(shell $(LIMITED) sh -c 'echo it' 2>/dev/null),$(LIMITED) )$(PY) -m pytest
# Three of its processes for two cores: a test waits for delays a third of its time.
WORKERS = $$(( ($$(getconf _NPROCESSORS_ONLN) * 3 + 1) / 2 ))
test: $(READY) ## the whole test suite; ends by itself
	@$(PYTEST) --numprocesses $(WORKERS) --dist worksteal -o faulthandler_timeout=240 \
		-o tmp_path_retention_policy=failed -o tmp_path_retention_count=1 </dev/null

lint: $(READY) ## ruff and mypy
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m mypy

faults: $(READY) ## every fault of docs/reliability.md, played for real; writes that page, fails where a row is not held
	@$(PY) -m tests.faults $(FAULTS)

cron-test: $(READY) ## ten minutes under a real cron daemon (needs root and Debian's cron); writes the table of docs/cron.md
	@$(PY) -m tests.longrun $(CRON)

bench: $(READY) ## the ratios of docs/performance.md, measured now; fails below their floors
	@$(PY) -m bench $(BENCH)

bench-schedule: $(READY) ## the table of docs/schedule.md, by simulation (some minutes)
	@$(PY) -m bench.schedule $(BENCH)

interop: $(READY) $(INTEROP) ## warcio, fastwarc, cdxj-indexer and pywb read what we write
	@$(PY) -m tests.interop

$(INTEROP): tests/interop/requirements.lock .ci/venv
	@.ci/venv .venv-interop tests/interop/requirements.lock
	@touch $@

# Locks hold versions and hashes, and no address of any index.
LOCK = uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet
lock: ## write the lock files anew from pyproject.toml (needs uv)
	$(LOCK) pyproject.toml --extra dev -o requirements-dev.lock
	$(LOCK) pyproject.toml -c requirements-dev.lock -o requirements.lock
	$(LOCK) tests/interop/requirements.in -o tests/interop/requirements.lock

clean: ## remove what these commands made (never an archive)
	@rm -rf .venv .venv-interop .venv.lock .venv-interop.lock build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

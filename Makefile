# Two commands on a fresh machine: `make run` and `make test`. Needs Python 3.11 or newer, make, sh.
#
#   make run        the shipped scenario, east_west          make lint    style, types, floors
#   make test       every test                               make lock    pin new versions (needs uv)
#   make test-fast  all but the slow ones                    make clean   remove all that make made
#
# Say `make PYTHON=python3.12 …` for another interpreter and `PYTEST_ARGS="-k carbon"` for some tests.

PYTHON ?= python3
UV ?= uv
VENV = .venv
SCENARIO = east_west
PYTEST_ARGS =

ifeq ($(filter .venv%,$(VENV)),)
$(error VENV=$(VENV) is refused, because it would be emptied: give a name in this folder that begins with .venv)
endif

BIN := $(VENV)/bin
STAMP := $(VENV)/installed
TESTED := $(VENV)/tested
PYTEST = $(BIN)/pytest -n 2 --dist loadfile

# The stamp says in which folder the finished installation was made. An environment that was cut
# short, moved with its folder, or has lost its interpreter is made anew.
ifneq ($(shell cat $(STAMP) 2>/dev/null && $(BIN)/python -c "" 2>/dev/null && echo runs),$(CURDIR) runs)
.PHONY: $(STAMP)
endif

.PHONY: run test test-fast lint install lock clean
.DEFAULT_GOAL := run

run: $(STAMP)
	$(BIN)/westshift run $(SCENARIO)

test: $(TESTED)
	$(PYTEST) $(PYTEST_ARGS)

test-fast: $(TESTED)
	$(PYTEST) -m "not slow" $(PYTEST_ARGS)

lint: $(TESTED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

install: $(STAMP)

# uv, where it is on the machine already, is only a faster way to the same environment: if it fails
# (it does not read pip's settings), plain venv and pip do the work.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "westshift needs Python 3.11 or newer and \"$(PYTHON)\" is not that: install one and name it, as in: make PYTHON=python3.12" >&2; \
	    exit 1; }
	@echo "Installing into $(VENV) (once; a minute or so) ..."
	@rm -rf $(VENV)
	@if command -v $(UV) >/dev/null 2>&1 \
	    && $(UV) venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV) 2>/dev/null \
	    && $(UV) pip install --quiet --python $(BIN)/python -r requirements.lock 2>/dev/null \
	    && $(UV) pip install --quiet --python $(BIN)/python --no-deps -e . 2>/dev/null; then :; else \
	    $(PYTHON) -m venv --clear $(VENV) \
	    && $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock \
	    && $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .; fi
	@echo "$(CURDIR)" > $@

# What tests and linters need besides, PyPSA with its long tail among it: a run does without.
$(TESTED): $(STAMP) requirements-test.lock
	@echo "Installing what the tests need ..."
	@if command -v $(UV) >/dev/null 2>&1 \
	    && $(UV) pip install --quiet --python $(BIN)/python -r requirements-test.lock 2>/dev/null; then :; else \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.lock; fi
	@echo "$(CURDIR)" > $@

# Files for Python 3.11 to 3.13, through markers, and no address in them.
LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links \
    --no-header --no-annotate pyproject.toml
lock:
	$(LOCK) --upgrade --extra test --extra dev -o requirements-test.lock
	$(LOCK) --extra all --constraint requirements-test.lock -o requirements.lock

clean:
	rm -rf .venv* build dist results *.egg-info .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

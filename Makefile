# make run    start the app (PORT=8501)     make test   everything that is tested
# make check  format, lint, types           make bench  how fast, beside a peer
# make browser  builds browser/built, which is committed, from browser/src (needs Node; make run does not)
# make mutants  changes of the code that no test notices (not in CI; PARTS="sse price" for some)

PORT ?= 8501
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test test-unit test-browser check check-browser browser mutants bench format lock

run: .venv/.run
	exec $(BIN)/python -m streamlit run app.py --server.address=127.0.0.1 --server.port=$(PORT)

test: test-unit test-browser

test-unit: .venv/.dev
	$(BIN)/python -m pytest --ignore=tests/browser --numprocesses=2

test-browser: .venv/.dev
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m pytest tests/browser --numprocesses=2 --dist=loadfile $(PYTEST_ARGS)

check: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
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

mutants: .venv/.dev .venv/.mutants
	nice $(BIN)/python -m tests.mutants $(PARTS)

bench: .venv/.dev
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m bench

format: .venv/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	@if test -e browser/node_modules/.installed; then cd browser && npm run --silent format; fi

# Stamps: a second start installs nothing.
.venv/.run: requirements.txt constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	touch $@

.venv/.dev: .venv/.run requirements-dev.txt constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	touch $@

.venv/.mutants: requirements-mutants.txt constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-mutants.txt -c constraints.txt
	touch $@

browser/node_modules/.installed: browser/package.json browser/package-lock.json
	cd browser && npm ci --no-audit --no-fund --loglevel=error
	touch $@

# Writes the versions that a fresh environment gets today into constraints.txt.
lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet -r requirements.txt -r requirements-dev.txt -r requirements-mutants.txt
	build/lock/bin/python -m pip freeze --exclude pip --exclude setuptools > constraints.txt

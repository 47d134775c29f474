# The commands of this project. Each does all its own set-up.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
RUN_READY := .venv/.run-ready
DEV_READY := .venv/.dev-ready

.PHONY: run test check bench screenshots lock clean

run: $(RUN_READY)  ## start Afterword on this machine
	@$(BIN)/python -m afterword serve

test: check  ## everything CI runs
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not browser"
	$(BIN)/python -m pytest -m browser  # alone: they hear and tell the time

check: $(DEV_READY)  ## style, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV_READY)  ## speed, memory and understanding, printed as figures and ratios
	$(BIN)/python -m bench

screenshots: $(DEV_READY)  ## the pictures in docs/
	$(BIN)/python -m tools.screenshots

lock:  ## new lock files after a change in pyproject.toml (needs uv)
	uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --universal \
	  --python-version 3.11 pyproject.toml -o requirements.txt
	uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --universal \
	  --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.txt
	uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --universal \
	  --python-version 3.11 --extra model pyproject.toml -o requirements-model.txt
	uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-deps \
	  --python-version 3.11 requirements-llama.in -o requirements-llama.txt

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Afterword needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Please install Python's venv: apt install python3-venv"; exit 1; }

$(RUN_READY): requirements.txt pyproject.toml | .venv/bin/pip
	@echo "Setting up (once)..."
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_READY): requirements-dev.txt requirements-llama.txt pyproject.toml | .venv/bin/pip
	@echo "Setting up for development (once)..."
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-llama.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(RUN_READY)

clean:  ## remove what was built here (never a notebook)
	rm -rf .venv build *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

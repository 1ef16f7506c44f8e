# make demo   animate a photograph: sets everything up in .venv, then PHOTO and PROMPT, or a photograph of its own
# make test   linter, types, import rules and tests
# make help   every target

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
# The first Python of at least 3.11 that really starts (a pyenv shim may exist and fail); `make PYTHON=...` chooses.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$python"; break; }; done)
PHOTO ?=
PROMPT ?=
export PHOTO PROMPT
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.PHONY: help venv demo test lint types arrows tests slow format docs clean

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

venv: $(READY) ## set up .venv with Stillreel and its development tools

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Stillreel needs Python 3.11 or newer; found none on the PATH."; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV) || \
		{ echo "On Debian and Ubuntu: apt install python3-venv"; rm -rf $(VENV); exit 1; }
	@echo "Installing Stillreel into $(VENV) (a few minutes the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(READY) ## animate a photograph: make demo [PHOTO=my.jpg] [PROMPT="slow push-in"]
	@$(BIN)/python examples/demo.py

test: lint types arrows tests ## everything that must pass before a commit

lint: $(READY) ## ruff
	$(BIN)/ruff check .

types: $(READY) ## pyright
	$(BIN)/pyright

arrows: $(READY) ## import-linter: which room may import which
	$(BIN)/lint-imports

tests: $(READY) ## pytest without the markers slow and gpu
	$(BIN)/pytest -m "not slow and not gpu"

slow: $(READY) ## the long tests
	$(BIN)/pytest -m "slow and not gpu"

format: $(READY) ## put every file into ruff's shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY) ## write the generated pages of docs/reference again
	$(BIN)/python docs/generate.py

clean: ## remove .venv and what the tools left behind
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache demo

# Needs Python 3.11 or newer (with venv and pip) and make; everything else goes into .venv.
PYTHON ?= python3

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install

# Relative on purpose: pip splits these variables at spaces, and a folder's name may hold one.
export PIP_CONSTRAINT := constraints.txt
export PIP_BUILD_CONSTRAINT := constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo test bench format clean

help:
	@echo "make demo    solve the example exercise and check the example homework"
	@echo "make test    run linters, type checks and the whole test suite"
	@echo "make bench   measure start-up and throughput"
	@echo "make format  let ruff format the sources and mend what it can"
	@echo "make clean   remove .venv and everything that was generated"

demo: $(VENV)/core.stamp
	@$(BIN)/python tools/demo.py

test: $(VENV)/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	HYPOTHESIS_PROFILE=ci $(BIN)/pytest --numprocesses auto --dist worksteal

bench: $(VENV)/core.stamp
	$(BIN)/python benchmarks/run.py

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is as new as the last setup that went through to its end.
$(VENV)/venv.stamp:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	  echo "deltarule needs Python 3.11 or newer, and there is no '$(PYTHON)' here." >&2; \
	  echo "Install Python, or name yours: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "deltarule needs Python 3.11 or newer; '$(PYTHON)' is" \
	    "$$("$(PYTHON)" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')." >&2; \
	  echo "Install a newer one and name it: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "'$(PYTHON)' comes without its venv or pip module, which the setup needs." >&2; \
	  echo "On Debian or Ubuntu: apt-get install python3-venv python3-pip" >&2; exit 1; }
	@echo "Setting up $(VENV) ..."
	@rm -rf $(VENV)
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	@touch $@

$(VENV)/core.stamp: $(VENV)/venv.stamp pyproject.toml constraints.txt
	@echo "Installing deltarule ..."
	@$(PIP) --editable .
	@$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/dev.stamp: $(VENV)/core.stamp
	@echo "Installing the tools of the tests ..."
	@$(PIP) --editable '.[dev]'
	@touch $@

# make run opens the studio, make test passes the tests; each sets up all it needs in .venv first.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.ONESHELL:

VENV := .venv
BIN := $(VENV)/bin
DECLARED := pyproject.toml constraints.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check install $(if $(MAKE_TERMOUT),,--quiet) -c constraints.txt

.PHONY: help run test fuzz soak crash-test lint types bench clean setup setup-dev

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## open the studio; ARGS="train --preset mnist-quick" runs another command
	@$(BIN)/python -m ganstudio $(ARGS)

# A process a core, each with one thread: two that want all cores slow each other down far more than by half. Bytecode is
# kept, whatever the environment says: without it every process of every run compiles all tests anew, for 5 s.
test: setup-dev ## all tests; ARGS="-k name" picks some
	@$(call real-screen)
	QT_QPA_PLATFORM=offscreen OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= \
	  $(BIN)/python -m pytest -n auto --maxprocesses 8 --dist worksteal $(ARGS)

fuzz: setup-dev ## hostile files, many and at random (minutes); SEED=n repeats a run, EXAMPLES=n, ARGS="tests/runs"
	@seed=$(or $(SEED),$$RANDOM)
	echo "make fuzz SEED=$$seed repeats this run."
	QT_QPA_PLATFORM=offscreen OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m fuzz -n auto --maxprocesses 8 --dist worksteal \
	  --timeout 3600 --hypothesis-profile fuzz --hypothesis-seed $$seed $(ARGS)

lint: setup-dev ## style, format and floors
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/lint-imports

types: setup-dev ## types
	@$(BIN)/mypy

bench: setup-dev ## the benchmarks, one after the other (minutes)
	@shopt -s nullglob; for each in tests/benchmarks/*.py; do
	  grep -q __main__ "$$each" || continue  # what others import
	  echo "$$each"; $(BIN)/python "$$each"
	done

soak: setup-dev ## the window driven at random, and watched; SECONDS=7200 SEED=1 ARGS="--screen x"
	@$(call real-screen)
	PYTHONPATH=.:tests $(BIN)/python -m soak --seconds $(or $(SECONDS),7200) --seed $(or $(SEED),1) $(ARGS)

crash-test: setup-dev ## runs killed at random, and resumed; ROUNDS=200 SEED=1
	@PYTHONPATH=.:tests $(BIN)/python -m soak.kills --rounds $(or $(ROUNDS),200) --seed $(or $(SEED),1) $(ARGS)

clean: ## remove what was built, .venv too
	@if [ -L $(VENV) ]; then rm $(VENV); else rm -rf $(VENV); fi
	@rm -rf build dist .mypy_cache .ruff_cache .import_linter_cache .pytest_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup: $(VENV)/.window-is-installed
	@$(call system-libraries)

setup-dev: $(VENV)/.dev-is-installed
	@$(call system-libraries)

$(VENV)/.window-is-installed: $(DECLARED) | $(BIN)/python
	@echo "Installing GAN Studio into $(VENV); the first time this takes minutes."
	@$(PIP) -e ".[gui]"
	@touch $@

$(VENV)/.dev-is-installed: $(DECLARED) | $(BIN)/python
	@echo "Installing GAN Studio and its tests into $(VENV); the first time this takes minutes."
	@$(PIP) -e ".[gui,dev,video,onnx,tensorboard]"
	@touch $@ $(VENV)/.window-is-installed

# The first Python that is new enough; a bare Debian keeps the venv module in a package of its own.
$(BIN)/python:
	@find_python() {
	  for each in python3 python3.13 python3.12 python3.11; do
	    "$$each" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo "$$each" && return
	  done
	  return 1
	}
	get() {
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$$@" >/dev/null
	  else
	    echo "GAN Studio needs $$1. On Debian: sudo apt-get install $$*" >&2; exit 2
	  fi
	}
	find_python >/dev/null || get python3 python3-venv
	python=$$(find_python) || { echo "GAN Studio needs Python 3.11, 3.12 or 3.13." >&2; exit 2; }
	"$$python" -c 'import ensurepip' 2>/dev/null || get "$$("$$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')"
	"$$python" -m venv --clear $(VENV)

# Qt's wheels load these from the system; root gets them installed, others are told.
define system-libraries
packages=$$($(BIN)/python -c 'from ganstudio import doctor; print(*doctor.missing_packages())')
if [ -n "$$packages" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing the system libraries that Qt needs: $$packages"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$packages >/dev/null
elif [ -n "$$packages" ]; then
  echo "Qt needs system libraries. On Debian: sudo apt-get install $$packages" >&2
fi
endef

# The window is also looked at on an X server of the tests' own, under a window manager; root gets them installed.
define real-screen
packages=$$($(BIN)/python tests/support/walk/screens.py)
if [ -n "$$packages" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing what shows the window on a real screen in tests: $$packages"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$packages >/dev/null; } ||
    echo "They cannot be installed; the tests on a real screen are skipped." >&2
elif [ -n "$$packages" ]; then
  echo "The tests on a real screen are skipped. On Debian: sudo apt-get install $$packages" >&2
fi
endef

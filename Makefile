# make run: the demo. make test: everything. The rest is listed by `make help`.

# The first Python on the path that is new enough.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# Wheels only: nothing is compiled on the machine, and no package runs code to be installed.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all:
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	--generate-hashes
ARGS ?=

export PIP_ROOT_USER_ACTION := ignore
export UV_CUSTOM_COMPILE_COMMAND := make lock

.PHONY: help install dev run port-is-free test lint check prove bench soak pictures lock audit clean

help:
	@echo 'make install   the runtime, into .venv'
	@echo 'make run       the demo clinic; stop it with Ctrl+C'
	@echo 'make test      all tests, on SQLite and PostgreSQL (ARGS="tests/booking -x" for some)'
	@echo 'make lint      format, lint, types, missing migrations'
	@echo 'make check     lint and test'
	@echo 'make prove     the tests with their long versions'
	@echo 'make bench     what answers cost, and how that grows (ARGS="--quick"; ARGS="load": many book at once)'
	@echo 'make soak      half an hour of mixed load (ARGS="3" for three minutes)'
	@echo 'make pictures  screenshots, and what each page weighs'
	@echo 'make lock      writes the locks, from requirements*.in'
	@echo 'make audit     what can be said of the packages without the network, and what cannot'
	@echo 'make clean     removes .venv and what tools left; keeps var/'

install: .venv/.runtime
dev: .venv/.dev

# First of all: a port that is taken or not permitted is said before half a minute of installing and seeding.
port-is-free:
	@test -z "$(PYTHON)" || $(PYTHON) clinic/running/listening.py

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or newer is needed (on Debian: apt-get install python3).' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo 'Python can make no environments here (on Debian: apt-get install python3-venv).' >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.runtime: requirements.lock | .venv/bin/python
	@echo 'Installing into .venv; this takes about a minute.'
	@$(PIP) -r requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock | .venv/bin/python
	@echo 'Installing into .venv, with the tools for tests; this takes about a minute.'
	@$(PIP) -r requirements-dev.lock
	@touch $@

run: export CLINIC_MODE := demo
run: | port-is-free install
	@$(BIN)/python manage.py migrate --verbosity 0
	@test -e "$${DATA_DIR:-var}/demo-accounts.txt" || $(BIN)/python manage.py seed_demo
	@exec $(BIN)/python manage.py up

test: dev
	@$(BIN)/python -m tests.run $(ARGS)

lint: dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@test ! -d templates || $(BIN)/djlint --quiet --lint templates
	@$(BIN)/mypy
	@$(BIN)/python manage.py makemigrations --check

check: lint test

prove: dev
	@PROVE=1 $(BIN)/python -m tests.run $(ARGS)

bench: dev
	@$(BIN)/python -m tests.bench $(ARGS)

soak: dev
	@$(BIN)/python -m tests.soak $(ARGS)

pictures: dev
	@test -f tests/pictures.py || { echo 'There are no pictures to take yet.' >&2; exit 1; }
	@$(BIN)/python -m tests.pictures $(ARGS)
	@$(BIN)/python -m tests.weights

lock: dev
	@$(COMPILE) requirements.in -o requirements.lock
	@$(COMPILE) requirements-dev.in -o requirements-dev.lock
	@$(PIP) -r requirements-dev.lock
	@$(BIN)/python manage.py write_docs >/dev/null

audit: dev
	@$(BIN)/python -m tests.audit

clean:
	@rm -rf .venv staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@test ! -d var || echo 'Kept var/: it holds the data. For a fresh demo delete it yourself.'

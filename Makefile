# Everything made here lives in .build. Virtual environments are made once, of the files in tests/requirements.

PYTHON ?= python3
ARGS ?=

VENV := .build/venv
TOOLS := $(VENV)/tools/bin
PYTEST := $(TOOLS)/python -m pytest
# One worker a core, but an ansible-playbook and a simulator each: more than eight ask too much of a large machine.
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); [ $$n -gt 8 ] && n=8; [ $$n -lt 2 ] && n=2; echo $$n)

.DEFAULT_GOAL := help
.PHONY: help demo test unit integration sanity lint docs build release-check bench simulator clean \
        python collection venv-simulator venv-oldest venv-newest venv-tools venv-importer

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*  ## /  make \1 \t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22
	@echo
	@echo "  ARGS= is handed on: make simulator ARGS='--listen 127.0.0.1:9443 --vms 50', make unit ARGS='-k wire'"
	@echo "  PYTHON= is the Python to set up with (3.11 or later), WORKERS= how many tests run at once"

demo: venv-simulator venv-newest collection  ## run playbooks/demo.yml against a simulated vCenter
	@$(VENV)/simulator/bin/python -m tests.tools.demo $(ARGS)

test: venv-tools venv-oldest venv-newest venv-importer collection  ## everything: unit, integration, sanity, linters
	@exec $(PYTEST) -n $(WORKERS) $(ARGS)

unit: venv-tools collection  ## the unit tests
	@exec $(PYTEST) tests/unit $(ARGS)

integration: venv-tools venv-oldest venv-newest collection  ## real playbooks against the simulator
	@exec $(PYTEST) -n $(WORKERS) tests/integration $(ARGS)

sanity: venv-tools venv-oldest venv-newest venv-importer collection  ## ansible-test sanity, and the built collection
	@exec $(PYTEST) -n $(WORKERS) tests/sanity -m 'not lint' $(ARGS)

lint: venv-tools collection  ## ruff, yamllint, ansible-lint, antsibull-docs and antsibull-changelog
	@exec $(PYTEST) -n $(WORKERS) tests/sanity -m lint $(ARGS)

docs: venv-tools collection  ## the documentation as HTML, in .build/docs/html
	@$(TOOLS)/python -m tests.tools.docs

build: venv-tools  ## the collection's tarball, in .build/dist
	@ANSIBLE_HOME=.build/ansible $(TOOLS)/python -m ansible galaxy collection build --force --output-path .build/dist

release-check: venv-tools venv-oldest venv-newest venv-importer collection  ## what must be true before a release
	@$(TOOLS)/python -m tests.tools.release $(ARGS)
	@exec $(PYTEST) -n $(WORKERS) tests/sanity

bench: venv-tools venv-oldest venv-newest collection  ## what a task costs, against ansible.builtin.ping
	@$(TOOLS)/python -m tests.benchmark $(ARGS)

simulator: venv-simulator  ## a simulated vCenter in the foreground
	@exec $(VENV)/simulator/bin/python -m tests.simulator $(ARGS)

clean:  ## remove .build
	rm -rf .build

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed, and '$(PYTHON)' is not: set PYTHON=/path/to/python3" >&2; exit 1; }

venv-simulator venv-oldest venv-newest venv-tools venv-importer: venv-%: python
	@$(PYTHON) tests/tools/venv.py $*

collection: python
	@$(PYTHON) tests/tools/collection.py

# The words a newcomer needs: run, test, check, bench. `make` alone lists them all.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules
.NOTPARALLEL:

PYTHON := .venv/bin/python
TABARD := .venv/bin/tabard
BUILT := tabard/web/static/built/.done
MESSAGES := $(patsubst %.po,%.mo,$(shell find tabard -name '*.po' 2>/dev/null))
FRONT := $(shell find frontend -name node_modules -prune -o -type f -print 2>/dev/null)
# How many processes the tests use.
WORKERS ?= 2
ARGS ?=

.PHONY: help run setup setup-dev test check lint types connector bench soak audit pins messages frontend browser networks clean

help: ## list these words
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS=$$'\t' read -r word text; do
		printf '  make %-9s %s\n' "$$word" "$$text"
	done

run: setup ## install what is missing and start Tabard with its demo company
	@exec $(TABARD) run $(ARGS)

setup: .venv/.done-base $(MESSAGES) frontend ## prepare the environment; .venv/bin/tabard is then the command line

setup-dev: .venv/.done-dev $(MESSAGES) frontend

.venv/.done-base: requirements/base.txt requirements/build.txt pyproject.toml tools/environment
	@tools/environment base

.venv/.done-dev: requirements/dev.txt requirements/build.txt pyproject.toml tools/environment
	@tools/environment dev

%.mo: %.po tabard/cli/messages.py | .venv/.done-base
	@$(TABARD) messages compile $<

frontend: $(if $(wildcard frontend/package.json),$(BUILT))

frontend/node_modules/.done: frontend/package-lock.json tools/node | .venv/.done-base
	@echo "Installing what the pages are built with ..."
	cd frontend && ../tools/node npm ci --no-audit --no-fund --loglevel=error
	touch node_modules/.done

$(BUILT): frontend/node_modules/.done $(FRONT)
	@cd frontend && ../tools/node npm run --silent build -- --logLevel warn
	cd ..
	$(PYTHON) -m whitenoise.compress --quiet $(@D)
	touch $@

browser:
	@tools/browser

networks: .venv/.done-dev
	@if [ -f tests/networks/bluesky.py ]; then $(PYTHON) -m tests.networks.bluesky install; fi
	@$(PYTHON) -m tests.networks.sources install

test: setup-dev browser networks check ## every check and every test; installs the browser and the test networks itself
	@$(PYTHON) -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

lint: .venv/.done-dev ## the fast checks: style, imports, sizes
	@.venv/bin/ruff check --quiet .
	.venv/bin/ruff format --quiet --check . || { echo "Not formatted: run .venv/bin/ruff format ."; exit 1; }
	mkdir -p .local
	.venv/bin/lint-imports --no-logo > .local/lint-imports.txt 2>&1 || { cat .local/lint-imports.txt; exit 1; }
	if find tabard -name '*.html' -print -quit | grep -q .; then .venv/bin/djlint --lint --quiet tabard; fi
	$(PYTHON) -m tests.test_sizes

types: .venv/.done-dev
	@.venv/bin/mypy tabard

check: setup-dev lint types ## all checks without the tests
	@tools/check-django
	$(PYTHON) tools/no_secrets.py

audit: setup-dev ## ask what is known against the components; needs the internet
	@tools/audit

connector: setup-dev ## begin a connector: make connector NAME=flickr
	@$(PYTHON) tools/connector.py "$(NAME)"

bench: setup-dev ## measure: make bench NAME=publish
	@[ -n "$(NAME)" ] || { echo "Which one? make bench NAME=..., one of:" $$(ls bench | sed -n 's/\.py$$//p'); exit 2; }
	exec $(PYTHON) -m bench.$(NAME) $(ARGS)

soak: setup-dev ## the crash tests, a thousand times; hours
	@TABARD_SOAK=$${TABARD_SOAK:-1000} $(PYTHON) -m pytest -m hard -x $(ARGS)

pins: .venv/.done-base ## pin the newest versions that requirements/*.in allow
	@for file in build node base s3 dev; do
		.venv/bin/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q \
			requirements/$$file.in -o requirements/$$file.txt
	done
	date -u +%F > requirements/pinned

messages: .venv/.done-dev ## collect the texts that people see into tabard/locale, and compile them
	@$(TABARD) messages collect
	$(TABARD) messages compile

clean: ## remove everything that was built or installed here, data too; asks first
	@read -r -p "Remove .venv, .local with its database, and all that was built? [y/N] " answer
	[ "$$answer" = y ] || exit 1
	[ ! -x $(TABARD) ] || $(TABARD) stop || true
	rm -rf .venv .local frontend/node_modules tabard/web/static/built build dist *.egg-info
	find tabard -name '*.mo' -delete

# `make run` and `make test` are all that a fresh machine needs; the rest are their parts.
SHELL := /bin/bash
PYTHON ?= python3
PY := .venv/bin/python
.DEFAULT_GOAL := run
.PHONY: run test setup setup-dev databases check format messages bench exchange screenshots examples fuzz openapi released lock

setup: ## .venv, front-end assets and translations: what `make run` needs
	@$(PYTHON) scripts/setup.py

setup-dev: ## the same, and what `make test` needs
	@$(PYTHON) scripts/setup.py --dev

run: setup ## serve the demo world at http://localhost:$${PORT:-8000}/
	@exec $(PY) manage.py up

test: setup-dev ## everything: linters, types, contracts, every test on every service that is there
	@$(PY) scripts/services.py browser
	@$(MAKE) --no-print-directory --jobs 2 check databases
	@$(PY) scripts/suite.py

databases: setup-dev ## what the tests copy their databases from
	@$(PY) scripts/suite.py --prepare

check: setup-dev ## linters, types, import contracts, missing migrations and translations
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy .
	.venv/bin/lint-imports --no-cache
	.venv/bin/djlint --lint --quiet templates
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check --fail-level WARNING
	$(PY) scripts/messages.py --check

format: setup-dev ## what the linters can mend by themselves
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

messages: setup-dev ## bring the translation files up to date with the sources
	$(PY) scripts/messages.py

released: openapi ## keep docs/openapi.yaml as the description that was released, against which nothing may break
	$(PY) scripts/breaking.py --release

fuzz: setup-dev ## send many requests made up from docs/openapi.yaml (FUZZ_TIMES of each kind, FUZZ_ONLY part of an address)
	FUZZ_TIMES=$${FUZZ_TIMES:-30} $(PY) -m pytest -q -n 2 tests/interface/test_fuzz.py

examples: setup-dev ## record what the interface answers, for docs/openapi.yaml
	WRITE_EXAMPLES=1 $(PY) -m pytest -q -n 0 tests/interface/test_description.py -k answered

openapi: setup-dev ## write docs/openapi.yaml
	$(PY) manage.py spectacular --lang en --file docs/openapi.yaml --validate --fail-on-warn

bench: setup-dev ## measure against bare Django on PostgreSQL (DATABASE_URL, REDIS_URL)
	$(PY) -m bench
	$(PY) -m bench.tmf
	$(PY) -m bench.fanout

exchange: setup-dev ## two desks exchange TICKETS (1000) tickets while the line fails and both are killed; they must tell the same
	$(PY) -m bench.peers --tickets $${TICKETS:-1000}

screenshots: setup-dev ## take every page's picture from the demo world
	@$(PY) scripts/services.py browser
	$(PY) scripts/screenshots.py

lock: ## resolve requirements/*.in again (needs uv)
	cd requirements && for set in base dev node; do \
	  uv pip compile --quiet --upgrade --generate-hashes --no-header --python-version 3.11 $$set.in -o $$set.txt || exit 1; \
	done

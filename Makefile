# Open Dialogue / Diálogo Abierto. `make help` lists what can be done.
VENV ?= .venv
PYTHON := $(VENV)/bin/python
PORT ?= 8000
export PORT
.DEFAULT_GOAL := help

# What `make quick` leaves to `make test`: whole files of rows, limits that must be waited for, a provider to install.
LONG := samples.py import.py limits.py exports.py staff_exports.py export_command.py single_sign_on.py single_sign_on_door.py

help: ## List what can be done
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

$(VENV)/installed: requirements.lock pyproject.toml deploy/venv
	@deploy/venv $(VENV) requirements.lock && touch $@

$(VENV)/installed-dev: requirements-dev.lock pyproject.toml deploy/venv
	@deploy/venv $(VENV) requirements-dev.lock && touch $@ $(VENV)/installed

static/built/manifest.json: $(VENV)/installed $(wildcard static/css/*.css static/js/*.js) $(wildcard translations/*/LC_MESSAGES/*.po) deploy/build.py
	@$(PYTHON) deploy/build.py

build: static/built/manifest.json ## Install what serving needs; bundle static files, compile catalogs

run: build ## Serve the portal on http://127.0.0.1:8000 (PORT=, PORTAL_DATA= choose others)
	@$(VENV)/bin/portal run

demo: build ## The same in a folder of its own, filled with invented submissions and staff
	@$(VENV)/bin/portal demo --serve

lint: $(VENV)/installed-dev ## Check style, types, import contracts and templates
	@$(PYTHON) -m ruff check . && $(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@$(VENV)/bin/lint-imports --no-cache
	@$(PYTHON) -m djlint templates --lint --quiet

quick: $(VENV)/installed-dev build ## The loop: tests on SQLite, without browser, in under a minute
	@$(PYTHON) -m pytest -q -n 2 tests/rules tests/domains tests/house $(addprefix --ignore=tests/domains/test_,$(LONG))

test: $(VENV)/installed-dev build lint ## Everything: both databases, Redis, browser (installs Debian's packages when root)
	@deploy/test-services
	@$(PYTHON) -m pytest -q -n 2 --dist loadgroup --database both

messages: $(VENV)/installed-dev ## Extract messages, update the catalog, say what is missing
	@$(PYTHON) deploy/messages.py

bench: $(VENV)/installed-dev build ## Measure against floors: weight, cold start, serving, queue, exports
	@$(PYTHON) -m bench.weight && $(PYTHON) -m bench.cold_start && $(PYTHON) -m bench.serving
	@$(PYTHON) -m bench.queue_page && $(PYTHON) -m bench.queue_search && $(PYTHON) -m bench.export_rows && $(PYTHON) -m bench.summary_figures

migration: $(VENV)/installed-dev ## Write a migration from the models: make migration name=add_call
	@$(PYTHON) deploy/migration.py $(name)

audit: $(VENV)/installed-dev ## Look the locked packages up in the advisory database (needs the network)
	@$(VENV)/bin/pip-audit --require-hashes -r requirements.lock

lock: $(VENV)/installed-dev ## Lock dependencies anew, with hashes
	@deploy/lock $(VENV)

.PHONY: help build run demo lint quick test bench messages migration audit lock

# What can be done with a clone. `make run` is enough to begin: it sets up what is missing, then starts everything.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || echo python3)
BIN := .venv/bin
NODE := node_modules/.bin
# Whole journeys are heard and watched as they go: they have the machine for themselves.
JOURNEYS := tests/browser/journeys
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run setup setup-dev test soak bench migrate translate models-export locks clean
.PHONY: check format lint types layers templates scripts scripts-types translations migrations

run: setup ## set up what is missing, start everything; PORT=8080, HOST=0.0.0.0 and PIYING_HOME=/data are heard
	@$(BIN)/python -m tools.stack

setup: ## packages, model files, the browser's libraries, kernels, translations
	@$(PYTHON) -m tools.setup

setup-dev: ## the same, with what the checks and the tests need
	@$(PYTHON) -m tools.setup --dev

test: setup-dev ## every test; installs by apt, where it may, the servers and the browser that they use
	@tools/apt-for-tests.sh
	@CI=$(CI) $(BIN)/python -m pytest -m "not soak" --numprocesses 3 --ignore $(JOURNEYS) $(ARGS)
	@CI=$(CI) $(BIN)/python -m pytest -m "not soak" $(JOURNEYS) $(ARGS)

soak: setup-dev ## the long kill, fuzz and load suites
	@$(BIN)/python -m pytest -m soak --timeout 3600 $(ARGS)
	@$(BIN)/python -m pytest -m "not soak" --behind-the-wall tests/webapp/views tests/webapp/test_money_walls.py $(ARGS)

bench: setup-dev ## measure the renderer; ARGS="--json FILE" keeps the figures
	@$(BIN)/python -m bench $(ARGS)

check: format lint types layers templates scripts scripts-types translations migrations ## every static check

format: setup-dev
	@$(BIN)/ruff format --check .

lint: setup-dev
	@$(BIN)/ruff check .

types: setup-dev
	@$(BIN)/mypy

layers: setup-dev
	@$(BIN)/lint-imports --no-logo | tail -n 3; exit $${PIPESTATUS[0]}

templates: setup-dev
	@$(BIN)/djlint webapp/templates --lint --quiet

scripts: setup-dev node_modules/.package-lock.json
	@$(NODE)/biome check webapp/static/js webapp/static/css

scripts-types: setup-dev node_modules/.package-lock.json
	@$(NODE)/tsc --project tsconfig.json

translations: setup-dev
	@$(BIN)/python -m tools.translate check

migrations: setup-dev ## up, compared with the tables, down and up again, on a database of its own
	@$(BIN)/python -m tools.migrations

node_modules/.package-lock.json: package-lock.json
	@npm install --no-save --ignore-scripts --no-audit --no-fund --silent && touch $@

migrate: setup ## bring the tables of DATABASE_URL (or of this checkout) up to date
	@$(BIN)/alembic upgrade head

translate: setup-dev ## gather new words into the catalogues
	@$(BIN)/python -m tools.translate extract && $(BIN)/python -m tools.translate update

models-export: setup ## write a mirror of the model packages: make models-export TO=/media/usb
	@$(BIN)/python -m tools.models --export "$(or $(TO),$(error name a folder: make models-export TO=FOLDER))"

locks: setup-dev ## lock requirements/*.in anew
	@$(BIN)/python -m tools.locks

clean: ## everything that set-up brought; var/ with people's work stays
	@rm -rf .venv .models node_modules webapp/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

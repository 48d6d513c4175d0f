# Needs make, git and any python3. `make help` lists the commands.
PYTHON3 ?= python3
BIN := .venv/bin
ARGS ?=
JOBS ?= 1

.DEFAULT_GOAL := help
.PHONY: run demo demo-report test test-detoxify detoxify check static format generate bench lock clean
.PHONY: help ready ready-test

run: ready ## Start Jauge: edge workers and auditor (options: make run ARGS="--set edge.workers=2")
	@exec $(BIN)/python -m proxy run $(ARGS)

demo: ready-test ## Show it at work: a simulated service, real clients, the audited exchanges
	@exec $(BIN)/python -m bench.demo $(ARGS)

demo-report: ready-test ## Make the reports of a simulated year, in every language and format
	@exec $(BIN)/python -m bench.year $(ARGS)

test: ready-test ## Run all tests (options: make test ARGS="tests/proxy -k ledger", JOBS=2)
	@$(BIN)/pytest $(if $(filter-out 1,$(JOBS)),-n $(JOBS)) $(ARGS)

test-detoxify: ## Add Detoxify and PyTorch (5.5 GB at most), run the tests that need them
	@$(PYTHON3) deploy/add_detoxify.py test
	@JAUGE_TEST_DETOXIFY=required $(BIN)/pytest -m detoxify tests/proxy/classify $(ARGS)

detoxify: ## Add Detoxify and PyTorch to the environment, for `jauge models convert`
	@$(PYTHON3) deploy/add_detoxify.py run

check: static ## Run every check: format, lint, types, import contracts, data, then the tests
	@$(MAKE) --no-print-directory test

static: ready-test ## Run the checks that need no test: format, lint, types, import contracts, data
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python deploy/generate.py --check
	@$(BIN)/python deploy/check_data.py

format: ready-test ## Rewrite the sources as the formatter and the safe fixes want them
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

generate: ready-test ## Rewrite what is made from the code: editors' schemas, reference tables
	@$(BIN)/python deploy/generate.py

bench: ready-test ## Measure speed against direct connections and stock mitmdump
	@exec $(BIN)/python -m bench $(ARGS)

lock: ready-test ## Resolve the dependencies anew and rewrite the hashed lock files
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh deploy/lock.sh

clean: ## Remove the environment and every cache; var/ (authority, ledger) stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

ready:
	@$(PYTHON3) deploy/bootstrap.py run

ready-test:
	@$(PYTHON3) deploy/bootstrap.py test

# Nuanxin: `make run` starts it, `make test` tests it; both install what they need.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export PYTHONPATH := $(CURDIR)
PY := .venv/bin/python

.PHONY: help
help: ## List the targets.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r target text; do printf '  make %-10s %s\n' "$$target" "$$text"; done

.PHONY: run
run: setup ## Install what is missing, start the whole platform, load the story once; Ctrl-C stops it.
	@exec $(PY) -m deploy.run

.PHONY: test
test: setup-test ## Install what is missing, run all tests beside whatever runs. ARGS="-k visit" chooses.
	@exec $(PY) -m pytest $(or $(ARGS),-n 3 --dist loadscope --no-loadscope-reorder)

.PHONY: rules
rules: setup-test ## List each rule of the domain with its tests; fails when one has none.
	@$(PY) -W ignore -m tests.rules

.PHONY: check
check: setup-test ## Check form and imports of the code, and that the generated documents are fresh.
	@$(PY) -m ruff check .
	@.venv/bin/lint-imports
	@$(PY) -W ignore -m gateway.documents
	@$(PY) -W ignore -m tests.contract.domain_documents

.PHONY: docs
docs: setup-test ## Write the generated documents anew: OpenAPI, AsyncAPI, events, access, states, settings.
	@for service in registry outreach volunteering learning; do $(PY) -W ignore -m services.common.http.openapi services.$$service.service --write; done
	@$(PY) -W ignore -m tests.contract.keep_examples
	@$(PY) -W ignore -m gateway.documents --write
	@$(PY) -W ignore -m tests.contract.domain_documents --write

.PHONY: mutants
mutants: setup-test ## Change the rules one by one and see whether a unit test notices; ARGS="services.outreach.duty.*" chooses.
	@.venv/bin/mutmut run --max-children 2 $(ARGS) && .venv/bin/mutmut export-cicd-stats && cat mutants/mutmut-cicd-stats.json

.PHONY: bench
bench: setup-test ## Measure the common parts and a large community, as ratios to the raw floor of the same run. ARGS="--quick" is small.
	@$(PY) -W ignore -m tests.bench $(ARGS)

.PHONY: setup
setup: ## Install what `make run` needs: RabbitMQ by apt-get, Python packages in .venv.
	@deploy/setup.sh run

.PHONY: setup-test
setup-test: ## Install what `make test` needs.
	@deploy/setup.sh test

.PHONY: lock
lock: setup-test ## Choose package versions anew from pyproject.toml; writes the lock files.
	@deploy/lock.sh

.PHONY: clean
clean: ## Delete the run data: the community's records, keys and logs under var/.
	@rm -rf var mutants .pytest_cache .ruff_cache .hypothesis .import_linter_cache

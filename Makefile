# Every command of Matinee. `make help` lists them; CI and hooks only call make.
SHELL := /bin/sh
APP := .venvs/app/bin
.DEFAULT_GOAL := help
.PHONY: help run dev admin test check format e2e screenshots types unit proof bench lock package deploy environment clean env-app env-cloud env-node

help: ## list the commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'
	@echo
	@echo "  Settings: PORT=8000 CLOUD_PORT=4566 STATE=.state FRESH=1 DEMO=0 PYTHON=python3.11 NODE=node CHROMIUM=chromium SEEDS=500"

run: env-app env-cloud env-node ## Matinee as it goes to AWS, on this machine: http://127.0.0.1:8000
	@PORT="$(PORT)" CLOUD_PORT="$(CLOUD_PORT)" STATE="$(STATE)" FRESH="$(FRESH)" DEMO="$(DEMO)" exec $(APP)/python -m dev.run

dev: env-app env-cloud env-node ## the same, with the API and the page from source, reloaded on save
	@PORT="$(PORT)" CLOUD_PORT="$(CLOUD_PORT)" STATE="$(STATE)" FRESH="$(FRESH)" DEMO="$(DEMO)" exec $(APP)/python -m dev.run --source

admin: env-app ## make a verified user of the running Matinee an admin: make admin EMAIL=ada@example.com
	@. ./$(or $(STATE),.state)/environment && exec $(APP)/python -m dev.admin grant-admin "$(EMAIL)"

test: env-app env-cloud env-node ## check, then all tests, with each folder's share of the time
	@SEEDS="$(SEEDS)" $(APP)/python -m dev.checks check test

check: env-app env-node ## ruff, mypy, import-linter, cfn-lint, bandit; vue-tsc, eslint, the page's types of the API
	@$(APP)/python -m dev.checks check

format: env-app ## write the code as ruff formats it
	@$(APP)/ruff check --fix --quiet . ; $(APP)/ruff format .

e2e: env-app env-cloud env-node ## the page in headless Chromium, against Matinees of its own
	@PORT="$(PORT)" CLOUD_PORT="$(CLOUD_PORT)" CHROMIUM="$(CHROMIUM)" exec $(APP)/python -m dev.e2e $(ARGS)

screenshots: env-app env-cloud env-node ## take the pictures of docs/images anew
	@CHROMIUM="$(CHROMIUM)" exec $(APP)/python -m dev.screenshots

types: env-app env-node ## the page's types of the API, made from the API's document: web/src/api/schema.d.ts
	@$(APP)/python -m dev.types

unit: env-app env-node ## the quick tests only: unit and properties
	@$(APP)/python -m pytest -q tests/unit tests/properties

proof: env-app env-cloud ## the long form: more seeds, examples and faults
	@SEEDS="$(SEEDS)" $(APP)/python -m dev.checks proof

bench: env-app env-cloud env-node ## units, CPU, throughput and the page, against their bounds
	@CHROMIUM="$(CHROMIUM)" $(APP)/python -m bench $(ARGS)

package: env-app env-node ## .build/matinee.zip, the templates and web/dist, as they go to AWS
	@$(APP)/python -m infra.build && $(APP)/python -m infra.web && $(APP)/python -m infra.site

deploy: env-app env-node ## deploy to AWS: make deploy STAGE=prod (docs/runbook.md)
	@test -n "$(STAGE)" || { echo "matinee: name a stage: make deploy STAGE=prod" >&2; exit 1; }
	@$(APP)/python -m infra.stacks deploy "$(STAGE)"

environment: env-app ## print the settings of a deployed stage for a shell: eval "$(make -s environment STAGE=prod)"
	@$(APP)/python -m infra.stacks environment "$(STAGE)"

lock: env-app ## bring the locks up to date with the *.in files; UPGRADE=1 takes newer versions
	@set -e; for name in requirements requirements-dev dev/cloud/requirements dev/boot/requirements dev/node/requirements; do \
	    .venvs/boot/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	        $(if $(UPGRADE),--upgrade) $$name.in --output-file $$name.txt; \
	done

clean: ## remove what make made, but the state of make run
	rm -rf .venvs .build web/dist web/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

env-app:
	@PYTHON="$(PYTHON)" sh dev/env.sh app

env-cloud:
	@PYTHON="$(PYTHON)" sh dev/env.sh cloud

env-node:
	@PYTHON="$(PYTHON)" NODE="$(NODE)" sh dev/env.sh node

# Every command of Matinee. `make help` lists them; CI and hooks only call make.
SHELL := /bin/sh
APP := .venvs/app/bin
.DEFAULT_GOAL := help
.PHONY: help run dev admin test check format unit proof bench lock package deploy environment clean env-app env-cloud env-node

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'
	@echo
	@echo "  Settings: PORT=8000 CLOUD_PORT=4566 STATE=.state FRESH=1 DEMO=0 PYTHON=python3.11 NODE=node SEEDS=500"

run: env-app env-cloud env-node ## Matinee as it goes to AWS, on this machine: http://127.0.0.1:8000
	@PORT="$(PORT)" CLOUD_PORT="$(CLOUD_PORT)" STATE="$(STATE)" FRESH="$(FRESH)" DEMO="$(DEMO)" exec $(APP)/python -m dev.run

dev: env-app env-cloud env-node ## the same, with the API and the page from source, reloaded on save
	@PORT="$(PORT)" CLOUD_PORT="$(CLOUD_PORT)" STATE="$(STATE)" FRESH="$(FRESH)" DEMO="$(DEMO)" exec $(APP)/python -m dev.run --source

admin: env-app ## make a verified user of the running Matinee an admin: make admin EMAIL=ada@example.com
	@. ./$(or $(STATE),.state)/environment && exec $(APP)/python -m dev.admin grant-admin "$(EMAIL)"

test: env-app env-cloud ## check, then all tests, with each folder's share of the time
	@SEEDS="$(SEEDS)" $(APP)/python -m dev.checks check test

check: env-app ## ruff, mypy, import-linter, cfn-lint, bandit
	@$(APP)/python -m dev.checks check

format: env-app ## write the code as ruff formats it
	@$(APP)/ruff check --fix --quiet . ; $(APP)/ruff format .

unit: env-app ## the quick tests only: unit and properties
	@$(APP)/python -m pytest -q tests/unit tests/properties

proof: env-app env-cloud ## the long form: more seeds, examples and faults
	@SEEDS="$(SEEDS)" $(APP)/python -m dev.checks proof

bench: env-app env-cloud ## units, CPU and throughput, against their bounds
	@$(APP)/python -m bench

package: env-app ## .build/matinee.zip and .build/template.json, as they go to AWS
	@$(APP)/python -m infra.build

deploy: env-app ## deploy to AWS: make deploy STAGE=prod (docs/runbook.md)
	@test -n "$(STAGE)" || { echo "matinee: name a stage: make deploy STAGE=prod" >&2; exit 1; }
	@$(APP)/python -m infra.stacks deploy "$(STAGE)"

environment: env-app ## print the settings of a deployed stage for a shell: eval "$(make -s environment STAGE=prod)"
	@$(APP)/python -m infra.stacks environment "$(STAGE)"

lock: env-app ## bring the locks up to date with the *.in files; UPGRADE=1 takes newer versions
	@set -e; for name in requirements requirements-dev dev/cloud/requirements dev/boot/requirements; do \
	    .venvs/boot/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	        $(if $(UPGRADE),--upgrade) $$name.in --output-file $$name.txt; \
	done

clean: ## remove what make made, but the state of make run
	rm -rf .venvs .build .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

env-app:
	@PYTHON="$(PYTHON)" sh dev/env.sh app

env-cloud:
	@PYTHON="$(PYTHON)" sh dev/env.sh cloud

env-node:
	@PYTHON="$(PYTHON)" NODE="$(NODE)" sh dev/env.sh node

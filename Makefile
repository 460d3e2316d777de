# Two commands are enough: `make run` to use Assessor, `make test` to prove it.
# Both prepare whatever is missing first. PORT=9000 chooses the port, PYTHON=python3.12 the Python.

PYTHON ?= python3
BIN := .venv/bin
SHARE ?= 100
FUZZ_REQUESTS ?= 1000000
SAMPLE ?= 200
JOBS ?= $$(nproc)
SHARED = --numprocesses auto --dist worksteal
TEMPLATES = $$(find templates -name '*.html')

.DEFAULT_GOAL := help
.PHONY: help run setup install sentry opentelemetry test test-postgres container-test coverage bench bench-report resilience resilience-report fuzz wapiti sqlmap observatory offline semgrep coverage-guards mutation test-setup lint security types format clean

help: ## Show what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile

run: setup ## Serve Assessor on http://127.0.0.1:8000 (PORT=9000 for another port)
	@$(BIN)/python manage.py serve

setup: ## Install what is missing and bring the data up to date
	@$(PYTHON) -m assessor.bootstrap setup

install: ## The same without the data, for a service that prepares its own
	@$(PYTHON) -m assessor.bootstrap $@

sentry: ## Install what reports failures to Sentry: docs/operations/monitor.md
	@$(PYTHON) -m assessor.bootstrap $@

opentelemetry: ## Install what sends traces with OpenTelemetry
	@$(PYTHON) -m assessor.bootstrap $@

test: test-setup ## Run every test
	@$(BIN)/python -m pytest $(SHARED)

test-postgres: ## Run every test on the PostgreSQL of DATABASE_URL, or of this machine
	@env -u DATABASE_URL $(MAKE) --no-print-directory test-setup
	@DATABASE_URL=$$($(BIN)/python -m tests.postgres) && export DATABASE_URL && \
		$(BIN)/python -m pytest $(SHARED) $(ONLY)

container-test: test-setup ## Carry out the steps of the Dockerfile and start the result; best as root with debootstrap
	@$(BIN)/python -m tests.containers.build

coverage: test-setup ## Run every test and report the lines and branches that none runs
	@$(BIN)/python -m pytest $(SHARED) --cov

coverage-guards: test-setup ## Report what no test runs of the modules in tests/guards.py; any branch fails
	@$(BIN)/python -m pytest $(SHARED) $$($(BIN)/python -m tests.guards tests) --cov --cov-report=
	@$(BIN)/coverage report --fail-under=100 --include=$$($(BIN)/python -m tests.guards modules)

bench: test-setup ## Measure: each figure beside a reference in the same run
	@$(BIN)/python -m pytest tests/bench -o python_files='bench_*.py' -p no:randomly

resilience: test-setup ## Kill, cut off and crowd it for hours (SHARE=10 for a tenth); nothing may be lost
	@RESILIENCE_SHARE=$(SHARE) $(BIN)/python -m pytest tests/resilience -p no:randomly -s $(ONLY)

resilience-report: ## Print the figures of `make resilience` as a table
	@$(BIN)/python -m tests.resilience.report

fuzz: test-setup ## Send a million requests that nobody should (FUZZ_REQUESTS=20000 for fewer)
	@FUZZ_REQUESTS=$(FUZZ_REQUESTS) $(BIN)/python -m pytest tests/fuzz $(SHARED) -p no:randomly -p no:logging -rP --show-capture=stdout

bench-report: ## Measure, and write docs/benchmarks.md
	@BENCH_REPORT=docs/benchmarks.md $(MAKE) bench

wapiti: test-setup ## Let the scanner wapiti look for holes with every role (hours; ONLY=owner for one)
	@test -x .wapiti/bin/wapiti || { $(PYTHON) -m venv .wapiti && .wapiti/bin/pip install --quiet wapiti3==3.2.3; }
	@$(BIN)/python -m tests.scanners.wapiti $(ONLY)

sqlmap: test-setup ## Let the scanner sqlmap try every parameter of every role (an hour; ONLY=/admin/ for some)
	@test -x .sqlmap/bin/sqlmap || { $(PYTHON) -m venv .sqlmap && .sqlmap/bin/pip install --quiet sqlmap==1.10.10; }
	@$(BIN)/python -m tests.scanners.sqlmap $(ONLY)

observatory: test-setup ## Let Mozilla's Observatory grade pages, error pages too; needs node and openssl
	@test -d .observatory/node_modules || npm install --prefix .observatory --silent --ignore-scripts --no-audit \
		@mdn/mdn-http-observatory@1.4.8
	@$(BIN)/python -m tests.scanners.observatory

offline: test-setup ## Walk through everything with a browser on a machine without a network; needs root
	@$(BIN)/python -m tests.scanners.offline $(ONLY)

mutation: test-setup ## Change the guards in 200 places, one at a time: do tests notice? (SAMPLE=all, ONLY=rates)
	@test -d .mutation/cosmic_ray || $(BIN)/python -m pip install --quiet --target .mutation cosmic-ray==8.7.0
	@MUTATION_SAMPLE=$(SAMPLE) MUTATION_JOBS=$(JOBS) MUTATION_ONLY=$(ONLY) PYTHONPATH=.mutation $(BIN)/python -m tests.mutation

test-setup: ## The same set-up, with the development tools and a browser
	@$(PYTHON) -m assessor.bootstrap test-setup

lint: ## Check style, imports and templates
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/djade --target-version 5.2 --check $(TEMPLATES)
	$(BIN)/djhtml --tabwidth 2 --check $(TEMPLATES)

security: ## Look for weaknesses with bandit; what is not explained fails
	$(BIN)/python -m tests.security.bandit

semgrep: test-setup ## Look with our own rules for what sends, stores or fetches wrongly
	@test -x .semgrep/bin/semgrep || { $(PYTHON) -m venv .semgrep && .semgrep/bin/pip install --quiet semgrep==1.185.0; }
	@$(BIN)/python -m tests.security.semgrep

types: ## Check types
	$(BIN)/mypy

format: ## Format code and templates
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/djade --target-version 5.2 $(TEMPLATES)
	$(BIN)/djhtml --tabwidth 2 $(TEMPLATES)

clean: ## Remove what can be made again; your data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov \
		.wapiti .sqlmap .semgrep .observatory .mutation

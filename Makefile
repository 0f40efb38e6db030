# `make run` and `make test` do everything on a fresh Debian machine, set-up included. `make help` names the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
JOBS ?= $(shell tools/jobs.sh)
LISTEN ?= 127.0.0.1:8000
DATA ?= data/demo
FUZZ_SECONDS ?= 60

# A preset is configured once; ninja configures again by itself when a CMake file changes.
configure = test -f build/$(1)/build.ninja || cmake --preset $(1)
build = $(call configure,$(1)) && cmake --build --preset $(1) -j $(JOBS)

.PHONY: help build run test bench lint format asan tsan fuzz builtin-models builtin-pairs docker clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## the program, at build/release/rapport
	@tools/setup.sh build
	@$(call build,release) --target rapport

run: build ## a demo workspace, its three models and the server (LISTEN=127.0.0.1:8000 DATA=data/demo)
	@tools/run.sh build/release/rapport "$(DATA)" "$(LISTEN)"

test: ## build and run every test
	@tools/setup.sh build test
	@$(call build,release)
	@ctest --preset release -j $(JOBS)

bench: ## build and run every benchmark (JSON in build/bench)
	@tools/setup.sh build bench
	@tools/bench.sh $(JOBS)

lint: ## layers, sizes, format, clang-tidy on what changed (ALL=1: on everything)
	@tools/setup.sh build test bench lint
	@$(call configure,dev)
	@tools/lint.sh $(if $(ALL),--all)

format: ## clang-format over every source
	@tools/setup.sh lint
	@git ls-files -z '*.h' '*.cpp' | xargs -0 clang-format -i

asan: ## every test under the address and undefined-behaviour sanitizers
	@tools/setup.sh build test bench
	@$(call build,asan)
	@ctest --preset asan -j $(JOBS)

tsan: ## every test under the thread sanitizer
	@tools/setup.sh build test bench
	@$(call build,tsan)
	@TSAN_OPTIONS="suppressions=$(CURDIR)/tools/tsan.supp $(TSAN_OPTIONS)" ctest --preset tsan -j $(JOBS)

fuzz: ## every fuzz target for FUZZ_SECONDS each (60)
	@tools/setup.sh build fuzz
	@$(call build,fuzz) --target fuzz/all
	@tools/fuzz.sh $(FUZZ_SECONDS)

builtin-models: ## train the models in models/builtin/ again from the data sets (RAPPORT_SHARED, or ../shared)
	@tools/setup.sh build
	@$(call build,release) --target builtin_models train_language
	@build/release/builtin_models "$${RAPPORT_SHARED:-../shared}/datasets" models/builtin --threads $(JOBS)
	@build/release/train_language "$${RAPPORT_SHARED:-../shared}/datasets" models/builtin/language.bin

builtin-pairs: ## train the translation models in models/builtin/translation/ again (minutes on a GPU, days without; python3-torch, sentencepiece)
	@tools/builtin_pairs/make.sh "$${RAPPORT_SHARED:-../shared}/datasets" build/builtin_pairs models/builtin/translation

docker: ## the container image rapport:latest
	docker build -f deploy/Dockerfile -t rapport:latest .

clean: ## remove what was built; the demo workspace stays
	rm -rf build

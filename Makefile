# Everything a contributor does here is one of these words. `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help run test bench lint fmt

# The address of `make run`.
PORT ?= 8080
# For `make test ONLY="clippy fuzz"`: just these steps, by name.
ONLY ?=

help: ## list what can be done
	@printf 'Đôn Đốc: what can be done here\n\n'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | while IFS="$$(printf '\t')" read -r word what; do printf '  make %-6s %s\n' "$$word" "$$what"; done
	@printf '\n  make run PORT=9000             another port\n'
	@printf '  make test ONLY="clippy fuzz"   only these steps of the test\n'

run: ## build it and the app, fill an invented commune if there is no data yet, and serve it
	@PORT=$(PORT) bash tests/setup/run.sh

test: ## everything CI does: rules, stories on both engines, tools of others
	@bash tests/setup/test.sh $(ONLY)

bench: ## requests per second on both engines, beside an endpoint that does nothing
	@bash tests/setup/bench.sh

lint: ## formatting, clippy, documentation and the OpenAPI document, without running anything
	@bash tests/setup/test.sh fmt clippy doc contract document

fmt: ## format the Rust code
	@cargo fmt --all

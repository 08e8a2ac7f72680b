# Benchmarks: ratios against psql and peers, measured in one run. RUNS interleaved runs, medians.
#
#   make bench              all;  make bench BENCHES='apply noop' RUNS=7
RUNS ?= 7
bench: $(BUILD)/dbmig
	RUNS=$(RUNS) tests/bench/run $(BENCHES)

.PHONY: bench

# Other tools on one database with dbmig, where they can be had.
peers: $(BUILD)/dbmig
	DBMIG=$(abspath $(BUILD)/dbmig) tests/run $(wildcard tests/peers/*.sh)

.PHONY: peers

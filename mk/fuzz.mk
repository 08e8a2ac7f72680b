# Fuzzing: tests/fuzz/fuzz_<target>.c with LLVMFuzzerTestOneInput, seeds in tests/fuzz/seeds/<target>/.
#
#   make fuzz                     each target for FUZZ_SECONDS (600) under ASan and UBSan
#   make fuzz FUZZ_TARGETS=hcl FUZZ_SECONDS=60
FUZZ_SECONDS ?= 600
FUZZ_TARGETS ?= $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_FLAGS := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined

fuzz-programs:
	$(MAKE) --no-print-directory BUILD=build-fuzz CC=clang CFLAGS='$(FUZZ_FLAGS)' \
		$(FUZZ_TARGETS:%=build-fuzz/fuzz/%)

$(BUILD)/fuzz/%: tests/fuzz/fuzz_%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(call run,LINK,$@)$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(ALL_LDFLAGS) -o $@ $< $(LIBRARY) $(LIB_LDLIBS)

# New inputs are kept under build-fuzz/corpus; a finding leaves its input in build-fuzz/findings.
fuzz: fuzz-programs
	@for target in $(FUZZ_TARGETS); do \
		mkdir -p build-fuzz/corpus/$$target build-fuzz/findings tests/fuzz/seeds/$$target; \
		echo "fuzz $$target: $(FUZZ_SECONDS) s"; \
		build-fuzz/fuzz/$$target -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 \
			-print_final_stats=1 -artifact_prefix=build-fuzz/findings/$$target- \
			build-fuzz/corpus/$$target tests/fuzz/seeds/$$target >build-fuzz/$$target.log 2>&1 || \
			{ tail -n 40 build-fuzz/$$target.log; exit 1; }; \
		grep -E 'stat::number_of_executed_units' build-fuzz/$$target.log; \
	done

.PHONY: fuzz fuzz-programs

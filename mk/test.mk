# Tests. Unit tests: tests/unit/test_<module>.c, a program each (Check, TAP). Integration tests:
# tests/integration/*.sh (TAP), and tests/integration/test_*.c, which get a server in DBMIG_TEST_URL.
CHECK_CFLAGS = $(shell $(PKG_CONFIG) --cflags check)
CHECK_LDLIBS = $(shell $(PKG_CONFIG) --libs check)
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
INTEGRATION_PROGRAMS := $(patsubst tests/integration/test_%.c,$(BUILD)/tests/integration-%,$(wildcard tests/integration/test_*.c))
INTEGRATION_SCRIPTS := $(wildcard tests/integration/*.sh) tests/outcome/schema_pairs.sh

PACKAGE_TESTS := $(wildcard tests/packages/*.sh)

define link_test
	@mkdir -p $(@D)
	$(call run,LINK,$@)$(CC) $(ALL_CFLAGS) -Itests/unit $(CHECK_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -o $@ $< $(LIBRARY) \
		$(CHECK_LDLIBS) $(LIB_LDLIBS)
endef

$(BUILD)/tests/test_%: tests/unit/test_%.c $(LIBRARY)
	$(link_test)

$(BUILD)/tests/integration-%: tests/integration/test_%.c $(LIBRARY)
	$(link_test)

test-programs: $(BUILD)/dbmig $(UNIT_TESTS) $(INTEGRATION_PROGRAMS)

unit: $(UNIT_TESTS)
	tests/run $(UNIT_TESTS)

integration: $(BUILD)/dbmig $(INTEGRATION_PROGRAMS)
	tests/lib/prepare
	tests/run $(INTEGRATION_PROGRAMS) $(INTEGRATION_SCRIPTS)

# The second of README's two commands: installs what tests need and runs them all.
test:
	tools/setup test
	$(MAKE) --no-print-directory -j2 test-programs
	tests/lib/prepare
	$(MAKE) --no-print-directory -j2 packages
	tests/run $(UNIT_TESTS) $(INTEGRATION_PROGRAMS) $(INTEGRATION_SCRIPTS) $(PACKAGE_TESTS)

# What is handed out, used where it has to work: the tests of packages alone.
packages-test: packages
	tests/lib/prepare
	tests/run $(PACKAGE_TESTS)

# The Debian package in an empty Debian; takes some minutes.
packages-test-clean: dist
	tests/packages/clean

# The first: installs what is missing, builds, runs the main job on the sample project.
demo:
	tools/setup build
	$(MAKE) --no-print-directory -j2 all
	tools/demo

# Both of them on a fresh Debian: a debootstrap root, as root.
test-clean-root:
	tests/lib/clean-root

-include $(UNIT_TESTS:=.d) $(INTEGRATION_PROGRAMS:=.d)
.PHONY: unit integration test test-programs packages-test packages-test-clean demo test-clean-root

# Plans between all pairs of public schemas, and between the versions of real histories, judged by outcome;
# takes long, and needs ../shared/corpora. A sample of them is in `make test`.
schema-pairs: $(BUILD)/dbmig
	tests/lib/prepare
	SCHEMA_PAIRS=all TEST_TIME_LIMIT=7200 tests/run tests/outcome/schema_pairs.sh
# The same on tables with generated rows: what both sides have survives.
schema-rows: $(BUILD)/dbmig
	bash tests/outcome/schema_rows.sh
.PHONY: schema-pairs schema-rows

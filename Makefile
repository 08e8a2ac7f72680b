# dbmig: see README.md for the two commands a newcomer needs (make demo, make test).
#
#   make                 build/dbmig
#   make SANITIZE=1      build-asan/dbmig, with AddressSanitizer and UBSan
#   make TORTURE=1       build-torture/dbmig, whose nth library call can be made to fail
#   make COVERAGE=1      build-cov/dbmig, for gcovr
#   make WERROR=1        warnings are errors (as in CI)
#   make HARDENING=0     without what makes mistakes in C harder to use (mk/hardening.mk)
#   make V=1             shows the commands whole
#   make LIBPG_QUERY=DIR libpg_query from a source tree or an installed prefix

# `$(call run,CC,NAME)COMMAND` shows "CC NAME", with V=1 the command, with make -s nothing.
ifeq ($(V),1)
run =
else ifneq ($(findstring s,$(firstword -$(MAKEFLAGS))),)
run = @
else
run = @printf '  %-8s%s\n' $1 $2;
endif

VERSION := $(shell cat VERSION)
PREFIX ?= /usr/local
BUILD := build
CC ?= cc
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g

ifdef SANITIZE
BUILD := build-asan
MODE_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
endif
ifdef TORTURE
BUILD := build-torture
MODE_FLAGS += -DDBMIG_TORTURE
endif
ifdef COVERAGE
BUILD := build-cov
MODE_FLAGS := --coverage -O0
endif

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wcast-qual -Wvla -Wundef -Wformat=2 -Wimplicit-fallthrough
ifdef WERROR
WARNINGS += -Werror
endif

include mk/libraries.mk
include mk/hardening.mk

ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -DDBMIG_VERSION='"$(VERSION)"' $(WARNINGS) $(HARD_CFLAGS) $(CFLAGS) $(MODE_FLAGS) \
	-Iinclude -I$(BUILD)/gen $(LIB_CFLAGS)
ALL_LDFLAGS = $(HARD_LDFLAGS) $(LDFLAGS) $(MODE_FLAGS)

LAYERS := base text project db schema engine lint check report cli
SOURCES := $(foreach layer,$(LAYERS),$(wildcard $(addprefix src/$(layer)/,*.c */*.c */*/*.c)))
OBJECTS := $(SOURCES:src/%.c=$(BUILD)/obj/%.o)
SQL := $(sort $(foreach layer,$(LAYERS),$(wildcard $(addprefix src/$(layer)/,*.sql */*.sql */*/*.sql))) \
	$(wildcard src/schema/inspect/*.css src/schema/inspect/*.js))
SQL_HEADER := $(BUILD)/gen/dbmig_sql.h
SQL_OBJECT := $(BUILD)/obj/dbmig_sql.o
# Everything but main, for the program and for the tests.
LIBRARY := $(BUILD)/libdbmig.a

all: $(BUILD)/dbmig

$(BUILD)/dbmig: $(BUILD)/obj/cli/main.o $(LIBRARY) | $(STATIC_OBJECTS)
	$(call run,LINK,$@)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LDLIBS)

# What tests/static/hardened looks at.
flags:
	@echo $(ALL_CFLAGS) $(ALL_LDFLAGS)

$(LIBRARY): $(filter-out $(BUILD)/obj/cli/main.o,$(OBJECTS)) $(SQL_OBJECT) \
		$(PG_QUERY_GENERATED:.c=.o)
	@rm -f $@
	$(call run,AR,$@)$(AR) rcs $@ $^

$(BUILD)/obj/%.o: src/%.c Makefile mk/libraries.mk VERSION | $(SQL_HEADER) $(PG_QUERY_GENERATED)
	@mkdir -p $(@D)
	$(call run,CC,$<)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Each src/**/NAME.sql becomes `extern const char sql_NAME[]`; NAME.css and NAME.js css_NAME and js_NAME.
$(SQL_HEADER) $(BUILD)/gen/dbmig_sql.c &: $(SQL) tools/embed-sql Makefile
	@mkdir -p $(BUILD)/gen
	$(call run,SQL,$(SQL_HEADER))tools/embed-sql $(BUILD)/gen/dbmig_sql $(SQL)

$(SQL_OBJECT): $(BUILD)/gen/dbmig_sql.c
	@mkdir -p $(@D)
	$(call run,CC,$<)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/gen/pg_query.pb-c.c: $(PG_QUERY_PROTO)
	@mkdir -p $(@D)
	$(call run,PROTOC,$<)protoc-c --c_out=$(@D) --proto_path=$(<D) $<

$(BUILD)/gen/pg_query.pb-c.o: $(BUILD)/gen/pg_query.pb-c.c
	$(call run,CC,$<)$(CC) $(CFLAGS) $(MODE_FLAGS) -w -I$(@D) -c -o $@ $<

-include $(OBJECTS:.o=.d)

include mk/install.mk
include mk/dist.mk
include mk/test.mk
include mk/fuzz.mk
include mk/bench.mk

clean:
	rm -rf build build-asan build-torture build-cov build-fuzz build-dist build-pg18 build-clang build-logs

.PHONY: flags all clean
.DELETE_ON_ERROR:

# Where the libraries are: pkg-config where it knows them, Homebrew's prefixes on a Mac, and Debian's
# plain library path for libpg_query, which has no .pc file.
BREW := $(shell command -v brew 2>/dev/null)
ifneq ($(BREW),)
BREW_PREFIX := $(shell brew --prefix)
export PKG_CONFIG_PATH := $(BREW_PREFIX)/opt/libpq/lib/pkgconfig:$(BREW_PREFIX)/opt/openssl@3/lib/pkgconfig:$(BREW_PREFIX)/lib/pkgconfig:$(PKG_CONFIG_PATH)
LIB_CFLAGS += -I$(BREW_PREFIX)/include
LIB_LDLIBS += -L$(BREW_PREFIX)/lib
endif

PKGS := libpq libcrypto yaml-0.1
LIB_CFLAGS += $(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null)

# A source tree has libpg_query.a and pg_query.h at its top; a prefix has lib/ and include/. From 18 on the
# tree has the protobuf description only, and protoc-c writes the header and code that Debian's package has.
ifdef LIBPG_QUERY
LIB_CFLAGS := -I$(LIBPG_QUERY) -I$(LIBPG_QUERY)/include -I$(LIBPG_QUERY)/protobuf -I$(LIBPG_QUERY)/vendor $(LIB_CFLAGS)
PG_QUERY_LIB := $(firstword $(wildcard $(LIBPG_QUERY)/libpg_query.a $(LIBPG_QUERY)/lib/libpg_query.a) -lpg_query)
ifeq ($(wildcard $(LIBPG_QUERY)/protobuf/pg_query.pb-c.h $(LIBPG_QUERY)/include/pg_query.pb-c.h),)
PG_QUERY_PROTO := $(LIBPG_QUERY)/protobuf/pg_query.proto
PG_QUERY_GENERATED := $(BUILD)/gen/pg_query.pb-c.c
LIB_LDLIBS += -lprotobuf-c
endif
else
# As the compiler finds it: with two architectures installed there are two of them.
PG_QUERY_LIB := $(firstword $(filter /%,$(shell $(CC) -print-file-name=libpg_query.a)) -lpg_query)
endif

# mk/dist.mk: everything from a folder that tools/dist/static-libraries filled, linked statically.
# libpg_query becomes one object with its own names alone: it has functions that libpgcommon has too.
ifdef STATIC_LIBRARIES
STATIC_ROOT := $(STATIC_LIBRARIES)/root
STATIC_LIB := $(STATIC_ROOT)/usr/lib/$(STATIC_TRIPLET)
LIB_CFLAGS := -DDBMIG_STATIC -isystem $(STATIC_ROOT)/usr/include/postgresql \
	-isystem $(STATIC_ROOT)/usr/include/$(STATIC_TRIPLET) -isystem $(STATIC_ROOT)/usr/include
STATIC_OBJECTS := $(BUILD)/static/pg_query.o $(BUILD)/static/libpq_standins.o
LIB_LDLIBS := $(STATIC_OBJECTS) $(STATIC_LIB)/libpq.a \
	$(wildcard $(STATIC_ROOT)/usr/lib/postgresql/*/lib/libpgcommon_shlib.a) \
	$(wildcard $(STATIC_ROOT)/usr/lib/postgresql/*/lib/libpgport_shlib.a) \
	$(STATIC_LIB)/libssl.a $(STATIC_LIB)/libcrypto.a $(STATIC_LIB)/libyaml.a -lpthread -lm -ldl
else
# The HTTP server of `dbmig serve`; a build without it says so there.
ifeq ($(shell $(PKG_CONFIG) --exists libmicrohttpd 2>/dev/null && echo yes),yes)
LIB_CFLAGS += -DDBMIG_HTTP $(shell $(PKG_CONFIG) --cflags libmicrohttpd)
LIB_LDLIBS += $(shell $(PKG_CONFIG) --libs libmicrohttpd)
endif
LIB_LDLIBS += $(PG_QUERY_LIB) $(shell $(PKG_CONFIG) --libs $(PKGS) 2>/dev/null || echo -lpq -lcrypto -lyaml) -lpthread -lm
endif

# make dist: one static, stripped, hardened program for x86-64 that needs nothing on the machine it runs
# on, as a tarball with its man page, completions and licences, and SHA-256 sums: dist/. The same commit
# and the same library packages (licenses/LIBRARIES in the tarball) give the same bytes.
#
#   make dist              dist/dbmig-VERSION-linux-x86_64.tar.gz, dist/SHA256SUMS
#   make dist-arm64        the same for arm64, with Debian's cross compiler; run once under qemu
#   make packages          of what dist made: wheels, npm packages, images for docker load
#   make deb               the Debian package
#   make DIST=DIR dist     into another folder
#
# The libraries are fetched once into build-dist/deps-ARCH; nothing is installed by that.
DIST ?= dist
DIST_BUILD := build-dist
DIST_NAME = dbmig-$(VERSION)-linux-$(1)
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || date -r VERSION +%s)

# Beside what mk/hardening.mk adds.
DIST_CFLAGS := -O2 -ffunction-sections -fdata-sections -ffile-prefix-map=$(CURDIR)=.
DIST_LDFLAGS := -static-pie -Wl,--gc-sections -Wl,--build-id=none

# A build of this same makefile: $(call dist_make,ARCH,TRIPLET,TOOL PREFIX)
dist_make = $(MAKE) --no-print-directory BUILD=$(DIST_BUILD)/$(1) STATIC_TRIPLET=$(2) \
	STATIC_LIBRARIES=$(DIST_BUILD)/deps-$(1) CC='$(or $(DIST_CC_$(1)),$(3)gcc)' AR=$(3)ar LD=$(3)ld \
	OBJCOPY=$(3)objcopy CFLAGS='$(DIST_CFLAGS)' LDFLAGS='$(DIST_LDFLAGS)'

$(DIST_BUILD)/deps-%/versions: tools/dist/static-libraries
	tools/dist/static-libraries $* $(@D)

dist-amd64: $(DIST_BUILD)/deps-amd64/versions
	$(call dist_make,amd64,x86_64-linux-gnu,) $(DIST_BUILD)/amd64/dbmig man completions
	strip -o $(DIST_BUILD)/amd64/dbmig.stripped $(DIST_BUILD)/amd64/dbmig

dist: dist-amd64
	tools/dist/tarball $(DIST_BUILD)/amd64/dbmig.stripped $(DIST_BUILD)/amd64 $(DIST_BUILD)/deps-amd64 \
		libc6-dev $(DIST) $(call DIST_NAME,x86_64)

# Man page and completions come from the x86-64 build: the tables are the same.
dist-arm64: dist-amd64 $(DIST_BUILD)/deps-arm64/versions
	tools/setup arm64
	$(call dist_make,arm64,aarch64-linux-gnu,aarch64-linux-gnu-) $(DIST_BUILD)/arm64/dbmig
	aarch64-linux-gnu-strip -o $(DIST_BUILD)/arm64/dbmig.stripped $(DIST_BUILD)/arm64/dbmig
	qemu-aarch64 $(DIST_BUILD)/arm64/dbmig.stripped version --verbose
	tools/dist/tarball $(DIST_BUILD)/arm64/dbmig.stripped $(DIST_BUILD)/amd64 $(DIST_BUILD)/deps-arm64 \
		libc6-dev-arm64-cross $(DIST) $(call DIST_NAME,aarch64)

# From the tarballs in $(DIST), of both architectures when both are there: wheels, npm packages, images.
packages: dist
	for tarball in $(DIST)/dbmig-$(VERSION)-linux-*.tar.gz; do \
		tools/dist/wheel $$tarball $(DIST) && tools/dist/image $$tarball $(DIST) || exit 1; \
	done >$(DIST)/made
	tools/dist/npm $(DIST)/dbmig-$(VERSION)-linux-*.tar.gz $(DIST) >>$(DIST)/made
	tools/dist/sums $(DIST) $$(cat $(DIST)/made)
	rm $(DIST)/made

# The Debian package; wants debhelper (tools/setup check).
deb: dist
	for tarball in $(DIST)/dbmig-$(VERSION)-linux-*.tar.gz; do \
		tools/dist/deb $$tarball $(DIST) || exit 1; \
	done >$(DIST)/made
	tools/dist/sums $(DIST) $$(cat $(DIST)/made)
	rm $(DIST)/made

$(BUILD)/static/pg_query.o: $(STATIC_LIB)/libpg_query.a
	@mkdir -p $(@D)
	$(call run,STATIC,$@)$(LD) -r --whole-archive $< -o $@.all
	$(call run,STATIC,$@)$(OBJCOPY) -w --keep-global-symbol='pg_query_*' --keep-global-symbol='protobuf_c_*' $@.all $@

$(BUILD)/static/libpq_standins.o: packaging/static/libpq_standins.c
	@mkdir -p $(@D)
	$(call run,STATIC,$@)$(CC) $(ALL_CFLAGS) -c -o $@ $<

.PHONY: packages deb dist dist-amd64 dist-arm64

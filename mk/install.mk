# make install, make uninstall: the program, its man page and the completion scripts, under
# $(DESTDIR)$(PREFIX). What is generated is made by the program itself, out of its tables.
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
BASH_COMPLETION_DIR ?= $(PREFIX)/share/bash-completion/completions
ZSH_COMPLETION_DIR ?= $(PREFIX)/share/zsh/site-functions
FISH_COMPLETION_DIR ?= $(PREFIX)/share/fish/vendor_completions.d
INSTALL ?= install

GENERATED := $(BUILD)/completion/dbmig $(BUILD)/completion/_dbmig \
	$(BUILD)/completion/dbmig.fish

MAN_DATE := 2026-11-30
MAN_COMMANDS := $(patsubst src/cli/cmd_%.c,%,$(wildcard src/cli/cmd_*.c))
MAN1 := $(BUILD)/man/dbmig.1 $(MAN_COMMANDS:%=$(BUILD)/man/dbmig-%.1)
MAN5 := $(BUILD)/man/atlas.hcl.5
fill_man = sed -e 's/@VERSION@/$(VERSION)/' -e 's/@DATE@/$(MAN_DATE)/'
GENERATED += $(MAN1) $(MAN5)

# Pages that man/ has by hand, with tables of the program in them: PAGE, what to dump.
define man_page
	@mkdir -p $(@D)
	@$(BUILD)/dbmig help --dump $1 >$@.tables
	$(call run,MAN,$@)$(fill_man) -e '/^@TABLES@$$/{' -e 'r $@.tables' -e 'd' -e '}' $< | tools/wrap-man >$@
	@rm -f $@.tables
endef

$(BUILD)/man/dbmig.1: man/dbmig.1.in tools/wrap-man $(BUILD)/dbmig
	$(call man_page,man)

$(BUILD)/man/atlas.hcl.5: man/atlas.hcl.5.in tools/wrap-man $(BUILD)/dbmig
	$(call man_page,settings)

$(BUILD)/man/dbmig-%.1: tools/wrap-man $(BUILD)/dbmig
	@mkdir -p $(@D)
	$(call run,MAN,$@)$(BUILD)/dbmig help --dump man $* | $(fill_man) | tools/wrap-man >$@

$(BUILD)/completion/dbmig: $(BUILD)/dbmig
	@mkdir -p $(@D)
	$(call run,GEN,$@)$(BUILD)/dbmig completion bash >$@

$(BUILD)/completion/_dbmig: $(BUILD)/dbmig
	@mkdir -p $(@D)
	$(call run,GEN,$@)$(BUILD)/dbmig completion zsh >$@

$(BUILD)/completion/dbmig.fish: $(BUILD)/dbmig
	@mkdir -p $(@D)
	$(call run,GEN,$@)$(BUILD)/dbmig completion fish >$@

man: $(MAN1) $(MAN5)
completions: $(filter $(BUILD)/completion/%,$(GENERATED))

install: $(BUILD)/dbmig $(GENERATED)
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(BASH_COMPLETION_DIR) \
		$(DESTDIR)$(ZSH_COMPLETION_DIR) $(DESTDIR)$(FISH_COMPLETION_DIR)
	$(INSTALL) -m 755 $(BUILD)/dbmig $(DESTDIR)$(BINDIR)/dbmig
	$(INSTALL) -m 644 $(MAN1) $(DESTDIR)$(MANDIR)/man1/
	$(INSTALL) -m 644 $(MAN5) $(DESTDIR)$(MANDIR)/man5/
	$(INSTALL) -m 644 $(BUILD)/completion/dbmig $(DESTDIR)$(BASH_COMPLETION_DIR)/dbmig
	$(INSTALL) -m 644 $(BUILD)/completion/_dbmig $(DESTDIR)$(ZSH_COMPLETION_DIR)/_dbmig
	$(INSTALL) -m 644 $(BUILD)/completion/dbmig.fish $(DESTDIR)$(FISH_COMPLETION_DIR)/dbmig.fish

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/dbmig $(DESTDIR)$(MANDIR)/man1/dbmig.1 \
		$(MAN_COMMANDS:%=$(DESTDIR)$(MANDIR)/man1/dbmig-%.1) $(DESTDIR)$(MANDIR)/man5/atlas.hcl.5 \
		$(DESTDIR)$(BASH_COMPLETION_DIR)/dbmig $(DESTDIR)$(ZSH_COMPLETION_DIR)/_dbmig \
		$(DESTDIR)$(FISH_COMPLETION_DIR)/dbmig.fish

.PHONY: install uninstall man completions

# make install, make uninstall: the program, its man page and the completion scripts, under
# $(DESTDIR)$(PREFIX). What is generated is made by the program itself, out of its tables.
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
BASH_COMPLETION_DIR ?= $(PREFIX)/share/bash-completion/completions
ZSH_COMPLETION_DIR ?= $(PREFIX)/share/zsh/site-functions
FISH_COMPLETION_DIR ?= $(PREFIX)/share/fish/vendor_completions.d
INSTALL ?= install

GENERATED := $(BUILD)/dbmig.1 $(BUILD)/completion/dbmig $(BUILD)/completion/_dbmig \
	$(BUILD)/completion/dbmig.fish

$(BUILD)/dbmig.1: man/dbmig.1.in $(BUILD)/dbmig
	@$(BUILD)/dbmig help --dump man >$@.tables
	$(call run,MAN,$@)sed -e 's/@VERSION@/$(VERSION)/' -e '/^@TABLES@$$/{' -e 'r $@.tables' -e 'd' -e '}' $< >$@

$(BUILD)/completion/dbmig: $(BUILD)/dbmig
	@mkdir -p $(@D)
	$(call run,GEN,$@)$(BUILD)/dbmig completion bash >$@

$(BUILD)/completion/_dbmig: $(BUILD)/dbmig
	@mkdir -p $(@D)
	$(call run,GEN,$@)$(BUILD)/dbmig completion zsh >$@

$(BUILD)/completion/dbmig.fish: $(BUILD)/dbmig
	@mkdir -p $(@D)
	$(call run,GEN,$@)$(BUILD)/dbmig completion fish >$@

man: $(BUILD)/dbmig.1
completions: $(filter $(BUILD)/completion/%,$(GENERATED))

install: $(BUILD)/dbmig $(GENERATED)
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(BASH_COMPLETION_DIR) \
		$(DESTDIR)$(ZSH_COMPLETION_DIR) $(DESTDIR)$(FISH_COMPLETION_DIR)
	$(INSTALL) -m 755 $(BUILD)/dbmig $(DESTDIR)$(BINDIR)/dbmig
	$(INSTALL) -m 644 $(BUILD)/dbmig.1 $(DESTDIR)$(MANDIR)/man1/dbmig.1
	$(INSTALL) -m 644 $(BUILD)/completion/dbmig $(DESTDIR)$(BASH_COMPLETION_DIR)/dbmig
	$(INSTALL) -m 644 $(BUILD)/completion/_dbmig $(DESTDIR)$(ZSH_COMPLETION_DIR)/_dbmig
	$(INSTALL) -m 644 $(BUILD)/completion/dbmig.fish $(DESTDIR)$(FISH_COMPLETION_DIR)/dbmig.fish

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/dbmig $(DESTDIR)$(MANDIR)/man1/dbmig.1 \
		$(DESTDIR)$(BASH_COMPLETION_DIR)/dbmig $(DESTDIR)$(ZSH_COMPLETION_DIR)/_dbmig \
		$(DESTDIR)$(FISH_COMPLETION_DIR)/dbmig.fish

.PHONY: install uninstall man completions

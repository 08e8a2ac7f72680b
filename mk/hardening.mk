# What makes a mistake in C harder to use: on by default, whatever CFLAGS are given. HARDENING=0 leaves it out; so do
# builds with sanitizers and coverage, which have checks of their own. tests/static/hardened looks at the result.
HARDENING ?= 1
ifneq ($(SANITIZE)$(COVERAGE)$(filter -fsanitize%,$(CFLAGS)),)
HARDENING := 0
endif

ifneq ($(HARDENING),0)
# Flags that this compiler takes for this machine.
taken = $(foreach flag,$1,$(shell printf '' | $(CC) -Werror $(flag) -x c -c -o /dev/null - 2>/dev/null && echo $(flag)))
HARD_CFLAGS := $(call taken,-fPIE -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
# Without optimisation it does nothing but warn.
ifneq ($(filter-out -O0,$(filter -O%,$(CFLAGS))),)
HARD_CFLAGS += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
ifeq ($(shell uname -s),Linux)
HARD_LDFLAGS := -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
ifeq ($(filter -static%,$(LDFLAGS)),)
HARD_LDFLAGS += -pie
endif
endif
endif

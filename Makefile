# SPDX-License-Identifier: BSD-2-Clause
# One Makefile, no configure. `make help` lists the targets.

PREFIX ?= /usr
DESTDIR ?=
BUILD ?= build
CC ?= cc
CLANG ?= clang
V ?= 0
FUZZ_SECONDS ?= 60

HELPERDIR := $(PREFIX)/libexec/loginspace
MANDIR := $(PREFIX)/share/man
# Where the system's libpam looks for modules: beside pam_permit.so, which every libpam has.
PAMDIR ?= $(or $(patsubst %/pam_permit.so,%,$(firstword $(wildcard $(foreach dir,\
	/usr/lib/$(shell $(CC) -print-multiarch 2>/dev/null) /usr/lib64 /usr/lib,\
	$(dir)/security/pam_permit.so)))),$(PREFIX)/lib/security)

OPTIMISE ?= -O2 -g
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 \
	-Wconversion -Wsign-conversion -Wcast-qual -Wpointer-arith -Wwrite-strings -Wvla \
	-Wundef -Werror
HARDEN ?= -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2
DEFINES := -D_GNU_SOURCE -DLOGINSPACE_HELPER='"$(HELPERDIR)/loginspace-helper"'
COMPILE = $(CC) -std=gnu11 $(OPTIMISE) $(WARN) $(HARDEN) $(DEFINES) -Iinclude -MMD -MP $(CFLAGS)
LINK = $(CC) $(OPTIMISE) $(CFLAGS) -Wl,-z,relro,-z,now,--as-needed $(LDFLAGS)

Q := $(if $(filter 1,$(V)),,@)
say = @$(if $(filter 1,$(V)),:,printf '  %-5s %s\n' $(1) $@)

MODULE := $(BUILD)/pam_loginspace.so
HELPER := $(BUILD)/loginspace-helper
INIT := $(BUILD)/loginspace-init
MAN := $(patsubst docs/%.scd,$(BUILD)/man/%,$(wildcard docs/*.scd))

# The module is a guest in sshd: it takes from lib/ only what it uses, and links libpam and libc.
MODULE_SRC := $(wildcard pam_module/*.c) \
	$(addprefix lib/,channel.c message.c policy.c quote.c space_id.c steps.c)
HELPER_SRC := $(filter-out helper/init_main.c,$(wildcard helper/*.c)) \
	$(addprefix lib/,channel.c message.c policy.c)
# PID 1 of each space: static, as every page of it is paid once a space. Where there is no static
# C library: make INIT_LINK=-pie
INIT_SRC := helper/init_main.c helper/init.c lib/channel.c lib/message.c
INIT_LINK ?= -static
MODULE_OBJ := $(MODULE_SRC:%.c=$(BUILD)/pic/%.o)
HELPER_OBJ := $(HELPER_SRC:%.c=$(BUILD)/pie/%.o)
INIT_OBJ := $(INIT_SRC:%.c=$(BUILD)/pie/%.o)

all: $(MODULE) $(HELPER) $(INIT) man

$(MODULE): $(MODULE_OBJ) pam_module/pam_loginspace.map
	$(call say,LINK)
	$(Q)$(LINK) -shared -Wl,-z,defs,-z,nodelete \
		-Wl,--version-script=pam_module/pam_loginspace.map -o $@ $(MODULE_OBJ) -lpam

$(HELPER): $(HELPER_OBJ)
	$(call say,LINK)
	$(Q)$(LINK) -pie -o $@ $(HELPER_OBJ) -lcap -lmnl

$(INIT): $(INIT_OBJ)
	$(call say,LINK)
	$(Q)$(LINK) $(INIT_LINK) -Wl,--gc-sections -o $@ $(INIT_OBJ)

$(BUILD)/pic/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -fPIC -c -o $@ $<

$(BUILD)/pie/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -fPIE -c -o $@ $<

# The programs do not need their pages: without scdoc they are left out, and it is said.
man: $(if $(shell command -v scdoc),$(MAN),man-missing)

man-missing:
	@echo "  man pages are left out: scdoc is not installed"

$(BUILD)/man/%: docs/%.scd
	@mkdir -p $(@D)
	$(call say,SCDOC)
	$(Q)scdoc <$< >$@

install: all
	install -d "$(DESTDIR)$(PAMDIR)" "$(DESTDIR)$(HELPERDIR)" "$(DESTDIR)$(MANDIR)/man8"
	install -m 0644 $(MODULE) "$(DESTDIR)$(PAMDIR)/pam_loginspace.so"
	install -m 0700 $(HELPER) $(INIT) "$(DESTDIR)$(HELPERDIR)/"
	$(if $(wildcard $(MAN)),install -m 0644 $(wildcard $(MAN)) "$(DESTDIR)$(MANDIR)/man8/")

uninstall:
	rm -f "$(DESTDIR)$(PAMDIR)/pam_loginspace.so" "$(DESTDIR)$(HELPERDIR)/loginspace-helper" \
		"$(DESTDIR)$(HELPERDIR)/loginspace-init" \
		$(patsubst $(BUILD)/man/%,"$(DESTDIR)$(MANDIR)/man8/%",$(MAN))
	-rmdir "$(DESTDIR)$(HELPERDIR)" 2>/dev/null

clean:
	rm -rf "$(BUILD)"

include tests/tests.mk

help:
	@echo 'make all        the module, the helper, the man pages, in $(BUILD)/'
	@echo 'make install    [PREFIX=/usr] [DESTDIR=] [PAMDIR=]; changes no PAM file'
	@echo 'make uninstall  takes away what install put there; take the PAM line out first'
	@echo 'make demo       (root) a real ssh login, host and space side by side'
	@echo 'make check      (root) all tests: unit, fuzz corpora, root tests with real sshd, su, login'
	@echo 'make bench      (root) the cost of a login beside the kernel alone and other tools'
	@echo 'make san        (root) the tests with AddressSanitizer and UBSan'
	@echo 'make fuzz       each fuzzer for FUZZ_SECONDS=$(FUZZ_SECONDS)'
	@echo 'make lint       format, clang-tidy, cppcheck, shellcheck'
	@echo 'make deps       (root, Debian) installs what the above need'
	@echo 'make clean      removes $(BUILD)/'
	@echo 'V=1 shows the commands.'

.PHONY: all man man-missing install uninstall clean help
.DELETE_ON_ERROR:
-include $(MODULE_OBJ:.o=.d) $(HELPER_OBJ:.o=.d) $(INIT_OBJ:.o=.d)

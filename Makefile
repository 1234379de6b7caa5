# SPDX-License-Identifier: BSD-2-Clause
# One Makefile, no configure. `make help` lists the targets.

VERSION := 0.5.0
PREFIX ?= /usr
DESTDIR ?=
BUILD ?= build
CC ?= cc
CLANG ?= clang
V ?= 0
# 0: system calls are not given up; for sanitizers, whose runtime makes calls of its own.
FILTERS ?= 1
MARKED = $(VERSION)$(if $(filter 0,$(FILTERS)),+nofilters)
FUZZ_SECONDS ?= 60

HELPERDIR := $(PREFIX)/libexec/loginspace
MANDIR := $(PREFIX)/share/man
DOCDIR := $(PREFIX)/share/doc/loginspace
BASHDIR := $(PREFIX)/share/bash-completion/completions
ZSHDIR := $(PREFIX)/share/zsh/site-functions
# Where a page goes, by its section: loginspace.conf.5 to man5.
mandir = $(MANDIR)/man$(lastword $(subst ., ,$(1)))/$(notdir $(1))
# Where the system's libpam looks for modules: beside pam_permit.so, which every libpam has.
PAMDIR ?= $(or $(patsubst %/pam_permit.so,%,$(firstword $(wildcard $(foreach dir,\
	/usr/lib/$(shell $(CC) -print-multiarch 2>/dev/null) /usr/lib64 /usr/lib,\
	$(dir)/security/pam_permit.so)))),$(PREFIX)/lib/security)

OPTIMISE ?= -O2 -g
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 \
	-Wconversion -Wsign-conversion -Wcast-qual -Wpointer-arith -Wwrite-strings -Wvla \
	-Wundef -Werror
HARDEN ?= -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2
DEFINES := -D_GNU_SOURCE -DLOGINSPACE_HELPER='"$(HELPERDIR)/loginspace-helper"' \
	-DLOGINSPACE_MODULE='"$(PAMDIR)/pam_loginspace.so"' -DLOGINSPACE_VERSION='"$(MARKED)"' \
	-DLOGINSPACE_FILTERS=$(FILTERS)
# The folders of a program see each other's headers.
HELPER_DIRS := helper $(addprefix helper/,init limits mounts network)
COMMAND_DIRS := admin $(addprefix admin/,doctor root run)
QUOTED = $(addprefix -iquote ,$(if $(filter helper/%,$<),$(HELPER_DIRS)) $(if $(filter admin/%,$<),$(COMMAND_DIRS)))
COMPILE = $(CC) -std=gnu11 $(OPTIMISE) $(WARN) $(HARDEN) $(DEFINES) -Iinclude $(QUOTED) -MMD -MP $(CFLAGS)
LINK = $(CC) $(OPTIMISE) $(CFLAGS) -Wl,-z,relro,-z,now,--as-needed $(LDFLAGS)

Q := $(if $(filter 1,$(V)),,@)
say = @$(if $(filter 1,$(V)),:,printf '  %-5s %s\n' $(1) $@)

MODULE := $(BUILD)/pam_loginspace.so
COMMAND := $(BUILD)/loginspace
HELPER := $(BUILD)/loginspace-helper
INIT := $(BUILD)/loginspace-init
MAN := $(patsubst docs/%.scd,$(BUILD)/man/%,$(wildcard docs/*.scd))

# The module is a guest in sshd: it takes from lib/ only what it uses, and links libpam and libc.
MODULE_SRC := $(wildcard pam_module/*.c) $(addprefix lib/,cached.c channel.c counters.c file.c filter.c message.c \
	plan.c policy.c quote.c restrict.c space_id.c steps.c switch.c)
# What reads the configuration, in the helper and in the command alike.
POLICY_SRC := $(wildcard lib/configuration*.c lib/decision*.c lib/keys*.c lib/policy*.c lib/value*.c \
	lib/view*.c) \
	$(addprefix lib/,accounts.c hostname.c match.c names.c path.c pool.c problem.c quote.c)
HELPER_SRC := $(filter-out helper/init/init_main.c,$(wildcard $(HELPER_DIRS:=/*.c))) $(POLICY_SRC) \
	$(addprefix lib/,cached.c channel.c door.c fds.c file.c filter.c knock.c message.c place.c plan.c \
	registry.c ruleset.c space_id.c)
COMMAND_SRC := $(wildcard $(COMMAND_DIRS:=/*.c)) $(POLICY_SRC) $(addprefix lib/,channel.c counters.c door.c \
	fds.c file.c filter.c knock.c message.c plan.c registry.c registry_list.c restrict.c ruleset.c \
	space_id.c steps.c switch.c)
# PID 1 of each space: static, as every page of it is paid once a space. Where there is no static
# C library: make INIT_LINK=-pie
INIT_SRC := $(wildcard helper/init/*.c) $(addprefix lib/,channel.c fds.c filter.c knock.c message.c registry.c)
INIT_LINK ?= -static

# To find and map a library takes as long as much of what the helper does. Those of which there is an
# archive are linked in; make ARCHIVES=no links all of them dynamically.
ARCHIVES ?= yes
archive = $(if $(and $(filter yes,$(ARCHIVES)),$(filter /%,$(shell $(CC) -print-file-name=lib$1.a))),\
	-l:lib$1.a,-l$1)
MODULE_OBJ := $(MODULE_SRC:%.c=$(BUILD)/pic/%.o) $(BUILD)/pic/filter/session.o
HELPER_OBJ := $(HELPER_SRC:%.c=$(BUILD)/pie/%.o) $(BUILD)/pie/filter/helper.o \
	$(BUILD)/pie/filter/init.o
INIT_OBJ := $(INIT_SRC:%.c=$(BUILD)/pie/%.o) $(BUILD)/pie/filter/init.o
COMMAND_OBJ := $(COMMAND_SRC:%.c=$(BUILD)/pie/%.o) $(BUILD)/pie/filter/session.o

all: $(MODULE) $(HELPER) $(INIT) $(COMMAND) man

$(MODULE): $(MODULE_OBJ) pam_module/pam_loginspace.map
	$(call say,LINK)
	$(Q)$(LINK) -shared -Wl,-z,defs,-z,nodelete \
		-Wl,--version-script=pam_module/pam_loginspace.map -o $@ $(MODULE_OBJ) -lpam

$(HELPER): $(HELPER_OBJ)
	$(call say,LINK)
	$(Q)$(LINK) -pie -o $@ $(HELPER_OBJ) $(foreach l,cap inih,$(call archive,$l)) -lmnl

$(INIT): $(INIT_OBJ)
	$(call say,LINK)
	$(Q)$(LINK) $(INIT_LINK) -Wl,--gc-sections -o $@ $(INIT_OBJ)

$(COMMAND): $(COMMAND_OBJ)
	$(call say,LINK)
	$(Q)$(LINK) -pie -o $@ $(COMMAND_OBJ) -linih -ljson-c -lpam

$(BUILD)/pic/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -fPIC -c -o $@ $<

$(BUILD)/pie/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -fPIE -c -o $@ $<

# The filters for system calls, made of the lists *.calls: the programs do not link libseccomp.
FILTER_SRC := $(foreach name,helper init session,$(BUILD)/filter/$(name).c)

$(BUILD)/filters: config/filters.c $(wildcard helper/*.calls helper/init/*.calls lib/*.calls) include/filter.h Makefile
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(COMPILE) -MF $@.d -o $@ $< -lseccomp

$(FILTER_SRC): $(BUILD)/filter/%.c: $(BUILD)/filters
	@mkdir -p $(@D)
	$(Q)$< $* >$@

$(FILTER_SRC:$(BUILD)/%.c=$(BUILD)/pic/%.o): $(BUILD)/pic/%.o: $(BUILD)/%.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -fPIC -c -o $@ $<

$(FILTER_SRC:$(BUILD)/%.c=$(BUILD)/pie/%.o): $(BUILD)/pie/%.o: $(BUILD)/%.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -fPIE -c -o $@ $<

SAMPLE_OBJ := $(BUILD)/pie/config/sample.o $(patsubst %.c,$(BUILD)/pie/%.o,lib/sample.c $(POLICY_SRC))

$(BUILD)/sample: $(SAMPLE_OBJ)
	$(Q)$(LINK) -pie -o $@ $(SAMPLE_OBJ) -linih

# The sample is made from the table of keys; a test compares the two.
sample: $(BUILD)/sample
	$< >config/loginspace.conf

# The programs do not need their pages: without scdoc they are left out, and it is said.
man: $(if $(shell command -v scdoc),$(MAN),man-missing)

man-missing:
	@echo "  man pages are left out: scdoc is not installed"

# The first line says that there are tables, which man(1) need not look for by itself.
$(BUILD)/man/%: docs/%.scd
	@mkdir -p $(@D)
	$(call say,SCDOC)
	$(Q){ printf '%s\n' "'\\\" t" && scdoc <$<; } >$@

install: all
	install -d "$(DESTDIR)$(PAMDIR)" "$(DESTDIR)$(HELPERDIR)" "$(DESTDIR)$(PREFIX)/bin" \
		"$(DESTDIR)$(BASHDIR)" "$(DESTDIR)$(ZSHDIR)" "$(DESTDIR)$(DOCDIR)"
	install -m 0644 $(MODULE) "$(DESTDIR)$(PAMDIR)/pam_loginspace.so"
	install -m 0700 $(HELPER) $(INIT) "$(DESTDIR)$(HELPERDIR)/"
	install -m 0755 $(COMMAND) "$(DESTDIR)$(PREFIX)/bin/loginspace"
	install -m 0644 config/completion/loginspace.bash "$(DESTDIR)$(BASHDIR)/loginspace"
	install -m 0644 config/completion/_loginspace "$(DESTDIR)$(ZSHDIR)/_loginspace"
	install -m 0644 config/loginspace.conf config/pam.d/*.example "$(DESTDIR)$(DOCDIR)/"
	$(foreach page,$(wildcard $(MAN)),install -D -m 0644 $(page) "$(DESTDIR)$(call mandir,$(page))";)

uninstall:
	rm -f "$(DESTDIR)$(PAMDIR)/pam_loginspace.so" "$(DESTDIR)$(HELPERDIR)/loginspace-helper" \
		"$(DESTDIR)$(HELPERDIR)/loginspace-init" "$(DESTDIR)$(PREFIX)/bin/loginspace" \
		"$(DESTDIR)$(HELPERDIR)/spank_loginspace.so" \
		"$(DESTDIR)$(BASHDIR)/loginspace" "$(DESTDIR)$(ZSHDIR)/_loginspace" \
		$(foreach page,$(MAN),"$(DESTDIR)$(call mandir,$(page))")
	rm -rf "$(DESTDIR)$(DOCDIR)"
	-rmdir "$(DESTDIR)$(HELPERDIR)" 2>/dev/null

clean:
	rm -rf "$(BUILD)"

include tests/tests.mk
include config/package.mk
include tests/vm/vm.mk
include slurm/slurm.mk
include tests/fleet/fleet.mk

help:
	@echo 'make all        the module, the helper, the command, the man pages, in $(BUILD)/'
	@echo 'make install    [PREFIX=/usr] [DESTDIR=] [PAMDIR=]; changes no PAM file'
	@echo 'make uninstall  takes away what install put there; take the PAM line out first'
	@echo 'make demo       (root) a real ssh login, host and space side by side'
	@echo 'make check      (root) all tests: unit, fuzz corpora, root tests with real sshd, su, login'
	@echo 'make bench      (root) the cost of a login beside the kernel alone and other tools'
	@echo 'make bench-full (root) its long form: 10,000 spaces, 100,000 logins; make bench-plots: docs/plots'
	@echo 'make bench-network  (root) what the network of a space carries, beside others'
	@echo 'make san        (root) the tests with AddressSanitizer and UBSan'
	@echo 'make fuzz       each fuzzer for FUZZ_SECONDS=$(FUZZ_SECONDS)'
	@echo 'make coverage   (root) how much of module, helper and lib the tests run: lines and branches'
	@echo 'make long       (root) what takes hours: 20,000 logins, fuzzers, valgrind, sanitizers; LONG=logins: one'
	@echo 'make deb        packages for Debian, in $(BUILD)/deb; make rpm: for RPM, in $(BUILD)/rpm'
	@echo 'make check-package  (root) installs, upgrades, removes them in a tree of SUITE=bookworm or trixie'
	@echo 'make check-vm   (root) the packages on a real Debian with systemd, in qemu; SUITE=bookworm or trixie'
	@echo 'make slurm      the plugin for Slurm (libslurm-dev); make install-slurm; (root) make check-slurm: docs/SLURM.md'
	@echo 'make check-fleet  (root) the role for Ansible on three hosts of SUITE; figures, alerts and dashboard in Prometheus'
	@echo 'make lint       format, clang-tidy, cppcheck, shellcheck'
	@echo 'make deps       (root, Debian) installs what the above need'
	@echo 'make clean      removes $(BUILD)/'
	@echo 'V=1 shows the commands.'

.PHONY: all sample man man-missing install uninstall clean help
.DELETE_ON_ERROR:
-include $(MODULE_OBJ:.o=.d) $(HELPER_OBJ:.o=.d) $(INIT_OBJ:.o=.d) $(COMMAND_OBJ:.o=.d)

# SPDX-License-Identifier: BSD-2-Clause
# One Makefile, no configure. `make help` lists the targets.

PREFIX	?= /usr
DESTDIR	?=
BUILD	?= build
CC	?= cc
V	?= 0

VERSION := 0.1.0
HELPER	:= $(PREFIX)/libexec/loginspace/loginspace-helper
# Where the system's libpam looks for modules: beside pam_permit.so, which every libpam has.
PAMDIR	?= $(or $(patsubst %/pam_permit.so,%,$(firstword $(wildcard \
	$(foreach d,/usr/lib/$(shell $(CC) -print-multiarch 2>/dev/null) /usr/lib64 /usr/lib,\
	$(d)/security/pam_permit.so)))),/usr/lib/security)

OPTIMISE ?= -O2 -g
WARN	:= -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 \
	-Wconversion -Wsign-conversion -Wcast-qual -Wpointer-arith -Wwrite-strings -Wvla \
	-Wundef -Werror
HARDEN	:= -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2
DEFINES	:= -D_GNU_SOURCE -DLOGINSPACE_HELPER='"$(HELPER)"' \
	-DLOGINSPACE_CONF='"/etc/security/loginspace.conf"'
ALL_CFLAGS = -std=gnu11 $(OPTIMISE) $(WARN) $(HARDEN) $(DEFINES) -Iinclude -MMD -MP $(CFLAGS)
ALL_LDFLAGS = -Wl,-z,relro,-z,now,--as-needed $(LDFLAGS)

Q	:= $(if $(filter 1,$(V)),,@)
say	= $(if $(filter 1,$(V)),,@printf '  %-8s %s\n' '$(1)' '$(2)')

MODULE	:= $(BUILD)/pam_loginspace.so
PROGRAM	:= $(BUILD)/loginspace-helper

# The module is a guest in sshd: it takes from lib/ only what it uses.
MODULE_SRC := $(wildcard pam_module/*.c) $(addprefix lib/,channel.c message.c quote.c \
	space_id.c steps.c)
HELPER_SRC := $(wildcard helper/*.c) $(addprefix lib/,channel.c message.c policy.c)
MODULE_OBJ := $(MODULE_SRC:%.c=$(BUILD)/pic/%.o)
HELPER_OBJ := $(HELPER_SRC:%.c=$(BUILD)/pie/%.o)

all: $(MODULE) $(PROGRAM)

$(MODULE): $(MODULE_OBJ) pam_module/pam_loginspace.map
	$(call say,LINK,$@)
	$(Q)$(CC) -shared $(OPTIMISE) $(CFLAGS) $(ALL_LDFLAGS) -Wl,-z,defs,-z,nodelete \
		-Wl,--version-script=pam_module/pam_loginspace.map -o $@ $(MODULE_OBJ) -lpam

$(PROGRAM): $(HELPER_OBJ)
	$(call say,LINK,$@)
	$(Q)$(CC) -pie $(OPTIMISE) $(CFLAGS) $(ALL_LDFLAGS) -o $@ $(HELPER_OBJ) -lcap -lmnl

$(BUILD)/pic/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -fPIC -c -o $@ $<

$(BUILD)/pie/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -fPIE -c -o $@ $<

clean:
	rm -rf $(BUILD)

.PHONY: all clean
-include $(MODULE_OBJ:.o=.d) $(HELPER_OBJ:.o=.d)

# SPDX-License-Identifier: BSD-2-Clause
# The plugin for Slurm: not part of `make all`, as it is built for one version of Slurm. Included by the
# Makefile.

DEPS_SLURM := libslurm-dev slurmctld slurmd slurm-client munge libpam-slurm-adopt
SPANK := $(BUILD)/spank_loginspace.so
SPANK_OBJ := $(patsubst %.c,$(BUILD)/pic/%.o,$(wildcard slurm/*.c) lib/fds.c lib/file.c lib/place.c lib/registry.c)

# What it calls of Slurm is there when slurmstepd loads it.
$(SPANK): $(SPANK_OBJ) slurm/spank_loginspace.map
	$(call say,LINK)
	$(Q)$(LINK) -shared -Wl,--version-script=slurm/spank_loginspace.map -o $@ $(SPANK_OBJ) -lpam

slurm: $(SPANK)

install-slurm: slurm
	install -d "$(DESTDIR)$(HELPERDIR)"
	install -m 0755 $(SPANK) "$(DESTDIR)$(HELPERDIR)/"

deps-slurm: deps
	@tests/deps $(DEPS_SLURM)

check-slurm: deps-slurm
	@$(MAKE) --no-print-directory all slurm
	@tests/slurm/run

.PHONY: slurm install-slurm deps-slurm check-slurm
-include $(SPANK_OBJ:.o=.d)

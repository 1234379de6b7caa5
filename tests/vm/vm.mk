# SPDX-License-Identifier: BSD-2-Clause
# The packages on a machine of its own. Included by the Makefile.

DEPS_VM := qemu-system-x86 mmdebstrap e2fsprogs debian-archive-keyring debootstrap libslurm-dev

deps-vm: deps
	@tests/deps $(DEPS_PACKAGE) $(DEPS_VM)

# SUITE=bookworm|trixie; the suite of this machine, if not given. PARTS="ssh console": not all of it.
check-vm: deps-vm
	@tests/vm/run $(or $(SUITE),$(shell . /etc/os-release && echo $$VERSION_CODENAME)) $(PARTS)

.PHONY: deps-vm check-vm

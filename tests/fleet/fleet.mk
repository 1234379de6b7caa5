# SPDX-License-Identifier: BSD-2-Clause
# More than one machine: the role for Ansible on three hosts, and the figures in Prometheus. Included by
# the Makefile.

DEPS_FLEET := ansible-core ansible-lint curl prometheus prometheus-node-exporter systemd

deps-fleet: deps
	@tests/deps $(DEPS_PACKAGE) $(DEPS_FLEET)

# PARTS="role monitoring": not all of it. LS_FLEET_DIR=FOLDER keeps the tree and the packages.
check-fleet: deps-fleet
	@$(MAKE) --no-print-directory all
	@tests/fleet/run $(PARTS)

.PHONY: deps-fleet check-fleet

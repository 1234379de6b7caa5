# SPDX-License-Identifier: BSD-2-Clause
# More than one machine: the role for Ansible on three hosts, and the figures in Prometheus. Included by
# the Makefile.

DEPS_FLEET := ansible-core ansible-lint curl prometheus prometheus-node-exporter python3-prometheus-client systemd

deps-fleet: deps
	@tests/deps $(DEPS_PACKAGE) $(DEPS_FLEET)

# SUITE=bookworm|trixie: that of the hosts; this machine's, if not given. PARTS="role monitoring": not all of
# it. LS_FLEET_DIR=FOLDER keeps the trees and the packages.
check-fleet: deps-fleet
	@$(MAKE) --no-print-directory all
	@SUITE=$(SUITE) tests/fleet/run $(PARTS)

.PHONY: deps-fleet check-fleet

# SPDX-License-Identifier: BSD-2-Clause
# Packages for Debian and for RPM. Included by the Makefile at the top.

DEPS_PACKAGE := build-essential debhelper debootstrap fakeroot lintian rpm rpmlint
DEB := $(BUILD)/deb
RPM := $(BUILD)/rpm
TREE := loginspace-$(VERSION)
SUITE ?=
# Symbols for debuggers would be packages of their own: make deb DEB_BUILD_OPTIONS= makes them.
DEB_BUILD_OPTIONS ?= noautodbgsym
# What is set for this make is not for the one in the package.
AFRESH := env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u BUILD -u DESTDIR -u PREFIX -u V

# The version stands in three places.
package-version:
	@config/package-tree version $(VERSION)

# The binary packages, and the source package that they are made of.
deb: package-version
	@rm -rf $(DEB)
	@config/package-tree debian $(DEB)/$(TREE)
	cd $(DEB)/$(TREE) && $(AFRESH) DEB_BUILD_OPTIONS='$(DEB_BUILD_OPTIONS)' \
		dpkg-buildpackage -us -uc
	@rm -rf $(DEB)/$(TREE)

# --nodeps: on Debian rpm knows of no installed package. RPM_DEFINES: '--define "name value"' ...
rpm: package-version
	@rm -rf $(RPM)
	@config/package-tree copy $(RPM)/$(TREE)
	@mkdir -p $(RPM)/SOURCES
	@tar -C $(RPM) -czf $(RPM)/SOURCES/$(TREE).tar.gz $(TREE)
	@rm -rf $(RPM)/$(TREE)
	$(AFRESH) rpmbuild -ba --nodeps --define '_topdir $(abspath $(RPM))' $(RPM_DEFINES) \
		config/rpm/loginspace.spec

deps-package: deps
	@tests/deps $(DEPS_PACKAGE)

# SUITE=bookworm|trixie; the suite of this machine, if not given. Needs a mirror, and some minutes.
check-package: deps-package
	@tests/package/run $(SUITE)

.PHONY: package-version deb rpm deps-package check-package

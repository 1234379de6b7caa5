# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# The packages of the spec file have what those of Debian have, with the same modes. Runs on the
# machine, after build.sh. TREE: a root file system to run a scriptlet in.
set -u
: "${SOURCE:?}" "${OUT:?}" "${TREE:?}" "${RIG:=$OUT/rig}"
. "$SOURCE/tests/rig/lib.bash"

# "MODE NAME" of each file and folder, without what each kind of package has a place of its own for:
# documents and licences, numbers of builds, and what only Debian has a use for.
deb_files() {
	local file
	for file in "$OUT"/debs/first/*.deb; do
		dpkg-deb -c "$file" | awk '{ print $1, substr($6, 2) }'
	done | sed -e 's,/usr/lib/[^/]*-linux-gnu[^/]*/security,PAM,' -e 's,\.gz$,,' \
		-e 's,/zsh/vendor-completions,/ZSH,' -e 's,tmpfiles.d/libpam-,tmpfiles.d/,' |
		grep -Ev '^d|/share/doc/|/pam-configs/|/share/lintian/' | sort
}

rpm_files() {
	rpm -qp --queryformat '[%{FILEMODES:perms} %{FILENAMES}\n]' "$OUT"/rpm/build/rpm/RPMS/*/*.rpm |
		sed -e 's,/usr/lib[0-9]*/security,PAM,' -e 's,\.[gx]z$,,' -e 's,/zsh/site-functions,/ZSH,' |
		grep -Ev '^d|/share/doc/|/share/licenses/|/\.build-id' | sort
}

rpm_build() {
	"$SOURCE/config/package-tree" copy "$OUT/rpm" && make -C "$OUT/rpm" rpm
}

preun() { # HOW-MANY-STAY
	"$SOURCE/tests/package/enter" "$TREE" /bin/sh -c "$PREUN" preun "$1"
}

# rpm keeps the package when this fails.
preun_test() {
	PREUN=$(rpm -qp --queryformat '%{PREUN}' "$OUT"/rpm/build/rpm/RPMS/*/pam_*.rpm)
	check "PKG-05 no line is left: rpm may remove it" preun 0
	echo 'session required pam_loginspace.so' >"$TREE/etc/pam.d/someone"
	check "PKG-05 a line is left: it may not" refused 0
	check "PKG-05 an upgrade leaves the line alone" preun 1
	rm "$TREE/etc/pam.d/someone"
}

refused() {
	! preun "$1"
}

if ! command -v rpmbuild >/dev/null; then
	skip "PKG-04 rpm" "rpmbuild is not installed"
	exit 0
fi
check "PKG-04 make rpm" rpm_build
is "PKG-04 its packages have the files of Debian's, with the same modes" "$(rpm_files)" "$(deb_files)"
is "PKG-04 the configuration is one that an upgrade leaves alone" \
	"$(rpm -qp --configfiles "$OUT"/rpm/build/rpm/RPMS/*/pam_*.rpm)" /etc/security/loginspace.conf
like "PKG-04 the documents are there" "$(rpm -qp --docfiles "$OUT"/rpm/build/rpm/RPMS/*/loginspace-*.rpm)" 'SECURITY\.md'
preun_test
rm -rf "$OUT/rpm"

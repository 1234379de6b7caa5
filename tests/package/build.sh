# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# The packages are made, twice, looked at by lintian, and made once more as a next version. Results:
# $OUT/first and $OUT/next, folders of *.deb. Runs on the machine, or in a tree of another suite.
set -u
: "${SOURCE:?}" "${OUT:?}" "${RIG:=$OUT/rig}"
mkdir -p "$RIG"
. "$SOURCE/tests/rig/lib.bash"
VERSION=$(sed -n 's/^VERSION := //p' "$SOURCE/Makefile")

# copy NAME [VERSION]: the sources, in another folder, and as another version.
copy() {
	"$SOURCE/config/package-tree" copy "$OUT/$1" || return
	[[ $# -lt 2 ]] || (cd "$OUT/$1" &&
		sed -i "s/^VERSION := .*/VERSION := $2/" Makefile &&
		sed -i "1s/(.*)/($2)/" config/debian/changelog &&
		sed -i "s/^\(Version: *\).*/\1$2/" config/rpm/loginspace.spec)
}

deb_build() { # NAME [VERSION]: in $OUT/NAME/build/deb
	copy "$@" && make -C "$OUT/$1" deb
}

same_packages() {
	local file
	for file in "$OUT"/one/build/deb/*.{deb,tar.xz}; do
		cmp "$file" "$OUT/elsewhere/build/deb/${file##*/}" || return
	done
}

lintian_clean() {
	! lintian --allow-root --fail-on error,warning "$OUT"/one/build/deb/*.changes 2>&1 |
		grep -E '^[EW]:|annot'
}

# Each of the three places refuses to be another version than the Makefile.
version_test() {
	local file
	check "PKG-01 the Makefile, the changelog of Debian and the spec file agree" \
		make -C "$SOURCE" -s package-version
	for file in config/debian/changelog config/rpm/loginspace.spec; do
		copy version
		sed -i "s/${VERSION//./\\.}/9.9/" "$OUT/version/$file"
		check "PKG-01 another version in ${file##*/}: no package is made" \
			fails make -C "$OUT/version" -s package-version
		rm -rf "$OUT/version"
	done
}

fails() {
	! "$@"
}

deb_test() {
	check "PKG-02 make deb" deb_build one
	umask 077
	check "PKG-02 make deb, elsewhere, with another umask" deb_build elsewhere
	umask 022
	check "PKG-02 the packages are the same, byte for byte" same_packages
	check "PKG-03 lintian has no error and no warning, packages and source" lintian_clean
	check "PKG-02 make deb, of a next version" deb_build next "$VERSION.1"
	mkdir "$OUT/debs"
	mv "$OUT/one/build/deb" "$OUT/debs/first"
	mv "$OUT/next/build/deb" "$OUT/debs/next"
	rm -rf "$OUT/elsewhere" "$OUT/one" "$OUT/next"
}

version_test
deb_test

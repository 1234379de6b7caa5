# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2153
# Builds the small C programs of the tests, each from one file, where they are missing or old.
# Needs: SOURCE, the top of the tree.

tools_build() {
	local source out
	mkdir -p "$SOURCE/build/tests"
	for source in "$SOURCE"/tests/rig/*.c "$SOURCE"/tests/root/*.c; do
		out=$SOURCE/build/tests/$(basename "$source" .c)
		if [[ -e $source && ! $out -nt $source ]]; then
			"${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -o "$out.$$" "$source" \
				-Wl,--as-needed -lpam -lpthread -lutil -lrt || return 1
			mv "$out.$$" "$out"
		fi
	done
}

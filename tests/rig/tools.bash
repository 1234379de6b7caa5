# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2153
# Builds the small C programs of the tests where they are missing or old: each from one file, or from
# all of a folder with a main.c.
# Needs: SOURCE, the top of the tree.

# tool_build NAME SOURCES AND HEADERS...
tool_build() {
	local out=$SOURCE/build/tests/$1 file old=
	local -a sources=()
	for file in "${@:2}"; do
		[[ $out -nt $file ]] || old=yes
		[[ $file != *.c ]] || sources+=("$file")
	done
	[[ -n $old ]] || return 0
	"${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -o "$out.$$" "${sources[@]}" \
		-Wl,--as-needed -lpam -lpthread -lutil -lrt || return 1
	mv "$out.$$" "$out"
}

tools_build() {
	local source name
	mkdir -p "$SOURCE/build/tests"
	for source in "$SOURCE"/tests/rig/*.c "$SOURCE"/tests/root/*.c; do
		name=${source##*/}
		[[ ! -e $source ]] || tool_build "${name%.c}" "$source" || return 1
	done
	for source in "$SOURCE"/tests/root/*/main.c; do
		source=${source%/main.c}
		[[ ! -e $source ]] || tool_build "${source##*/}" "$source"/*.[ch] || return 1
	done
}

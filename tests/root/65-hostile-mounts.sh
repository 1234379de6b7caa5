# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# What bob mounts and moves about must not keep alice out, nor change what she gets: under an overlay
# the other mounts of its root file system come along, and his may be among them.
#
# packages: busybox-static
. "$SOURCE/tests/root/policy.bash"
needs_module

LOWER=$RIG/lower
BOB=$LOWER/srv/bob
FORM_FEED=$'\f'

lower_make() {
	local dir
	for dir in bin etc home root proc sys dev run tmp var/tmp srv/companion; do
		install -d -m 755 "$LOWER/$dir"
	done
	install -d -o bob -g bob "$BOB"
	cp "$(command -v busybox)" "$LOWER/bin/busybox"
	chroot "$LOWER" /bin/busybox --install -s /bin
	printf '#!/bin/sh\nexec /bin/sh "$@"\n' >"$LOWER/bin/bash"
	chmod 755 "$LOWER/bin/bash"
	grep '^alice:' /etc/passwd >"$LOWER/etc/passwd"
	mount -t tmpfs companion "$LOWER/srv/companion"
	echo here >"$LOWER/srv/companion/file"
}

# comes_in NAME: alice has a login, soon, with the companions that are nobody's.
comes_in() {
	local begin
	begin=$(now_ms)
	is "$1: alice is in" "$(run_as alice 'cat /srv/companion/file; echo $LOGINSPACE | sed "s/-.*//"' 2>&1 | tr '\n' ' ')" "here 2001 "
	check "$1: soon" test $(($(now_ms) - begin)) -lt 4000
	is "$1: the companion is read-only" "$(run_as alice 'awk "\$5 == \"/srv/companion\" { print substr(\$6, 1, 2) }" /proc/self/mountinfo')" ro
}

covered_test() {
	local hung
	install -d -o bob -g bob "$BOB/a" "$BOB/a/d" "$BOB/a/d/m"
	mount -t tmpfs inner "$BOB/a/d/m"
	comes_in "a mount of bob's"
	exec 7> >(exec hungfuse mute "$BOB/a" 2002 >"$RIG/log/hung")
	hung=$!
	wait_until 5 grep -q ready "$RIG/log/hung"
	comes_in "with a file system above it that does not answer"
	exec 7>&-
	wait_until 5 gone $hung
	umount -l "$BOB/a/d/m"
}

deep_test() {
	local name i
	name=$(printf '%0250d' 0)
	install -d -o bob -g bob "$BOB/l" "$BOB/l/p" "$BOB/l/p/m"
	mount -t tmpfs deep "$BOB/l/p/m"
	exec 8<"$BOB/l"
	(
		cd "$BOB/l" || exit
		for ((i = 0; i < 20; i++)); do
			mkdir "$name" && cd "$name" || exit
		done 2>/dev/null
		exec 9<.
		mv "/proc/self/fd/8/p" .
		cd /proc/self/fd/9/p/m && umount -l .
		mount -t tmpfs deep /proc/self/fd/9/p/m 2>/dev/null || mount -t tmpfs -o X-mount.mkdir deep m 2>/dev/null
	) 2>/dev/null
	exec 8<&-
	comes_in "a path longer than any call takes"
}

# Moved away from under its mount, which so has a path that nobody can use.
moved_test() {
	install -d -o bob -g bob "$BOB/x" "$BOB/x/m" "$BOB/y"
	mount -t tmpfs moved "$BOB/x/m"
	mv "$BOB/x" "$BOB/y/x"
	ln -s /etc "$BOB/x"
	comes_in "a mount that was moved, and a link in its place"
	umount -l "$BOB/y/x/m"
	rm "$BOB/x"
}

# Names that a careless reader of mountinfo cuts.
names_test() {
	local name at=() shown
	for name in "..${FORM_FEED}m" ".${FORM_FEED}" $'..\vm' $'..\rm' $'a b\tc\nd\\040e' ' ' 'unbindable ' '- '; do
		install -d -o bob -g bob "$BOB/q" "$BOB/q/$name"
		mount -t tmpfs named "$BOB/q/$name"
		at+=("$BOB/q/$name")
	done
	comes_in "odd names"
	shown=$(run_as alice 'awk "{ print \$5 }" /proc/self/mountinfo | grep -c "^/srv/bob/q/"')
	is "odd names: each mount is where it was" "$shown" "${#at[@]}"
	is "odd names: and none is anywhere else" "$(run_as alice 'awk "{ print \$5 }" /proc/self/mountinfo | grep -cE "^/srv(/bob(/q)?)?/?$"')" 0
	for name in "${at[@]}"; do
		umount -l "$name"
	done
}

if [[ ! -c /dev/fuse ]]; then
	skip_kernel "mounts of bob's" "no fuse"
	exit 0
fi
lower_make
ledger_write "$RIG/before"
start_sshd
policy '[default]' "root = $LOWER" 'root_overlay = tmpfs'
comes_in "to begin with"
covered_test
deep_test
moved_test
names_test
stop_sshd
umount -R -l "$LOWER/srv/companion"

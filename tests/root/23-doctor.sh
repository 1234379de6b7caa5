# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# loginspace doctor: what the kernel, its limits and its network lack of what the configuration asks
# for. The rest of it is in 22-command.sh.
. "$SOURCE/tests/rig/lib.bash"
needs_module

COMMAND=$RIG/libexec/loginspace
CONF=/etc/security/loginspace.conf

configure() { # LINES
	printf '%s\n' "$@" >$CONF
}

# found SUBJECT [COMMAND PREFIX...]: what the doctor says of that, "LEVEL TEXT" a line.
found() {
	"${@:2}" "$COMMAND" doctor --json | jq -r --arg subject "$1" \
		'.[] | select(.subject == $subject) | "\(.level) \(.text)"'
}

# Under strace, which lets CALL fail with ERRNO, for PATH alone.
without() { # CALL ERRNO PATH COMMAND...
	strace -qq -o /dev/null -P "$3" -e "inject=$1:error=$2" "${@:4}"
}

# A user namespace has limits of its own: the machine's stay as they are.
limited() { # SETTING COMMAND...
	unshare --user --map-root-user sh -c 'echo "${0#*=}" >"/proc/sys/user/${0%%=*}" && exec "$@"' "$@"
}

namespaces_test() {
	configure '[default]' 'scope = user'
	is "namespaces: only those that are asked for" "$(found namespaces)" \
		'ok mnt, pid, ipc, uts and net are there'
	unlike "limits: only those that are asked for" \
		"$(found limits limited max_user_namespaces=0)" 'user namespaces|max_user'
	configure '[default]' 'scope = user' '[match user=alice]' 'namespaces = user cgroup'
	like "namespaces: user, in one section" "$(found namespaces)" \
		$'\nok user is there, which user among the namespaces needs\nok cgroup is there, which cgroup '
	unlike "limits: all is well" "$(found limits)" 'warn|fail'
	if [[ $(stat -fc %T /sys/fs/cgroup) != cgroup2fs ]]; then
		like "namespaces: cgroup without cgroup v2" "$(found namespaces)" \
			$'\nfail cgroup among the namespaces needs cgroup v2 on /sys/fs/cgroup: logins that have it are denied'
		mount -t cgroup2 cgroup2 /sys/fs/cgroup
		unlike "namespaces: cgroup with it" "$(found namespaces)" fail
		umount /sys/fs/cgroup
	fi
	configure '[default]' 'isolate = no' 'namespaces = user' 'network = pasta'
	is "namespaces: not where nobody gets a space" "$(found namespaces)" \
		'ok mnt, pid, ipc, uts and net are there'
	configure '[default]' 'namespaces = mount pid user'
	if unshare --user --map-root-user true 2>/dev/null; then
		like "limits: no user namespace may be made" "$(found limits limited max_user_namespaces=0)" \
			'fail user.max_user_namespaces is 0, and .* user among the namespaces needs'
		like "limits: few may" "$(found limits limited max_user_namespaces=9)" 'warn user.max_user_namespaces is 9'
		unlike "limits: as many as a user may have spaces" \
			"$(found limits limited max_user_namespaces=64)" 'max_user'
		configure '[default]' 'network = pasta'
		like "limits: pasta's are root's, all of them" "$(found limits limited max_user_namespaces=64)" \
			'warn user.max_user_namespaces is 64, and all spaces together .* network = pasta needs'
		configure '[default]' 'namespaces = mount pid cgroup'
		like "limits: no cgroup namespace" "$(found limits limited max_cgroup_namespaces=0)" \
			'fail user.max_cgroup_namespaces is 0'
	else
		skip_kernel "limits of namespaces" "no user namespaces"
	fi
}

# What switches on: the line, or with the packages the profile.
switch_on() {
	"$COMMAND" doctor --root "$RIG/image" --json | jq -r '.[] | select(.text | startswith("no service has")).mend'
}

profile_test() {
	mkdir -p "$RIG/image/usr/share/pam-configs"
	is "pam: no line" "$(switch_on)" 'add the two lines of pam_loginspace(8) to /etc/pam.d/sshd'
	: >"$RIG/image/usr/share/pam-configs/loginspace"
	is "pam: no line, and the packages" "$(switch_on)" 'pam-auth-update --enable loginspace'
}

kernel_test() {
	is "seccomp: there" "$(found seccomp)" 'ok filters for system calls (seccomp) are there'
	like "cgroup: the version" "$(found cgroup)" '^ok (no )?control groups are '
	if ! strace -qq -e inject=getpid:error=EPERM true 2>/dev/null; then
		skip "a kernel that lacks something" "strace does not work here"
		return
	fi
	like "seccomp: a kernel without" \
		"$(found seccomp strace -qq -o /dev/null -e inject=seccomp:error=ENOSYS)" \
		'^fail there are no filters .*Function not implemented.*every login is denied'
	is "cgroup: version 1" "$(found cgroup unshare --mount sh -c 'mount -t tmpfs none /sys/fs/cgroup && exec "$@"' sh)" \
		'ok control groups are of version 1; limits for spaces need 2 alone'
	is "cgroup: none" "$(found cgroup strace -qq -o /dev/null -e inject=statfs:error=ENOENT)" \
		'ok no control groups are mounted'
	configure '[default]' 'namespaces = mount pid user'
	like "namespaces: a kernel without that of users" \
		"$(found namespaces without '/^f?access' ENOENT /proc/self/ns/user)" \
		$'\nfail this kernel has no user namespaces, which user among the namespaces needs'
}

# The rig has a network of its own.
links_test() {
	configure '[default]' 'network = loopback'
	is "network: nothing is named" "$(found network)" ""
	configure '[match user=alice]' 'network = netns:lab' '[match user=bob]' 'network = macvlan:up0' \
		'[match user=carol]' 'network = device:up1'
	is "network: nothing of it is there" "$(found network)" \
		'fail network = netns:lab: /run/netns/lab: No such file or directory
fail network = macvlan:up0: the host has no interface of that name
warn network = device:up1: the host has no interface of that name'
	ip netns add lab
	ip link add up0 type veth peer name up1
	is "network: all of it is" "$(found network)" 'ok network = netns:lab is there
ok network = macvlan:up0 is there
ok network = device:up1 is there'
	ip netns delete lab
	ip link delete up0
	: >/run/netns/lab
	like "network: a file that is no namespace" "$(found network)" \
		'^fail network = netns:lab: /run/netns/lab is no namespace'
	rm /run/netns/lab
}

tun_test() {
	configure '[default]' 'network = pasta'
	if [[ ! -c /dev/net/tun ]]; then
		like "pasta: no tun device" "$(found network)" 'fail /dev/net/tun is not there'
		skip "pasta: the tun device" "no /dev/net/tun"
		return
	fi
	like "pasta: the tun device" "$(found network)" 'ok /dev/net/tun is there'
	chmod 0600 /dev/net/tun
	like "pasta: closed to users" "$(found network)" 'fail /dev/net/tun is closed to users'
	mv /dev/net/tun /dev/net/gone
	like "pasta: no tun device" "$(found network)" 'fail /dev/net/tun is not there'
	mv /dev/net/gone /dev/net/tun
	chmod 0666 /dev/net/tun
}

profile_test
namespaces_test
kernel_test
links_test
tun_test
rm $CONF

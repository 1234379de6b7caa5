# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2153
# docs/recipes/bastion.md, as it stands. The inner network is a cable to a network namespace with an
# sshd of its own, which has nothing to do with the module.
. "$SOURCE/tests/root/pages.bash"
. "$SOURCE/tests/rig/world.bash"
needs_module

inner_make() {
	ip netns add db && ip -n db link set lo up &&
		ip link add eth1 type veth peer name s0 && ip link set s0 netns db &&
		ip -n db address add 192.0.2.21/24 dev s0 && ip -n db link set s0 up
}

inner_sshd() {
	printf '%s\n' 'Port 22' 'ListenAddress 192.0.2.21' "HostKey $RIG/hostkey" 'UsePAM no' "PidFile $RIG/db.pid" \
		'PasswordAuthentication no' >"$RIG/db.conf"
	mkdir -p /run/sshd
	job_start listening on_exec db /usr/sbin/sshd -D -e -f "$RIG/db.conf"
}

# The other side of the bastion, which it reaches itself.
world_side() {
	ip netns add outer && ip -n outer link set lo up && cable host up0 198.51.100.2 2001:db8:100::2 \
		outer o0 198.51.100.9 2001:db8:100::9 &&
		job_start ready on_exec outer nettool tcp-listen 0.0.0.0 80 world
}

PAGE_HOSTS=('Host db' '	Port 22')
mkdir -p /run/dbus
check "the inner network" inner_make
check "a server in it" inner_sshd
check "a server elsewhere" world_side
is "the bastion reaches it" "$(nettool tcp-connect 198.51.100.9 80)" world
page_begin
page_run "$SOURCE/docs/recipes/bastion.md"
page_end
for JOB in "${WORLD_JOBS[@]}"; do
	job_stop "$JOB"
done
ip link delete up0

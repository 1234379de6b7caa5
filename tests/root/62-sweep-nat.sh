# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120
# A fault at each step of a login with network = nat, see sweep.bash.
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/root/sweep.bash"
needs_module

PLAN=nat
ROLES='helper1 init1'
INSIDE='if [ "${LOGINSPACE%-*}" = UID ] && [ "$(echo $(ls -I bonding_masters /sys/class/net))" = "eth0 lo" ] &&
	nettool own-link lo && nettool own-link eth0 && grep -q 192.0.2.53 /etc/resolv.conf &&
	[ "$(echo $(ip -o addr show dev eth0 | tr -s " " | cut -d " " -f 3,4 | cut -d . -f 1-2 | cut -d : -f 1-3))" = "inet 10.213 inet6 fd6c:7370:6163" ] &&
	[ "$(ip route show default | wc -l)" = 1 ] && [ "$(ip -6 route show default | wc -l)" = 1 ]
then echo verdict=whole; else echo verdict=broken; exit 1; fi'

sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
policy '[default]' 'network = nat' 'dns = 192.0.2.53'
# The table is made once, and stays.
pam_driver --quiet loginspace alice true
wait_until 10 test ! -e /sys/class/net/ls0
sweep_run

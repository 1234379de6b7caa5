# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120
# scope = user: a fault at each step of a second login into a living space, and at each step of that
# space's init, from its birth to its end. See sweep.bash. Whatever becomes of the second login, the
# first one goes on.
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/root/sweep.bash"
needs_module

PLAN='join'
TWO=yes
ROLES='app2 helper2 init1'
INSIDE='if [ "${LOGINSPACE%-*}" = UID ] && [ "$(ls -I bonding_masters /sys/class/net)" = lo ] && [ -z "$(ls -A /tmp)" ] &&
	[ -z "$(ls -A /dev/shm)" ] && nettool own-link lo
then echo verdict=whole; else echo verdict=broken; exit 1; fi'

policy '[default]' 'scope = user'
sweep_run

# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120
# A fault at each step of a login without a configuration, see sweep.bash.
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/root/sweep.bash"
needs_module

PLAN=default
ROLES='app1 between1 helper1 init1'
INSIDE='if [ "${LOGINSPACE%-*}" = UID ] && [ "$(ls -I bonding_masters /sys/class/net)" = lo ] && [ -z "$(ls -A /tmp)" ] &&
	[ -z "$(ls -A /dev/shm)" ] && [ $$ -lt 10 ] && nettool own-link lo
then echo verdict=whole; else echo verdict=broken; exit 1; fi'

sweep_run

# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120
# A fault at what only the first login since the machine has started does: it makes /run/loginspace,
# with its counters. See sweep.bash.
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/root/sweep.bash"
needs_module

PLAN=first
ROLES='app1 helper1'
KINDS='errors KILL'
JOBS=1
LS_SWEEP_CALLS='fallocate fchmod fchown fchownat fstat fstatfs ftruncate linkat mkdir mkdirat mmap munmap newfstatat openat pread64 pwrite64 unlinkat'
EVERY_ERRORS=30
INSIDE='if [ "${LOGINSPACE%-*}" = UID ] && [ "$(ls -I bonding_masters /sys/class/net)" = lo ] && [ -z "$(ls -A /tmp)" ] &&
	[ $$ -lt 10 ] && nettool own-link lo
then echo verdict=whole; else echo verdict=broken; exit 1; fi'

# In the rig nothing else lives there, and nobody else logs in.
before_each() {
	rm -rf /run/loginspace
}

before_each
sweep_run

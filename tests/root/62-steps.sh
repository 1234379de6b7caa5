# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120
# A fault at each step of a login without a configuration, see steps.bash.
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/root/steps.bash"
needs_module

INSIDE='if [ "$LOGINSPACE" = 2001-0 ] && [ "$(ls /sys/class/net)" = lo ] && [ -z "$(ls -A /tmp)" ] &&
	[ -z "$(ls -A /dev/shm)" ] && [ $$ -lt 10 ] && nettool own-link lo
then echo verdict=whole; else echo verdict=broken; exit 1; fi'

steps_run

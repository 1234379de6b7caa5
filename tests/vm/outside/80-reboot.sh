# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119
# The machine is restarted while people are logged in, with processes that do not want to end.
. "$SOURCE/tests/rig/lib.bash"
GUEST=$SOURCE/tests/vm/guest

host() {
	"$GUEST" ssh "$@" </dev/null
}

inside() {
	host "SOURCE=/srv/loginspace; . \$SOURCE/tests/vm/inside.bash; $*"
}

check "VM-80 five logins live" host SOURCE=/srv/loginspace bash /srv/loginspace/tests/vm/inside/crowd.sh
down=$("$GUEST" reboot)
check "VM-80 the machine is restarted, and lets root in" test -n "$down"
printf '# shutdown: %s s\n' "${down:-?}"
isolates check "VM-80 it did not wait for a timeout" test "${down:-999}" -lt 60
isolates is "VM-80 nor did systemd run into one" \
	"$(host 'journalctl -q -b -1 -o cat _PID=1 | grep "timed out"')" ""
is "VM-81 the system runs" "$("$GUEST" settled)" running
is "VM-81 /run/loginspace is fresh" "$(host 'stat -c "%a %U" /run/loginspace; ls -A /run/loginspace | grep -v counters' | xargs)" "700 root"
isolates like "VM-81 a login has a space" "$(inside space_of alice)" '^[0-9]+-0$'
is "VM-81 root gets in" "$(inside space_of root)" none

# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119
# Five logins over ssh that stay, with processes that do not listen to polite signals; for 80-reboot.sh.
. "$SOURCE/tests/vm/inside.bash"

all_there() {
	[[ $(pgrep -u alice -fxc 'sleep 911') -eq 5 ]]
}

for _ in 1 2 3 4 5; do
	setsid ssh "${SSH_OPTIONS[@]}" -n alice@127.0.0.1 'trap "" TERM HUP; sleep 911; sleep 912' >/dev/null 2>&1 &
done
wait_until 120 all_there

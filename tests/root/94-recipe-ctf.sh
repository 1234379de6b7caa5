# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# docs/recipes/ctf.md, as it stands.
#
# packages: cron
. "$SOURCE/tests/root/pages.bash"
needs_module

not() {
	! "$@"
}

user_add player 2010
mkdir -p /run/dbus
page_begin
page_run "$SOURCE/docs/recipes/ctf.md"

# nproc, which the page says counts in each login for itself; and together without user.
sleeps() { # NAME
	session_do "$1" 'for i in $(seq 20); do sleep 4000 >/dev/null 2>&1 & done' >/dev/null 2>&1
	wait_until 5 twenty "$1"
}

twenty() {
	[[ $(session_do "$1" 'n=0; for f in /proc/[0-9]*/comm; do read -r c <$f && [[ $c == sleep ]] && n=$((n + 1)); done; echo $n' 2>/dev/null) == 20 ]]
}

echo 'player hard nproc 35' >/etc/security/limits.d/player.conf
session_start p player
session_start q player
check "nproc, with user: twenty processes in one login" sleeps p
check "nproc, with user: and twenty in another" sleeps q
session_stop p
session_stop q
sed -i '/^namespaces/d' "$CONF"
session_start p player
session_start q player
check "nproc, without user: twenty processes in one login" sleeps p
check "nproc, without user: and no twenty in another" not sleeps q
session_stop p
session_stop q
page_end

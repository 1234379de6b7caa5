# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# docs/MIGRATION.md, as it stands: first with the other modules, then with ours.
#
# packages: libpam-net libpam-modules jq
. "$SOURCE/tests/root/pages.bash"
needs_module

if [[ ! -e $(pam_folder)/pam_newnet.so ]]; then
	skip "docs/MIGRATION.md" "libpam-net is not installed"
	exit 0
fi
# The host's card, of which only the name matters; and a user who is confined by her shell.
ip link add eth0 type veth peer name wall
user_add dave 2004
sed -i '/^dave:/s|[^:]*$|/usr/bin/firejail|' /etc/passwd
install -d -m 700 -o alice -g alice /run/user/2001
: >/run/user/2001/bus
page_begin
page_run "$SOURCE/docs/MIGRATION.md"
page_end
rm -f /etc/security/namespace.conf
ip link delete wall

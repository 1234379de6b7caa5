# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2153
# docs/recipes/student-server.md, as it stands. A web server is on another machine, and a service on
# the host that no student may reach.
#
# packages: nftables dnsmasq-base
. "$SOURCE/tests/root/pages.bash"
. "$SOURCE/tests/rig/world.bash"
needs_module

check "the machines around the host" world_make
forwarding 0
web_page() {
	printf 'HTTP/1.0 200 OK\r\n\r\n%s\n' "$1"
}
web_page 'hello from elsewhere' >"$RIG/hello"
job_start listening on_exec web socat -d -d TCP6-LISTEN:8080,ipv6-v6only=0,reuseaddr,fork "SYSTEM:cat $RIG/hello"
job_start listening on_exec host socat -d -d TCP-LISTEN:9001,reuseaddr,fork "SYSTEM:cat $RIG/hello"
is "the host's service is there for the host" "$(curl -sS http://198.51.100.2:9001/)" 'hello from elsewhere'
mkdir -p /run/dbus
page_begin
page_run "$SOURCE/docs/recipes/student-server.md"
page_end
nft delete table inet loginspace 2>/dev/null
world_end

# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2153
# docs/recipes/hpc-login-node.md, as it stands. The scheduler is a server on the loopback.
. "$SOURCE/tests/root/pages.bash"
. "$SOURCE/tests/rig/world.bash"
needs_module

mkdir -p /run/dbus
printf 'HTTP/1.0 200 OK\r\n\r\nhello from the scheduler\n' >"$RIG/hello"
job_start listening on_exec host socat -d -d TCP-LISTEN:6817,bind=127.0.0.1,reuseaddr,fork "SYSTEM:cat $RIG/hello"
page_begin
page_run "$SOURCE/docs/recipes/hpc-login-node.md"
page_end
job_stop "$JOB"

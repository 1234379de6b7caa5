# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# docs/recipes/hosting.md, as it stands.
. "$SOURCE/tests/root/pages.bash"
needs_module

mkdir -p /run/dbus
page_begin
page_run "$SOURCE/docs/recipes/hosting.md"
page_end

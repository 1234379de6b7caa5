# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# The helper under strace(1).

# The helper under strace, with these options. -D: the helper itself stays the module's child.
helper_strace() {
	{
		echo '#!/bin/sh'
		echo "exec /usr/bin/strace -D -f -qq -o $RIG/log/strace $* $HELPER"
	} >"$RIG/libexec/traced"
	chmod 700 "$RIG/libexec/traced"
	sed -i "s|helper=[^ ]*|helper=$RIG/libexec/traced|" /etc/pam.d/loginspace
}

# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
#
# Only with `make san`: module, helper and init built with AddressSanitizer and UBSan, driven
# through good and bad logins. Every report of theirs is a failure, every leak of the module too.
. "$SOURCE/tests/rig/lib.bash"
[[ -n ${LS_SAN-} ]] || exit 0

REPORTS=$RIG/log/san
DRIVER=$RIG/bin/pam_driver_san
LEAKS=1

# The helper's own stderr is /dev/null. It cannot be traced, so its leaks cannot be looked for.
wrapper_write() {
	cat >"$RIG/wrapper" <<-END
		#!/bin/sh
		exec 2>>$REPORTS
		ASAN_OPTIONS=detect_leaks=0 exec $HELPER
	END
	chmod 755 "$RIG/wrapper"
}

driver() {
	ASAN_OPTIONS=detect_leaks=$LEAKS timeout 60 "$DRIVER" --quiet "$@" loginspace alice true \
		2>>"$REPORTS"
}

no_reports() {
	! grep -aE 'ERROR: |runtime error|SUMMARY: ' "$REPORTS"
}

touch "$REPORTS"
wrapper_write
HELPER=$RIG/wrapper pam_setup debug
check "san: the driver builds" cc -std=gnu11 -D_GNU_SOURCE -g -O1 \
	-fsanitize=address,undefined -fno-sanitize-recover=all -o "$DRIVER" \
	"$SOURCE/tests/root/pam_driver.c" -lpam -lpthread
for mode in default ignore nocldwait handler; do
	check "san: 10 logins, SIGCHLD $mode" driver --sigchld "$mode" --loops 10
done
check "san: forks that call pam_end and pam_close_session" driver --fork-end --fork-close
check "san: open and close twice" driver --opens 2 --closes 2
# The search for leaks needs a thread, which a process that is still joined cannot make.
LEAKS=0
check "san: never closed" driver --closes 0
LEAKS=1
check "san: 200 fds" driver --fds 200
printf '#!/bin/sh\nexit 1\n' >"$RIG/nonsense"
chmod 755 "$RIG/nonsense"
HELPER=$RIG/nonsense pam_setup debug
driver --loops 5
is "san: denied" $? 3
HELPER=$RIG/missing pam_setup debug
driver
is "san: denied without a helper" $? 3
HELPER=$RIG/wrapper pam_setup debug conf=/etc/passwd
driver
is "san: denied with a configuration" $? 3
check "san: no report of a sanitizer" no_reports

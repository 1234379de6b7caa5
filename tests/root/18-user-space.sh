# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# namespaces = ... user cgroup: root inside is root of the space, and of nothing else.
#
# packages: sudo strace dnsmasq-base
. "$SOURCE/tests/root/policy.bash"
. "$SOURCE/tests/rig/world.bash"
needs_module

USER_SPACE='namespaces = mount pid ipc uts net user'

# as_root COMMANDS: by sudo, in a session of alice's.
as_root() {
	run_as alice "sudo -n sh -c '$1'" 2>&1
}

# refused_to_root NAME COMMANDS: they fail for root inside, and work for root on the host.
refused_to_root() {
	is "ESC-04 root inside: $1: refused" "$(as_root "($2) >/dev/null 2>&1; echo \$?" | grep -c '^0$')" 0
}

shape_test() {
	policy '[default]' "$USER_SPACE"
	isnt "ISO-02 user: another user namespace" "$(run_as alice 'readlink /proc/self/ns/user')" "$(readlink /proc/self/ns/user)"
	is "user: all ids mean what they mean outside" "$(run_as alice 'cat /proc/self/[ug]id_map' | tr -s ' ')" \
		" 0 0 4294967295"$'\n'" 0 0 4294967295"
	is "user: who she is" "$(run_as alice id)" "uid=2001(alice) gid=2001(alice) groups=2001(alice)"
	is "user: a file of hers is hers outside" "$(run_as alice 'touch ~/made'; stat -c %U /home/alice/made)" alice
	is "user: a /dev of its own" "$(run_as alice 'ls /dev | tr "\n" " "')" \
		"fd full log mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero "
	is "user: what it is without" "$(policy; run_as alice 'readlink /proc/self/ns/user')" "$(readlink /proc/self/ns/user)"
}

terminal_test() {
	policy '[default]' "$USER_SPACE"
	is "user: a terminal is hers" "$(as_ssh -tt alice@127.0.0.1 'stat -c "%U %n" $(tty)' </dev/null | tr -d '\r')" \
		"alice /dev/pts/0"
	check "user: sftp" sftp_works
	is "user: a pipe of much" "$(head -c 3000000 /dev/zero | as_ssh alice@127.0.0.1 'wc -c')" 3000000
	like "user: tmux" "$(ptyrun -t 15 -e '$ ' -s 'tmux new "echo in-\$((40+2)); sleep 1"\r' -e in-42 -e exited -s 'exit\r' -- \
		ssh "${SSH_OPTIONS[@]}" -p $PORT -tt alice@127.0.0.1 2>&1)" in-42
	is "user: a status" "$(run_as alice 'exit 7'; echo $?)" 7
}

sftp_works() {
	echo 'ls /' | sftp -q -b - "${SSH_OPTIONS[@]}" -P $PORT alice@127.0.0.1
}

# --- root inside -----------------------------------------------------------------------------------

root_test() {
	local value=/proc/sys/kernel/core_pattern
	policy '[default]' "$USER_SPACE"
	like "user: sudo gives root, with all capabilities there" "$(as_root 'id -u; grep CapEff /proc/self/status')" \
		"^0"$'\n'"CapEff:.[0-9a-f]*1ffffffffff"
	refused_to_root "a setting of the kernel" "cat $value >$value"
	refused_to_root "sysrq" 'echo h >/proc/sysrq-trigger'
	refused_to_root "take that away" 'umount -l /proc/sys || umount -l /proc || umount -l /sys'
	refused_to_root "make /proc/sys writable" 'mount -o remount,bind,rw /proc/sys || mount -o remount,rw /proc/sys'
	refused_to_root "make /sys writable" 'mount -o remount,bind,rw /sys || mount -o remount,rw /sys'
	refused_to_root "a new /proc, with all in it" 'unshare -pf mount -t proc proc /mnt || unshare -Urpf mount -t proc proc /mnt'
	refused_to_root "a new /sys" 'mount -t sysfs sysfs /mnt || unshare -n mount -t sysfs sysfs /mnt && touch /mnt/kernel/uevent_seqnum'
	refused_to_root "a new device" 'mknod /root/device b 7 0 || mknod /dev/device b 7 0'
	refused_to_root "another host name" 'hostname elsewhere'
	refused_to_root "lo down" 'ip link set lo down'
	refused_to_root "more user namespaces than the host allows" 'cat /proc/sys/user/max_user_namespaces >/proc/sys/user/max_user_namespaces'
	refused_to_root "the program of init" 'cat /proc/1/exe'
	refused_to_root "what init has open" 'ls -l /proc/1/fd/3 | grep signalfd'
	refused_to_root "to trace init" 'timeout 2 strace -p 1 -o /dev/null -e trace=none || test $? -eq 124'
	refused_to_root "to go where init is" 'nsenter -t 1 -u true || nsenter -t 1 -m true'
	is "user: mounts of root's inside are his" "$(as_root 'mount -t tmpfs tmpfs /mnt && echo x >/mnt/x && cat /mnt/x')" x
	check "user: and do not show outside" test ! -e /mnt/x
}

# not_read_only FILE PATHS: those that the table of mounts in FILE does not have as read-only.
not_read_only() {
	local path
	for path in "${@:2}"; do
		awk -v path="$path" '$5 == path { options = $6 } END { exit options !~ /^ro(,|$)/ }' "$1" || echo "$path"
	done
}

# What root may write to in /proc beside the processes' own, as far as this kernel has it.
settings_test() {
	local -a there
	policy '[default]' "$USER_SPACE"
	mapfile -t there < <(ls -d /proc/{sys,sysrq-trigger,irq,bus,fs,acpi,scsi,asound,driver,mtrr,tty} \
		/proc/{dynamic_debug,lockdep,latency_stats} /sys 2>/dev/null)
	as_root 'cat /proc/self/mountinfo' >"$RIG/mounts"
	is "ESC-04 root inside: all ${#there[@]} places of settings are read-only" "$(not_read_only "$RIG/mounts" "${there[@]}")" ""
	is "ESC-04 root inside: no device in what others may write to in /dev" \
		"$(awk '$5 == "/dev/shm" || $5 == "/dev/mqueue" { last[$5] = $6 } END { for (path in last) if (last[path] !~ /nodev/) print path }' "$RIG/mounts")" ""
}

# A device file that is there already, somewhere: root inside may open it as a file, but not the device.
devices_test() {
	policy '[default]' "$USER_SPACE"
	mknod -m 666 /srv/zero c 1 5
	is "ESC-04 a device file outside of /dev works on the host" "$(head -c 1 /srv/zero | wc -c)" 1
	refused_to_root "a device file outside of /dev" 'test $(head -c 1 /srv/zero | wc -c) = 1'
	is "user: a device of /dev works" "$(run_as alice 'head -c 1 /dev/zero | wc -c')" 1
	rm /srv/zero
}

# A chroot of the host's, with the kernel's own file systems in it.
chroots_test() {
	policy '[default]' "$USER_SPACE"
	mkdir -p /srv/jail/proc "/srv/jail/a sys"
	mount -t proc proc /srv/jail/proc
	mount -t sysfs sysfs "/srv/jail/a sys"
	refused_to_root "a setting of the kernel, by the /proc of a chroot" \
		'cat /srv/jail/proc/sys/kernel/core_pattern >/srv/jail/proc/sys/kernel/core_pattern'
	refused_to_root "a setting of the kernel, by the /sys of a chroot" \
		'exec 3>>"/srv/jail/a sys/kernel/mm/transparent_hugepage/enabled" || exec 3>>"/srv/jail/a sys/kernel/uevent_helper"'
	umount /srv/jail/proc "/srv/jail/a sys"
	rm -rf /srv/jail
}

# And one that the host mounts while she is in: nobody would fence it.
later_test() {
	policy '[default]' "$USER_SPACE"
	mkdir -p /srv/later
	session_start late alice
	mount -t proc proc /srv/later
	is "ESC-04 root inside: a /proc that the host mounts later does not come in" "$(session_do late 'ls /srv/later | wc -l')" 0
	umount /srv/later
	session_stop late
	rmdir /srv/later
}

# What stands in /run/loginspace decides over everybody's logins.
registry_test() {
	policy '[default]' "$USER_SPACE"
	is "ESC-08 root inside: a kill switch of her own" "$(as_root 'install -m 600 /dev/null /run/loginspace/off; ls /run/loginspace/off')" /run/loginspace/off
	check "ESC-08 root inside: none of the host's" test ! -e "$SWITCH"
	confined "ESC-08 root inside: others are confined" bob
	refused_to_root "take that away, too" 'umount -l /run/loginspace'
	# A lock on bob's shared space, as an init holds it: 2^49 + uid.
	policy '[default]' "$USER_SPACE" 'scope = user'
	session_start thief alice
	session_do thief "sudo -n python3 -c 'import fcntl,os,struct,time
fd=os.open(\"/run/loginspace\",os.O_RDONLY)
fcntl.fcntl(fd,fcntl.F_SETLK,struct.pack(\"hhqqi\",fcntl.F_RDLCK,0,(1<<49)+2002,1,0))
open(\"/tmp/locked\",\"w\")
time.sleep(20)' >/dev/null 2>&1 &
for i in \$(seq 100); do [ -e /tmp/locked ] && break; sleep .05; done; ls /tmp/locked" >"$RIG/thief"
	is "PRV-03 root inside takes the lock of bob's space" "$(<"$RIG/thief")" /tmp/locked
	isnt "PRV-03 and bob gets his own space" "$(run_as bob 'readlink /proc/self/ns/user')" "$(session_do thief 'readlink /proc/self/ns/user')"
	confined "PRV-03 bob is in" bob
	session_stop thief
}

# Whoever is root inside could open those of others, and read what is typed there.
terminals_test() {
	local lines job
	policy '[default]' "$USER_SPACE" '[match user=bob]' 'isolate = no'
	as_ssh -tt bob@127.0.0.1 'sleep 30' >/dev/null 2>&1 &
	job=$!
	wait_until 5 pgrep -u bob -xf 'sleep 30'
	check "ESC-06 bob's terminal is on the host" test -n "$(find /dev/pts -user bob)"
	for lines in 'scope = login' 'scope = user'; do
		policy '[default]' "$USER_SPACE" "$lines"
		is "ESC-06 root inside, $lines: sees no terminal of others" "$(as_root 'ls /dev/pts')" ptmx
		is "ESC-06 root inside, $lines, by su: nor there" \
			"$(script -qec "su alice -c 'sudo -n ls /dev/pts'" /dev/null </dev/null | tr -d '\r')" ptmx
	done
	pkill -u bob -xf 'sleep 30'
	wait $job
}

buses_test() {
	mkdir -p /run/dbus /run/systemd
	: >/run/dbus/system_bus_socket
	echo socket >/run/systemd/private
	policy '[default]' "$USER_SPACE"
	refused_to_root "the system's D-Bus" 'test -e /run/dbus/system_bus_socket'
	refused_to_root "systemd's own socket" 'grep -q socket /run/systemd/private'
	policy '[default]' "$USER_SPACE" 'system_bus = keep'
	is "user: system_bus = keep keeps it" "$(as_root 'ls /run/dbus')" system_bus_socket
	policy '[default]' "$USER_SPACE" 'private_dev = no'
	log_mark
	refused "user: private_dev = no is a contradiction" alice
	check "user: and the log names the line" log_line "private_dev = no, $CONF:3"
	rm -rf /run/dbus /run/systemd/private
}

# after_setns FILE: what the first process does next after its setns(2) into a user namespace.
after_setns() {
	awk 'NR == 1 { first = $1 } $1 != first { next } next_one { print $0; exit } /setns\(.*CLONE_NEWUSER/ { next_one = 1 }' "$1" | grep -o 'PR_SET_DUMPABLE.*)\|clone\|fork'
}

# Who moves to a namespace of another owner has its mm's dumpable flag set to fs.suid_dumpable by the kernel.
undumpable_test() {
	local calls='setns,clone,clone3,fork,vfork,execve,prctl'
	if ! strace -qq true 2>/dev/null; then
		skip "PRV-05 not to be traced from inside after the join" "no strace"
		return
	fi
	policy '[default]' "$USER_SPACE"
	strace -f -qq -e trace=$calls -o "$RIG/log/strace" "$RIG/bin/pam_driver" --quiet loginspace alice true >/dev/null 2>&1
	like "PRV-05 the application, once it is inside" "$(after_setns "$RIG/log/strace")" 'PR_SET_DUMPABLE, (0|SUID_DUMP_DISABLE)'
	session_start s alice
	strace -f -qq -e trace=$calls -o "$RIG/log/strace" "$COMMAND" enter "$(session_do s 'echo $LOGINSPACE')" true
	like "PRV-05 enter, once it is inside" "$(after_setns "$RIG/log/strace")" 'PR_SET_DUMPABLE, (0|SUID_DUMP_DISABLE)'
	session_stop s
}

# What is counted inside is hers, and not root's: she can use up nothing of the machine's.
COUNT='import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
n = 0
while n < 20000 and libc.inotify_init() >= 0:
    n += 1
print(n)'

counts_test() {
	local most
	most=$(</proc/sys/fs/inotify/max_user_instances)
	policy '[default]' "$USER_SPACE"
	session_start greedy alice
	session_do greedy "ulimit -n 4096; python3 -c '${COUNT/print(n)/open(\"\/tmp\/n\", \"w\").write(str(n)); import time; time.sleep(30)}' & for i in \$(seq 400); do [ ! -s /tmp/n ] || break; sleep 0.05; done; cat /tmp/n" >"$RIG/greedy"
	is "PRV-06 user: she has used up what is counted as hers" "$(<"$RIG/greedy")" "$most"
	isnt "PRV-06 user: root of the host has his own" "$(python3 -c "${COUNT/20000/3}")" 0
	is "PRV-06 user: and so have others inside" "$(run_as bob "python3 -c '${COUNT/20000/3}'")" 3
	session_stop greedy
}

# Root inside puts something over all that leads to the log: an empty folder over the journal, and over
# /dev/log a socket that takes nothing any more.
COVER='import os, socket, time
if os.path.exists("/tmp/full"):
    os.unlink("/tmp/full")
taker = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
taker.bind("/tmp/full")
giver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
giver.setblocking(False)
try:
    while True:
        giver.sendto(b"x", "/tmp/full")
except BlockingIOError:
    pass
open("/tmp/is-full", "w")
time.sleep(60)'

journal_test() {
	local sink
	mkdir -p /run/systemd/journal
	ln -s /dev/log /run/systemd/journal/dev-log
	logsink /run/systemd/journal/socket "$RIG/log/journal" &
	sink=$!
	wait_until 5 test -S /run/systemd/journal/socket
	policy '[default]' "$USER_SPACE" 'scope = user'
	session_start cover alice
	session_do cover "sudo -n python3 -c '$COVER' >/dev/null 2>&1 & for i in \$(seq 100); do [ -e /tmp/is-full ] && break; sleep .05; done
		sudo -n sh -c 'mount -t tmpfs tmpfs /run/systemd/journal && mount --bind /tmp/full /dev/log'; ls /run/systemd/journal | wc -l" >"$RIG/cover"
	is "user: root inside covers the journal" "$(<"$RIG/cover")" 0
	log_mark
	is "user: her next login is let in" \
		"$(timeout 10 ssh "${SSH_OPTIONS[@]}" -p $PORT -n alice@127.0.0.1 'echo in')" in
	check "user: and its line is in the journal" grep -q 'LOGINSPACE_EVENT=join.*LOGINSPACE_USER=alice' "$RIG/log/journal"
	# On the host /dev/log is the journal's, too.
	unlike "user: and has not gone to syslog as well" "$(log_ours)" ' join: '
	session_stop cover
	kill "$sink"
	wait "$sink" 2>/dev/null
	rm -rf /run/systemd/journal
	check "user: nothing is left of this" ledger_same_within 10 "$RIG/before"
}

# The application goes on as uid 0, in the host's PID namespace: nothing of the inside may be loaded by
# it. What is put there says which process it is in; for the second terminal sshd looks up "tty".
PLANT='#include <stdio.h>
#include <unistd.h>
__attribute__((constructor)) static void planted(void)
{
	char text[4096], name[64];
	FILE *in = fopen("/proc/self/cmdline", "r"), *out;
	snprintf(name, sizeof(name), "/tmp/planted.%d.%d", geteuid(), getpid());
	out = fopen(name, "a");
	if (out) fprintf(out, "loaded by %s\n", in && fgets(text, sizeof(text), in) ? text : "one who has no /proc/self: sshd");
	if (out) fclose(out);
}'

service_test() {
	local service
	service=$(ldconfig -p | sed -n 's/.*libnss_compat.so.2.*=> //p' | head -n 1)
	[[ -n $service ]] || {
		skip "PRV-04 user: a name service of the inside" "no libnss_compat"
		return
	}
	"${CC:-cc}" -shared -fPIC -o "$RIG/planted.so" -xc - <<<"$PLANT"
	policy '[default]' "$USER_SPACE"
	# The first value of an option counts with ssh.
	ssh -o ControlMaster=yes -o ControlPath="$RIG/planter" "${SSH_OPTIONS[@]}" -p $PORT -N -f alice@127.0.0.1
	ssh -S "$RIG/planter" x "printf 'passwd: files\ngroup: compat files\nshadow: files\nhosts: compat files\n' >/tmp/nss
		sudo -n sh -c 'mount --bind $RIG/planted.so $service; mount --bind /tmp/nss /etc/nsswitch.conf'; getent group tty >/dev/null; cat /tmp/planted.*" >"$RIG/planter.out" </dev/null
	like "PRV-04 user: what root inside has planted works, for those inside" "$(<"$RIG/planter.out")" 'loaded by getent'
	is "PRV-04 user: a second terminal over the same connection" \
		"$(ssh -S "$RIG/planter" -tt x 'stat -c %U $(tty)' </dev/null 2>/dev/null | tr -d '\r')" alice
	# sshd looks this up as the user, and in a fork of the monitor.
	ssh -S "$RIG/planter" -W nowhere.test:9 x </dev/null >/dev/null 2>&1
	unlike "PRV-04 user: and sshd has not loaded it" "$(ssh -S "$RIG/planter" x 'sudo -n sh -c "cat /tmp/planted.*"' </dev/null)" 'sshd'
	ssh -S "$RIG/planter" -O exit x 2>/dev/null
}

# looker USER [BYTES]: an application that looks a name up once it is in. With BYTES its heap has no more than
# so many left, in pieces of 2 KiB; the limit leaves room for what is no heap.
LOOKER='#include <malloc.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
static int talk(int count, const struct pam_message **messages, struct pam_response **answers, void *data)
{
	*answers = calloc(count, sizeof(**answers));
	return *answers ? PAM_SUCCESS : PAM_BUF_ERR;
}
int main(int argc, char **argv)
{
	static void *taken[65536];
	struct pam_conv conversation = { talk, NULL };
	struct rlimit limit = { .rlim_max = RLIM_INFINITY };
	long pages = 0, left = argc > 2 ? atol(argv[2]) : 0;
	pam_handle_t *pam = NULL;
	size_t count = 0;
	int status;
	FILE *in = fopen("/proc/self/status", "r");
	char line[256];
	pam_start("loginspace", argv[1], &conversation, &pam);
	getpwnam(argv[1]);
	while (fgets(line, sizeof(line), in)) if (sscanf(line, "VmData: %ld", &pages) == 1) break;
	limit.rlim_cur = (pages + 110) * 1024;
	if (left > 0) setrlimit(RLIMIT_DATA, &limit);
	while (left > 0 && count < 65536 && (taken[count] = malloc(2048))) count++;
	for (; left > 0; left -= 2064) free(taken[--count]);
	status = pam_open_session(pam, 0);
	if (status == PAM_SUCCESS) {
		getpwnam("nobody-of-this-name");
		pam_close_session(pam, 0);
	}
	pam_end(pam, status);
	puts(status == PAM_SUCCESS ? "in" : "denied");
	return 0;
}'

# looked NAME NSSWITCH COMMANDS LIMITS: with that line, and what root inside does besides planting a service, the
# application does not load it: neither with so little memory, nor with as much as it likes.
looked() {
	local left out=""
	sed -i "s/^passwd:.*/$2/" /etc/nsswitch.conf
	session_start s alice
	is "PRV-04 user: $1: what root inside has planted is there" \
		"$(session_do s "sudo -n mount --bind $RIG/looked.so $SERVICE; getent -s compat passwd nobody-of-this-name")" "planted "
	session_do s "sudo -n sh -c '$3'"
	for left in $4; do
		out+="$("$RIG/looker" alice "$left")"$'\n'
	done
	session_stop s
	unlike "PRV-04 user: $1: the application has not loaded it" "$out" planted
	like "PRV-04 user: $1: it is let in" "$out" $'in\n$'
}

# Who calls su may make memory scarce; and who is root inside may stop a service, so that another is asked.
looked_test() {
	SERVICE=$(ldconfig -p | sed -n 's/.*libnss_compat.so.2.*=> //p' | head -n 1)
	[[ -n $SERVICE ]] || {
		skip "PRV-04 user: a name service that is asked late" "no libnss_compat"
		return
	}
	"${CC:-cc}" -o "$RIG/looker" -xc - -lpam <<<"$LOOKER"
	"${CC:-cc}" -shared -fPIC -o "$RIG/looked.so" -xc - <<<'#include <unistd.h>
		__attribute__((constructor)) static void planted(void) { if (write(1, "planted ", 8)) {} }'
	cp /etc/nsswitch.conf "$RIG/nsswitch"
	sed -i 's/^\(group\|shadow\):.*/\1: files/' /etc/nsswitch.conf
	policy '[default]' "$USER_SPACE" 'scope = user'
	looked "scarce memory" 'passwd: files compat' : '4000 8000 11000 14000 17000 20000 40000'
	looked "a service that is stopped" 'passwd:files [!UNAVAIL=return] compat # as a last resort' \
		'mount -t tmpfs tmpfs /etc' 0
	cat "$RIG/nsswitch" >/etc/nsswitch.conf
}

# A name of the network's, looked up by sshd for a forwarding.
forwards_test() {
	job_start started dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --user=root --no-resolv --no-hosts \
		--no-poll --log-facility=- --listen-address=127.0.0.1 --bind-interfaces --address=/web.test/127.0.0.1
	local dns=$JOB
	job_start ready nettool tcp-listen 127.0.0.1 9000 reached
	cp /etc/resolv.conf "$RIG/resolv.conf"
	echo 'nameserver 127.0.0.1' >/etc/resolv.conf
	sed -i 's/^hosts:.*/hosts: files dns/' /etc/nsswitch.conf
	policy '[default]' 'network = host'
	is "ssh -W to a name, without user" "$(forward web.test)" reached
	policy '[default]' "$USER_SPACE" 'network = host'
	is "user: ssh -W to a name" "$(forward web.test)" reached
	is "user: ssh -W to an address" "$(forward 127.0.0.1)" reached
	sed -i 's/^hosts:.*/hosts: files/' /etc/nsswitch.conf
	cat "$RIG/resolv.conf" >/etc/resolv.conf
	job_stop "$JOB"
	job_stop "$dns"
}

forward() { # HOST
	sleep 0.2 | timeout 20 ssh "${SSH_OPTIONS[@]}" -p $PORT -W "$1:9000" alice@127.0.0.1 2>/dev/null
}

# --- from outside ----------------------------------------------------------------------------------

# outside COMMANDS: as alice, in no space.
outside() {
	setpriv --reuid 2001 --regid 2001 --clear-groups sh -c "$1" 2>&1
}

sleeper_of() { # NAME: the process of session NAME that sleeps, as the host numbers it
	local namespace pid
	namespace=$(session_do "$1" 'sleep 60 >/dev/null 2>&1 & readlink /proc/self/ns/pid')
	for pid in $(space_pids "$namespace"); do
		[[ $(<"/proc/$pid/comm") == sleep ]] && echo "$pid"
	done
}

colluder_test() { # NAME WANTED: what a process of hers outside may do
	local pid
	session_start inside alice
	pid=$(sleeper_of inside)
	isnt "ISO-15 $1: there is a process to look at" "$pid" ""
	is "ISO-15 $1: the same user outside: its root folder" "$(outside "ls -d /proc/$pid/root/ >/dev/null 2>&1 && echo in || echo out")" "$2"
	is "ISO-15 $1: the same user outside: its memory" "$(outside "head -c 0 /proc/$pid/mem >/dev/null 2>&1 && echo in || echo out")" "$2"
	is "ISO-15 $1: the same user outside: its namespaces" "$(outside "readlink /proc/$pid/ns/mnt >/dev/null 2>&1 && echo in || echo out")" "$2"
	session_stop inside
}

# --- the rest ----------------------------------------------------------------------------------------

nested_test() {
	policy '[default]' "$USER_SPACE"
	is "ESC-02 user: users may make user namespaces" "$(run_as alice 'unshare -Ur id -u')" 0
	policy '[default]' "$USER_SPACE" 'nested_userns = no'
	like "ESC-02 nested_userns = no: users may not" "$(run_as alice 'unshare -Ur id -u' 2>&1)" 'No space left'
	like "ESC-02 nested_userns = no: nor may root" "$(as_root 'unshare -Ur id -u')" 'No space left'
	is "ESC-02 nested_userns = no: the host's number is what it was" "$(test "$(</proc/sys/user/max_user_namespaces)" -gt 0 && echo kept)" kept
	policy '[default]' 'nested_userns = no'
	log_mark
	refused "nested_userns = no alone: refused" alice
	check "nested_userns = no alone: and the log says what it needs" log_line 'denied: .*needs user among the namespaces'
	policy '[default]' 'nested_userns = no' 'seccomp = default'
	like "ESC-02 nested_userns = no with seccomp: users may not" "$(run_as alice 'unshare -Ur id -u' 2>&1)" 'not permitted'
}

su_test() {
	policy '[default]' "$USER_SPACE"
	log_mark
	like "ESC-10 user: su inside gets no space in the space" "$(run_as alice 'sudo -n su bob -c id' 2>&1)" 'This login was refused'
	check "ESC-10 user: and the log names the mend" log_line 'denied: .*step=policy errno=EPERM.*nested = keep'
	policy '[default]' "$USER_SPACE" 'nested = keep'
	is "ESC-10 user, nested = keep: su stays" \
		"$(run_as alice "sudo -n su bob -c 'id -un; cat /proc/1/comm'" 2>&1)" "bob"$'\n'"$INSIDE"
	policy '[default]' "$USER_SPACE" 'nested = deny'
	like "ESC-10 user, nested = deny: su is denied" "$(run_as alice 'sudo -n su bob -c id' 2>&1)" 'This login was refused'
}

shared_test() {
	local first
	policy '[default]' "$USER_SPACE" 'scope = user' 'linger = 30s'
	first=$(run_as alice 'readlink /proc/self/ns/user')
	is "ISO-13 user: the second login joins the same namespaces" "$(run_as alice 'readlink /proc/self/ns/user')" "$first"
	is "user: enter, too" "$("$COMMAND" enter 2001-0 -- readlink /proc/self/ns/user)" "$first"
	is "user: enter --root is root there" "$("$COMMAND" enter --root 2001-0 -- sh -c 'id -u; readlink /proc/self/ns/user')" "0"$'\n'"$first"
	like "user: show names it" "$("$COMMAND" show 2001-0)" 'namespaces +mount pid ipc uts net user'
	"$COMMAND" kill 2001-0 >/dev/null
	check "user: kill ends it" ledger_same_within 5 "$RIG/before"
}

application_test() {
	policy '[default]' "$USER_SPACE"
	is "PRV-05 user: no child of the application can be looked into" "$(pam_driver loginspace alice true 2>&1 | grep '^dumpable=')" dumpable=0
	log_mark
	pam_driver --quiet loginspace alice 'readlink /proc/self/ns/user' >"$RIG/driver" 2>&1
	isnt "user: another application" "$(head -n 1 "$RIG/driver")" "$(readlink /proc/self/ns/user)"
	like "user: there is no way back for it" "$(pam_driver loginspace alice true 2>&1)" 'changed|differs|namespace|pid_for'
	log_mark
	pamtester loginspace alice open_session close_session open_session >/dev/null 2>&1
	check "user: a second session in the same process is denied" log_line 'denied: .*step=application'
	is "user: and root gets in" "$(run_as root 'id -u')" 0
}

networks_test() {
	policy '[default]' "$USER_SPACE" "network = host"
	is "user, network = host" "$(run_as alice 'sudo -n sh -c "id -u; ip link set lo down 2>/dev/null || echo up; touch /sys/kernel/x 2>/dev/null || echo no"')" \
		"0"$'\n'up$'\n'no
	check "user, network = host: nothing is left" ledger_same_within 10 "$RIG/before"
}

cgroup_test() {
	local own
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	policy '[default]' 'namespaces = mount pid ipc uts net cgroup'
	own=$(sed -n 's/^0:://p' /proc/self/cgroup)
	is "ISO-02 cgroup: another cgroup namespace, with this one as its root" "$(run_as alice 'sed -n "s/^0:://p" /proc/self/cgroup')" /
	isnt "ISO-02 cgroup: not the host's" "$(run_as alice 'readlink /proc/self/ns/cgroup')" "$(readlink /proc/self/ns/cgroup)"
	is "ISO-06 cgroup: nothing above shows" "$(run_as alice 'awk "\$5 == \"/sys/fs/cgroup\" { at = \$4 } END { print at }" /proc/self/mountinfo')" /
	is "the application is where it was" "$(sed -n 's/^0:://p' /proc/self/cgroup)" "$own"
	pam_driver --quiet loginspace alice true
	is "cgroup: an application comes back" $? 0
	policy '[default]' "$USER_SPACE cgroup"
	is "cgroup and user" "$(run_as alice 'sed -n "s/^0:://p" /proc/self/cgroup')" /
	refused_to_root "its control groups" 'mkdir /sys/fs/cgroup/made || echo $$ >/sys/fs/cgroup/cgroup.procs'
	policy '[default]' 'namespaces = mount pid ipc uts cgroup'
	is "cgroup, with the host's network" "$(run_as alice 'sed -n "s/^0:://p" /proc/self/cgroup')" /
	umount -l /sys/fs/cgroup
	if [[ $(stat -fc %T /sys/fs/cgroup) != cgroup2fs ]]; then
		policy '[default]' 'namespaces = mount pid ipc uts net cgroup'
		log_mark
		refused "cgroup without cgroup v2: refused" alice
		check "cgroup without cgroup v2: and the log says why" log_line 'denied: .*step=cgroup errno=(EOPNOTSUPP|ENOTSUP).*cgroup v2'
	fi
}

# Whoever is killed at whatever moment.
death_test() {
	local monitor
	policy '[default]' "$USER_SPACE"
	session_start dying alice
	monitor=$(pgrep -nf 'sshd(-session)?: alice \[priv\]' | head -n 1)
	kill -KILL "$monitor"
	session_stop dying
	check "FLT-05 user: the owner killed: nothing is left" ledger_same_within 5 "$RIG/before"
	session_start dying alice
	kill -KILL "$(space_init "$(session_do dying 'readlink /proc/self/ns/pid')")"
	session_stop dying
	check "FLT-04 user: init killed: nothing is left" ledger_same_within 5 "$RIG/before"
}

start_sshd
ledger_write "$RIG/before"
shape_test
terminal_test
root_test
settings_test
devices_test
chroots_test
later_test
registry_test
terminals_test
buses_test
undumpable_test
counts_test
journal_test
service_test
looked_test
forwards_test
policy '[default]'
colluder_test "a space" in
policy '[default]' "$USER_SPACE"
colluder_test "a user space" out
nested_test
su_test
shared_test
application_test
networks_test
cgroup_test
death_test
policy
check "LEAK-01 nothing is left" ledger_same_within 5 "$RIG/before"
stop_sshd

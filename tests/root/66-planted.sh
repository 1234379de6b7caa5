# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# What a user plants for logins to take as a space: processes, folders, locks, sockets. Nobody joins
# any of it, and nobody waits for it. With scope = user, where there is something to join.
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/rig/spaces.bash"
needs_module

LOGINS=50
# What a login finds: its PID 1, whose that is, and the space.
FIND='echo $(cat /proc/1/comm; stat -c %u /proc/1)'
JOBS=()

# What she has running keeps to one processor, where there is another: what is to be seen is who waits
# for her, and not who shares a processor with her.
PIN=()
[[ $(nproc) -lt 2 ]] || PIN=(taskset -c 0)

# A process of alice's outside of any space, as from cron.
ALICE=(setpriv --reuid=2001 --regid=2001 --clear-groups --)

as_alice() {
	"${ALICE[@]}" "$@"
}

# job CMD: as alice, in the background.
job() {
	"${ALICE[@]}" "${PIN[@]}" "$@" &
	JOBS+=($!)
	disown
}

# plant NAME WORD CMD: in the background, until it says WORD.
plant() {
	local name=$1 word=$2
	shift 2
	job "$@" >"$RIG/plant.${#JOBS[@]}" 2>&1
	check "ATK-00 planted: $name" wait_until 60 grep -q "$word" "$RIG/plant.$((${#JOBS[@]} - 1))"
}

knocked() {
	grep -q knocked "$RIG"/plant.*
}

# As PID 1 of a world of her own, by its name, its fds and its locks an init.
init_plant() {
	install -d -o 2001 -g 2001 -m 700 /home/alice/registry
	install -o 2001 -g 2001 -m 755 "$RIG/bin/planter" /home/alice/loginspace-init
	plant "an init, PID 1 of a world of its own" ready \
		unshare -Urpf --kill-child /home/alice/loginspace-init init /home/alice/registry
}

# A world with a /run/loginspace of her own, which holds what she likes.
world_plant() {
	cat >"$RIG/world" <<-END
		mount -t tmpfs tmpfs /run/user || exit
		mkdir /run/user/loginspace && chmod 700 /run/user/loginspace
		mount --bind /run/user/loginspace /run/loginspace || exit
		cp /home/alice/loginspace-init /run/user/planter
		/run/user/planter sockets /run/loginspace &
		exec /run/user/planter init /run/loginspace
	END
	mkdir -p /run/user
	plant "a world with its own /run/loginspace" '^ready$' unshare -Urm sh "$RIG/world"
	WORLD=$(pgrep -f 'planter init /run/loginspace')
}

sockets_plant() {
	mkdir -p /run/user/2001
	chown 2001 /run/user/2001
	plant "sockets where she may write" ready \
		"$RIG/bin/planter" sockets /tmp /var/tmp /dev/shm /home/alice /run/user/2001 @ @/run/loginspace/
}

# One storm outside, one in a space of hers.
storm_plant() {
	plant "10,000 connects to each socket that shows, again and again" round "$RIG/bin/planter" storm 10000
	session_start s alice
	session_do s "$RIG/bin/planter sockets /tmp @ >/dev/null 2>&1 & ${PIN[*]} $RIG/bin/planter storm 10000 >/tmp/storm 2>&1 &"
	check "ATK-00 and inside her space" wait_until 60 session_do s 'grep -q round /tmp/storm'
	SPACE=$(session_do s "$WHERE")
	INIT=$(list_of alice '.[0].init_pid')
}

# su and pamtester in the planted world fail, as there nobody is root.
world_test() {
	local out
	out=$(nsenter -t "$WORLD" --user --mount --preserve-credentials \
		pamtester loginspace alice open_session 2>&1)
	is "ATK-02 her world: a login in it fails" "$?" 1
	unlike "ATK-02 her world: nobody tells her of a space" "$out" 'success'
	out=$(echo rigsecret | nsenter -t "$WORLD" --user --mount --preserve-credentials su bob -c 'echo is-in' 2>&1)
	unlike "ATK-02 her world: nor does su let her in" "$out" is-in
	is "ATK-02 her world's folder is not the registry" "$("$COMMAND" list --ids | xargs)" 2001-0
}

registry_test() {
	check "ATK-03 she cannot lock a byte of the registry" as_alice "$RIG/bin/planter" lock /home/alice/registry
	check "ATK-03 she cannot lock a byte of the registry" not as_alice "$RIG/bin/planter" lock /run/loginspace
	check "ATK-03 nor from inside" session_do s "! $RIG/bin/planter lock /run/loginspace"
	check "ATK-03 nor list it" not as_alice ls /run/loginspace
}

# Signals, /proc, ptrace and pidfd_getfd of each fd, the door's among them.
init_test() {
	check "ATK-04 she can do nothing to init from outside" as_alice "$RIG/bin/probe" "$INIT"
	check "ATK-04 nor from inside" session_do s "$RIG/bin/probe 1"
	check "ATK-04 it is there still" kill -0 "$INIT"
	is "ATK-04 and answers" "$(list_of alice '.[0].owners | length')" 1
	check "ATK-05 what her process has before its exec says nothing to init" planter word loginspace alice
	configure 'scope = login'
	check "ATK-05 nor where it is the only owner" planter word loginspace alice
	configure 'scope = user'
}

now_us() {
	echo "${EPOCHREALTIME/./}"
}

# One login of USER: its microseconds go to FILE.us, what it finds to FILE.
login() { # FILE USER
	local begin
	begin=$(now_us)
	pam_driver --quiet loginspace "$2" "$FIND; $WHERE" >>"$1" || echo denied >>"$1"
	echo $(($(now_us) - begin)) >>"$1.us"
}

median_us() {
	sort -n "$1.us" | sed -n "$((LOGINS / 2))p"
}

slowest_us() {
	sort -n "$1.us" | tail -n 1
}

# As busy as what she has planted, to no end: so that it is not the processor that is measured.
spinners_start() {
	local i
	for i in 1 2 3 4; do
		job sh -c ': spinner; while :; do :; done'
	done
}

planted() { # STOP|CONT
	pkill "-$1" -U 2001 -f 'bin/planter|user/planter|loginspace-init init'
}

spinners() { # STOP|CONT
	pkill "-$1" -U 2001 -f ': spinner'
}

# By turns a login while hers are stopped and one while they run: other work meets both alike.
measure() {
	local i user
	rm -f "$RIG"/without.* "$RIG"/with.*
	for ((i = 0; i < LOGINS; i++)); do
		planted STOP
		spinners CONT
		for user in bob alice; do
			login "$RIG/without.$user" "$user"
		done
		spinners STOP
		planted CONT
		for user in bob alice; do
			login "$RIG/with.$user" "$user"
		done
	done
}

undelayed() { # USER: by less than 100 ms at worst, and less than 20 ms usually
	printf '# %s, %d logins: median %d us without, %d with; slowest %d us without, %d with\n' "$1" "$LOGINS" \
		"$(median_us "$RIG/without.$1")" "$(median_us "$RIG/with.$1")" \
		"$(slowest_us "$RIG/without.$1")" "$(slowest_us "$RIG/with.$1")"
	[[ $(slowest_us "$RIG/with.$1") -lt $(($(slowest_us "$RIG/without.$1") + 100000)) &&
		$(median_us "$RIG/with.$1") -lt $(($(median_us "$RIG/without.$1") + 20000)) ]]
}

# alice's logins meet her space, each of bob's makes one. A machine that is busy with something else
# may slow any single login down: what is hers does so each time.
delay_test() {
	local user try delayed=yes
	spinners_start
	for ((try = 0; try < 3 && ${#delayed} > 0; try++)); do
		delayed=
		measure
		undelayed bob || delayed+=bob
		undelayed alice || delayed+=alice
	done
	is "MUST-4 no login is delayed by 100 ms, nor the median by 20 ms" "$delayed" ""
	for user in bob alice; do
		is "MUST-4 $user: each has a PID 1 of root's" "$(grep -v : "$RIG/with.$user" | sort | uniq -c | xargs)" \
			"$LOGINS loginspace-init 0"
	done
	is "MUST-4 alice: each is in her own space" "$(grep : "$RIG/with.alice" | sort -u)" "$SPACE"
	check "MUST-4 bob: none is in hers" not grep -Eq "$(sed 's/ /|/g; s/\[/\\[/g' <<<"$SPACE")" "$RIG/with.bob"
	check "MUST-4 nobody has knocked at what she has planted" not knocked
	check "MUST-4 all of it is there still" kill -0 "${JOBS[@]}"
}

plants_end() {
	kill -KILL "${JOBS[@]}"
	pkill -KILL -U 2001 -f 'planter|loginspace-init init'
	session_stop s
	rm -rf /home/alice/registry /tmp/loginspace* /var/tmp/loginspace* /dev/shm/loginspace* /run/user/2001
}

cgroup_folder() {
	findmnt -n -t cgroup2 -o TARGET | head -n 1
}

# A control group of her own: she freezes the init that su has made for her in it.
freeze_test() {
	local top folder
	top=$(cgroup_folder)
	folder=$top/rig-$$
	if [[ -z $top ]] || ! mkdir "$folder" 2>/dev/null; then
		skip_kernel "ATK-06 init frozen" "no control groups"
		return
	fi
	if [[ ! -e $folder/cgroup.freeze ]]; then
		skip_kernel "ATK-06 init frozen" "no cgroup.freeze"
	else
		freeze_in "$folder"
		echo 0 >"$folder/cgroup.freeze"
		wait $!
	fi
	wait_until 5 rmdir "$folder"
	nothing_left "ATK-06 a frozen init"
}

freeze_in() {
	local begin
	chown 2001 "$1/cgroup.procs" "$1/cgroup.freeze"
	# The part of the service manager: alice's shell begins in there.
	(echo "$BASHPID" >"$1/cgroup.procs" && echo rigsecret |
		setpriv --reuid=2001 --regid=2001 --clear-groups su alice -c 'sleep 661') >/dev/null 2>&1 &
	check "ATK-06 su in a control group of hers makes her space" wait_until 5 list_is alice '.[0].owners | length' 1
	wait_until 5 pgrep -xf 'sleep 661'
	as_alice sh -c "echo 1 >'$1/cgroup.freeze'"
	check "ATK-06 she freezes it" wait_until 5 grep -q 'frozen 1' "$1/cgroup.events"
	begin=$(now_ms)
	check "ATK-06 meanwhile bob logs in" pamtester loginspace bob open_session close_session
	check "ATK-06 at once" test $(($(now_ms) - begin)) -lt 500
	log_mark
	check "ATK-06 she has locked herself out" not pamtester loginspace alice open_session
	check "ATK-06 with the way out in the log" log_has 'step=shared errno=ETIMEDOUT .*loginspace kill'
	# Its processes die; that a frozen su does not reap them, kill says, and it is no matter.
	"$COMMAND" kill alice >/dev/null 2>&1
	check "ATK-06 and after that she gets in" pamtester loginspace alice open_session close_session
}

configure 'scope = user'
start_sshd
pamtester loginspace bob open_session close_session >/dev/null # makes /run/loginspace
wait_until 5 list_is bob length 0
sshd_settle
ledger_write "$RIG/before"
log_mark
if as_alice unshare -Urpf true 2>/dev/null; then
	init_plant
	world_plant
	sockets_plant
	storm_plant
	world_test
	registry_test
	init_test
	delay_test
	plants_end
	nothing_left "MUST-4 all of it"
else
	skip_kernel "MUST-4 planted worlds" "no user namespaces for users"
fi
freeze_test
stop_sshd

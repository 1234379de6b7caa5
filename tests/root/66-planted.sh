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
}

# su and pamtester in the planted world fail, as there nobody is root.
world_test() {
	local out
	out=$(as_alice nsenter -t "$WORLD" --user --mount --preserve-credentials \
		pamtester loginspace alice open_session 2>&1)
	is "ATK-02 her world: a login in it fails" "$?" 1
	unlike "ATK-02 her world: nobody tells her of a space" "$out" 'success'
	out=$(echo rigsecret | as_alice nsenter -t "$WORLD" --user --mount --preserve-credentials su bob -c 'echo is-in' 2>&1)
	unlike "ATK-02 her world: nor does su let her in" "$out" is-in
	is "PRV-03 her world's folder is not the registry" "$("$COMMAND" list --ids | xargs)" 2001-0
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

# logins KIND: one of bob's, which makes a space, and one of alice's, which meets hers.
logins() {
	local user
	for user in bob alice; do
		login "$RIG/$1.$user" "$user"
	done
}

# Before anything is planted, on a machine that is as busy.
quiet_measure() {
	local i
	spinners_start # before the session, whose pipes they must not hold
	session_start s alice
	for ((i = 0; i < LOGINS; i++)); do
		logins quiet
	done
	spinners STOP
	session_stop s
}

# By turns logins while hers are stopped and while they run: other work meets both alike.
measure() {
	local i
	rm -f "$RIG"/without.* "$RIG"/with.*
	for ((i = 0; i < LOGINS; i++)); do
		planted STOP
		spinners CONT
		logins without
		spinners STOP
		planted CONT
		logins with
	done
}

# undelayed USER: the slowest by less than 100 ms, the median by less than 20 ms, and by less than
# 50 ms against the time when nothing was there.
undelayed() {
	local kind
	for kind in quiet without with; do
		printf '# %s, %d logins %s: median %d us, slowest %d us\n' "$1" "$LOGINS" "$kind" \
			"$(median_us "$RIG/$kind.$1")" "$(slowest_us "$RIG/$kind.$1")"
	done
	[[ $(slowest_us "$RIG/with.$1") -lt $(($(slowest_us "$RIG/without.$1") + 100000)) &&
		$(median_us "$RIG/with.$1") -lt $(($(median_us "$RIG/without.$1") + 20000)) &&
		$(median_us "$RIG/with.$1") -lt $(($(median_us "$RIG/quiet.$1") + 50000)) ]]
}

# A machine that is busy with something else may slow any login down: what is hers does so each time.
delay_test() {
	local user try delayed=yes
	for ((try = 0; try < 3 && ${#delayed} > 0; try++)); do
		delayed=
		measure
		undelayed bob || delayed+=bob
		undelayed alice || delayed+=alice
	done
	is "MUST-4 no login is delayed by 100 ms, nor the median by 20 ms" "$delayed" ""
	for user in bob alice; do
		is "PRV-01 $user: each has a PID 1 of root's" "$(grep -v : "$RIG/with.$user" | sort | uniq -c | xargs)" \
			"$LOGINS loginspace-init 0"
	done
	is "PRV-01 alice: each is in her own space" "$(grep : "$RIG/with.alice" | sort -u)" "$SPACE"
	check "PRV-01 bob: none is in hers" not grep -Eq "$(sed 's/ /|/g; s/\[/\\[/g' <<<"$SPACE")" "$RIG/with.bob"
	check "PRV-01 nobody has knocked at what she has planted" not knocked
	check "MUST-4 all of it is there still" kill -0 "${JOBS[@]}"
}

plants_end() {
	kill -KILL "${JOBS[@]}"
	pkill -KILL -U 2001 -f 'planter|loginspace-init init'
	session_stop s
	rm -rf /home/alice/registry /tmp/loginspace* /var/tmp/loginspace* /dev/shm/loginspace* /run/user/2001
}

configure 'scope = user'
start_sshd
pamtester loginspace bob open_session close_session >/dev/null # makes /run/loginspace
wait_until 5 list_is bob length 0
sshd_settle
ledger_begin "$RIG/before"
log_mark
if as_alice unshare -Urpf true 2>/dev/null; then
	quiet_measure
	init_plant
	world_plant
	sockets_plant
	storm_plant
	world_test
	delay_test
	plants_end
	nothing_left "MUST-4 all of it"
else
	skip_kernel "MUST-4 planted worlds" "no user namespaces for users"
fi
stop_sshd

# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# Slurm as clusters have it: systemd's slurmd, proctrack/cgroup and task/cgroup on cgroup v2, pam_slurm_adopt.
# docs/SLURM.md has the numbers. What of Slurm needs none of that is in tests/slurm.
. "$SOURCE/tests/vm/inside.bash"
needs_module

PLUGIN=/usr/libexec/loginspace/spank_loginspace.so
GROUPS_ROOT=/sys/fs/cgroup
HERE=$(mktemp -d /home/slurm.XXXXXX)
SLEEP=0
chmod 1777 "$HERE"

if ! grep -q bookworm /etc/os-release; then
	echo "# Slurm is tried on Debian 12 only"
	exit 0
elif [[ ! -e /srv/slurm/spank_loginspace.so ]]; then
	skip "SLU-100 Slurm" "the plugin has not been made"
	exit 0
fi

# --- the cluster ---------------------------------------------------------------------------------

slurm_conf() {
	cat <<-END
		ClusterName=vm
		SlurmctldHost=vmhost(127.0.0.1)
		SlurmUser=root
		AuthType=auth/munge
		StateSaveLocation=/var/lib/slurm/ctld
		SlurmdSpoolDir=/var/lib/slurm/d
		SlurmctldPidFile=/run/slurmctld.pid
		SlurmdPidFile=/run/slurmd.pid
		SlurmctldLogFile=/var/log/slurm/slurmctld
		SlurmdLogFile=/var/log/slurm/slurmd
		ProctrackType=proctrack/cgroup
		TaskPlugin=task/cgroup
		JobAcctGatherType=jobacct_gather/cgroup
		PrologFlags=contain
		SelectType=select/cons_tres
		SelectTypeParameters=CR_Core_Memory
		DefMemPerNode=200
		SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1
		MpiDefault=none
		ReturnToService=2
		KillWait=2
		NodeName=vmhost NodeAddr=127.0.0.1 CPUs=2 RealMemory=900 State=UNKNOWN
		PartitionName=vm Nodes=vmhost Default=YES State=UP
	END
}

node_is() { # STATE
	[[ $(sinfo -h -o %T) == "$1" ]]
}

cluster_start() {
	mkdir -p /etc/slurm /var/lib/slurm/{ctld,d} /var/log/slurm
	slurm_conf >/etc/slurm/slurm.conf
	printf '%s\n' CgroupPlugin=cgroup/v2 ConstrainCores=yes ConstrainRAMSpace=yes ConstrainSwapSpace=yes \
		ConstrainDevices=yes >/etc/slurm/cgroup.conf
	install -m 755 /srv/slurm/spank_loginspace.so $PLUGIN
	echo "required $PLUGIN" >/etc/slurm/plugstack.conf
	cp /srv/pam.d/slurm-task.example /etc/pam.d/slurm-task
	systemctl start munge slurmctld slurmd
	wait_until 120 node_is idle || return
	# Debian's has the name of the host in front.
	STEPS=$(echo $GROUPS_ROOT/system.slice/*slurmstepd.scope)
	SLURM_GROUP=${STEPS#"$GROUPS_ROOT"}
}

cluster_stop() {
	scancel -u alice -u bob
	wait_until 60 no_job
	systemctl stop slurmd slurmctld munge
	systemctl stop "${STEPS##*/}"
	rm -f /etc/slurm/*.conf /etc/pam.d/slurm-task
}

no_job() {
	[[ -z $(squeue -h) ]]
}

# --- jobs ------------------------------------------------------------------------------------------

# as USER CMD ARGS: on the host, as in a login there.
as() {
	(cd "$HERE" && exec timeout 120 setpriv --reuid="$1" --regid="$1" --init-groups env HOME="/home/$1" USER="$1" "${@:2}")
}

# job_submit USER [SBATCH OPTIONS]: the script on stdin; sets JOB. The script says that it runs by touching
# ready-JOB.
job_submit() {
	{
		echo '#!/bin/bash'
		cat
	} >"$HERE/script"
	JOB=$(as "$1" sbatch --parsable -o out-%j "${@:2}" script) && wait_until 60 test -e "$HERE/ready-$JOB"
}

# A job with something in the background; each has numbers of its own to sleep for.
sleeper_submit() { # USER [SBATCH OPTIONS]
	SLEEP=$((SLEEP + 10))
	job_submit "$@" <<-END
		setsid nohup sleep 600$((SLEEP + 1)) >/dev/null 2>&1 &
		(setsid sleep 600$((SLEEP + 2)) &)
		touch ready-\$SLURM_JOB_ID
		sleep 600$((SLEEP + 3))
	END
}

asleep() { # [NUMBER OF A SLEEPER]
	pgrep -f "^sleep 600${1-}"
}

job_end() { # [JOB]
	scancel "${1-$JOB}"
	wait_until 60 not job_there "${1-$JOB}"
}

job_there() {
	[[ -n $(squeue -h -j "$1" 2>/dev/null) ]]
}

group_of() { # PID
	sed -n 's/^0:://p' "/proc/$1/cgroup"
}

group_members() { # [JOB]
	find "$STEPS" -path "*/job_${1:-*}/*" -name cgroup.procs -exec cat {} + 2>/dev/null
}

nothing_left() { # NAME
	check "$1: no process of the job is left" wait_until 30 not asleep
	check "$1: no space" wait_until 30 no_init
	check "$1: nobody in a group of the job's" wait_until 30 no_member
}

no_member() { # [JOB]
	[[ -z $(group_members "$@") ]]
}

init_of() { # ID OF A SPACE
	loginspace show "$1" --json | tr -d ' \n' | sed -n 's/.*"init_pid":\([0-9]*\).*/\1/p'
}

list_field() { # USER FIELD: of the first space
	loginspace list --json --user "$1" | tr -d ' \n' | sed -n "s/.*\"$2\":\"\\?\\([^\",}]*\\).*/\\1/p"
}

# --- steps -----------------------------------------------------------------------------------------

SEEN="$WHERE; sed -n s/^0:://p /proc/self/cgroup; cat /proc/1/comm"

steps_test() {
	local out
	out=$(as alice srun -Q sh -c "$SEEN")
	is "SLU-101 srun: the task is in a space" "$(others "$out")" "$ALL"
	like "SLU-101 and in the group that Slurm has for it" "$out" "$SLURM_GROUP/job_[0-9]+/step_0/user/task_0"
	nothing_left "SLU-101 srun"
	like "SLU-101 with the processors of its job" \
		"$(as alice srun -Q grep Cpus_allowed_list /proc/self/status)" ':[[:space:]][01]$'
	is "SLU-101 the status" "$(as alice srun -Q sh -c 'exit 7'; echo $?)" 7
	is "SLU-101 two tasks" "$(as alice srun -Q -n 2 sh -c 'cat /proc/1/comm' | xargs)" "loginspace-init loginspace-init"
	nothing_left "SLU-101 two tasks"
}

# Two steps beside each other, and one after them.
script_test() { # ID CONFIGURATION
	configure 'network = host' "${@:2}"
	job_submit alice --ntasks=2 --mem=200 <<-END
		touch ready-\$SLURM_JOB_ID
		srun -Q -n 1 --exact --mem=50 sh -c 'echo first \$LOGINSPACE; cat /proc/1/comm; sleep 3' &
		srun -Q -n 1 --exact --mem=50 sh -c 'echo second \$LOGINSPACE; cat /proc/1/comm; sleep 6; cat /proc/1/comm; echo still' &
		wait
		srun -Q -n 1 sh -c 'echo third; cat /proc/1/comm'
		cat /proc/1/comm
	END
	check "$1: it ends" wait_until 200 no_job
	is "$1: all steps and the script are in a space" "$(grep -c loginspace-init "$HERE/out-$JOB")" 5
	is "$1: each has run, to its end" "$(grep -cE 'first|second|still|third' "$HERE/out-$JOB")" 4
	nothing_left "$1"
	configure_nothing
}

init_test() {
	local init
	sleeper_submit alice
	init=$(pgrep -x loginspace-init)
	is "SLU-103 PID 1 is in none of the job's groups" "$(group_of "$init")" "$SLURM_GROUP/system"
	like "SLU-103 what runs in the space is" "$(group_of "$(asleep | head -n 1)")" "$SLURM_GROUP/job_$JOB/step_batch/user/task_0"
	like "SLU-103 loginspace list names the space" "$(loginspace list)" "alice .*slurm-task"
	is "SLU-103 loginspace kill ends the job" "$(loginspace kill alice >/dev/null; wait_until 60 no_job && echo ended)" ended
	nothing_left "SLU-103 loginspace kill"
}

pty_test() {
	local seen
	cd "$HERE" || return
	seen=$(timeout 90 ptyrun -t 30 -e '$ ' -s 'tty; echo in-$LOGINSPACE\r' -e "in-$ALICE" -e '$ ' -s 'sh -c "echo be\\"\\"gun; exec sleep 676"\r' \
		-e begun -s '\003' -e '$ ' -s 'echo be""come $?\r' -e 'become 130' -s 'exit 3\r' -- \
		setpriv --reuid=alice --regid=alice --init-groups env HOME=/home/alice PS1='$ ' srun -Q --pty bash --norc -i)
	is "SLU-104 srun --pty: job control, and the status" $? 3
	like "SLU-104 the terminal has its name" "$seen" '/dev/pts/[0-9]'
	cd /root || return
	nothing_left "SLU-104 srun --pty"
}

cancel_test() {
	sleeper_submit alice
	check "SLU-105 scancel ends a job" job_end
	nothing_left "SLU-105 scancel"
	job_submit alice <<-'END'
		trap 'echo usr1 >>got' USR1
		mkfifo fifo; rm -f got
		touch ready-$SLURM_JOB_ID
		while :; do read -r -t 0.1 <>fifo; done
	END
	rm -f "$HERE/got"
	scancel --batch --signal=USR1 "$JOB"
	wait_until 10 test -s "$HERE/got"
	sleep 1
	is "SLU-106 scancel --batch --signal=USR1 comes once" "$(xargs <"$HERE/got")" usr1
	scontrol suspend "$JOB"
	check "SLU-106 scontrol suspend stops the script" wait_until 10 script_frozen
	is "SLU-106 but not PID 1: a login may still join, and loginspace still asks" \
		"$(timeout 10 loginspace list --ids | wc -l)" 1
	scontrol resume "$JOB"
	check "SLU-106 scontrol resume lets it go on" wait_until 10 not script_frozen
	job_end
	nothing_left "SLU-106 suspended, and ended"
}

script_frozen() {
	grep -q 'frozen 1' "$STEPS/job_$JOB/step_batch/user/cgroup.events" || script_stopped
}

script_stopped() {
	[[ $(ps -o stat= -p "$(pgrep -f 'slurm_script$' | head -n 1)") == T* ]]
}

# --- memory ------------------------------------------------------------------------------------------

HOG='perl -e "\$x = q(a) x (400 << 20); sleep 60"'

memory_test() {
	local out bob
	sleeper_submit bob --mem=100
	bob=$JOB
	out=$(as alice srun --mem=100 sh -c "$HOG" 2>&1)
	isnt "SLU-107 a step that takes more memory than its job has: it fails" $? 0
	like "SLU-107 and srun says why" "$out" '[Oo]ut.[Oo]f.[Mm]emory|oom-kill|OOM'
	out=$(as alice srun --mem=100 sh -c 'head -c 400M /dev/zero >/tmp/fill; echo wrote $?' 2>&1)
	like "SLU-107 what it writes to the /tmp of the space counts, too" "$out" '[Oo]ut.[Oo]f.[Mm]emory|oom-kill|OOM'
	check "SLU-107 the job of another goes on" test -n "$(asleep)"
	is "SLU-107 only his space is left" "$(loginspace list --ids | xargs)" "$(id -u bob)-0"
	job_end "$bob"
	nothing_left "SLU-107 memory"
}

# --- pam_slurm_adopt -----------------------------------------------------------------------------------

# As Slurm and SLURM.md say: at the end of the account lines, and no pam_systemd.
adopt_on() {
	cp /etc/pam.d/sshd /root/sshd.pam
	sed -i '/^@include common-account/a account required pam_slurm_adopt.so action_adopt_failure=deny action_generic_failure=deny' /etc/pam.d/sshd
	pam-auth-update --disable systemd
}

adopt_off() {
	cp /root/sshd.pam /etc/pam.d/sshd
	pam-auth-update --enable systemd
}

adopt_test() {
	check "SLU-110 who has no job does not get in" not run_as alice true
	check "SLU-110 and no space is made" no_init
	sleeper_submit alice
	check "SLU-111 who has one gets in" session_start a alice
	is "SLU-111 into a space" "$(others "$(session_do a "$WHERE")")" "$ALL"
	like "SLU-111 and into the job's groups" "$(session_do a 'cat /proc/self/cgroup')" "$SLURM_GROUP/job_$JOB/step_extern/user"
	like "SLU-111 loginspace list names both" "$(loginspace list | awk '{ print $4 }' | sort | xargs)" 'slurm-task.*sshd'
	session_do a 'setsid nohup sleep 600999 >/dev/null 2>&1 &'
	check "SLU-112 the job ends" job_end
	check "SLU-112 and the login with it" wait_until 60 gone "${SESSION_JOB[a]}"
	session_stop a
	nothing_left "SLU-112 the login"
	check "SLU-112 nobody gets in any more" not run_as alice true
}

# Two jobs of a user's, and one space: each ends for itself.
shared_test() {
	local first
	configure 'scope = user' 'network = host'
	sleeper_submit alice --mem=100
	first=$JOB
	sleeper_submit alice --mem=100
	is "SLU-113 scope = user: two jobs share a space" "$(loginspace list --ids | xargs)" "$ALICE-0"
	job_end "$first"
	check "SLU-113 one ends: its processes have" wait_until 10 not job_has_any "$first"
	check "SLU-113 the other goes on" job_has_any "$JOB"
	check "SLU-113 and nobody is in the groups of the one" wait_until 10 no_member "$first"
	job_end
	nothing_left "SLU-113 both"
}

job_has_any() { # JOB
	pgrep -f '^sleep 600' | xargs -I {} cat /proc/{}/cgroup 2>/dev/null | grep -q "job_$1/"
}

# PID 1 of a login's is with the job that the first login was adopted by.
shared_logins_test() {
	local first
	configure '[match service=sshd]' 'scope = user'
	sleeper_submit alice --mem=100
	first=$JOB
	session_start a alice
	sleeper_submit alice --mem=100
	session_start b alice
	is "SLU-114 two logins in a space, each with the newest job" \
		"$(for i in a b; do session_do $i 'sed "s,.*/job_\([0-9]*\)/.*,\1,; s,^,$LOGINSPACE ," /proc/self/cgroup'; done | xargs)" \
		"$(session_do b 'echo $LOGINSPACE') $first $(session_do b 'echo $LOGINSPACE') $JOB"
	job_end "$first"
	check "SLU-114 the first job ends, and both logins" wait_until 60 gone "${SESSION_JOB[b]}"
	check "SLU-114 but not the second job" job_has_any "$JOB"
	session_stop a
	session_stop b
	job_end
	nothing_left "SLU-114 two logins"
	configure_nothing
}

# Made by a login, and joined by a task: from then on PID 1 is with no job.
joined_test() {
	local first
	configure 'scope = user' '[match service=slurm-task]' 'isolate = no'
	sleeper_submit alice --mem=100
	first=$JOB
	session_start a alice
	configure 'scope = user'
	sleeper_submit alice --mem=100
	is "SLU-118 a task comes to the space of a login" "$(loginspace list --ids | xargs)" "$ALICE-0"
	job_end "$first"
	check "SLU-118 the login's job ends, and the login" wait_until 60 gone "${SESSION_JOB[a]}"
	check "SLU-118 but not the task's" job_has_any "$JOB"
	session_stop a
	job_end
	nothing_left "SLU-118 both"
	configure_nothing
}

systemd_test() { # with the job of limits_test
	pam-auth-update --enable systemd
	like "SLU-119 with pam_systemd a login leaves the job" "$(run_as alice 'cat /proc/self/cgroup')" '/session-[0-9a-z]*\.scope'
	pam-auth-update --disable systemd
}

# --- limits ----------------------------------------------------------------------------------------------

why_denied() { # SERVICE
	journalctl --sync
	journalctl -q -n 1 -o cat LOGINSPACE_EVENT=denied LOGINSPACE_SERVICE="$1"
}

limits_test() {
	configure 'tasks_max = 100'
	isnt "SLU-115 a limit of ours for a task: it does not run" "$(as alice srun -Q cat /proc/1/comm 2>/dev/null)" loginspace-init
	like "SLU-115 and the journal says why" "$(why_denied slurm-task)" 'step=resources .*a job of Slurm'
	configure 'tasks_max = 100' '[match service=slurm-task]' 'tasks_max = unlimited'
	sleeper_submit alice
	unlike "SLU-115 likewise for a login that was adopted" "$(run_as alice 'echo in' 2>&1)" '(^|\n)in'
	like "SLU-115 and the journal says why" "$(why_denied sshd)" 'step=resources .*a job of Slurm'
	configure 'tasks_max = unlimited'
	is "SLU-115 unlimited: it comes in" "$(run_as alice 'cat /proc/1/comm')" loginspace-init
	configure_nothing
}

# --- slurmd --------------------------------------------------------------------------------------------

restart_test() { # with the job of limits_test, too
	systemctl restart slurmd
	wait_until 60 node_is mixed
	check "SLU-116 slurmd is restarted: the job and its space go on" job_has_any "$JOB"
	job_end
	nothing_left "SLU-116 slurmd is restarted"
}

check "SLU-100 the cluster starts, with systemd" cluster_start
steps_test
script_test "SLU-102 sbatch with steps"
script_test "SLU-102 sbatch with steps, scope = user" 'scope = user'
init_test
pty_test
cancel_test
memory_test
adopt_on
adopt_test
shared_test
shared_logins_test
joined_test
limits_test
systemd_test
restart_test
adopt_off
is "SLU-117 the node is as it was" "$(sinfo -h -o %T)" idle
is "SLU-117 no error in slurmd's log but of what was cancelled" \
	"$(grep -a 'error:' /var/log/slurm/slurmd | grep -avE 'CANCELLED|mpi|MPI|add_extern_pid|[Oo]ut.[Oo]f.[Mm]emory|oom|loginspace' | head -n 5)" ""
cluster_stop
rm -rf "$HERE"
is "SLU-117 the system runs" "$(system_state)" running

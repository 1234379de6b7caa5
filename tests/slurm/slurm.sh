# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# Slurm's job steps in spaces: docs/SLURM.md, whose statements name the checks here.
#
# packages: slurmctld slurmd slurm-client munge libslurm-dev libpam-slurm-adopt
. "$SOURCE/tests/rig/lib.bash"
. "$SOURCE/tests/rig/spaces.bash"
. "$SOURCE/tests/slurm/cluster.bash"

TASK_FILE=/etc/pam.d/slurm-task
PARTS=(steps life signals terminal refused unlisted usepam network options adopt)

# --- the stage -----------------------------------------------------------------------------------

pam_task() { # [MODULE ARGUMENTS]
	{
		echo 'session required pam_permit.so'
		pam_line any_service "$@"
	} >$TASK_FILE
}

stage_make() {
	mkdir -p /etc/slurm
	install -m 755 "${LS_BUILD:-$SOURCE/build}/spank_loginspace.so" "$SPANK"
	plugstack required
	pam_task
	configure
	HOST=$(sh -c "$WHERE")
	install -d -m 755 -o alice -g alice /home/alice/bin
}

plugstack() { # required|optional
	: >/etc/slurm/plugstack.conf
	[[ -n $LS_CONTROL ]] || echo "$1 $SPANK" >/etc/slurm/plugstack.conf
}

# Which of the five namespaces of a line of WHERE are the host's.
shared_with_host() { # LINE
	comm -12 <(tr ' ' '\n' <<<"$HOST" | sort) <(tr ' ' '\n' <<<"$1" | sort) | sed 's/:.*//' | xargs
}

# Where a task of a step says it is.
step_where() { # [SRUN OPTIONS]
	as_alice srun -Q "$@" sh -c "$WHERE"
}

# The processes on the host that have FILE, as only they do, as their word; and the one that slurmstepd
# knows as the task.
supervisor_of() { # CMD
	ps -o ppid= -p "$(pgrep -xf "$1")" | tr -d ' '
}

stepd_of() { # CMD
	ps -o ppid= -p "$(supervisor_of "$1")" | tr -d ' '
}

asleep() { # NUMBER
	pgrep -xf "sleep $1"
}

all_gone() { # NAME NUMBER
	check "$1: no process is left" wait_until 5 not asleep "$2"
	check "$1: no space is left" wait_until 5 no_space
}

# --- steps -----------------------------------------------------------------------------------------

part_steps() {
	local line
	cluster_start ProctrackType=proctrack/linuxproc TaskProlog=/home/alice/bin/prolog \
		TaskEpilog=/home/alice/bin/epilog
	printf '#!/bin/sh\n%s >/home/alice/prolog\n' "$WHERE" >/home/alice/bin/prolog
	printf '#!/bin/sh\n%s >/home/alice/epilog\n' "$WHERE" >/home/alice/bin/epilog
	chmod 755 /home/alice/bin/*log
	chown alice /home/alice
	ledger_write "$RIG/before"
	log_mark
	isolates is "SLU-01 srun: the step is in a space, with all namespaces" \
		"$(shared_with_host "$(step_where)")" ""
	isolates check "SLU-01 srun: the log says so" log_has 'open: user="alice" .*service="slurm-task"'
	wait_until 5 test -s /home/alice/epilog
	isolates is "SLU-02 TaskProlog runs in the space" "$(shared_with_host "$(</home/alice/prolog)")" ""
	is "SLU-02 TaskEpilog runs on the host" "$(</home/alice/epilog)" "$HOST"
	printf '#!/bin/sh\n%s >/home/alice/own\n' "$WHERE" >/home/alice/bin/own
	chmod 755 /home/alice/bin/own
	as_alice srun -Q --task-prolog=/home/alice/bin/own true
	isolates is "SLU-02 srun --task-prolog runs in the space" "$(shared_with_host "$(</home/alice/own)")" ""
	as_alice srun -Q --task-epilog=/home/alice/bin/own true
	wait_until 5 grep -q "$HOST" /home/alice/own
	is "SLU-02 srun --task-epilog runs on the host" "$(</home/alice/own)" "$HOST"
	isolates is "SLU-03 it sees its own processes only" \
		"$(as_alice srun -Q sh -c 'ps -e -o comm= | xargs')" "loginspace-init sh ps xargs"
	isolates is "SLU-03 and knows its space" "$(as_alice srun -Q printenv LOGINSPACE)" 2001-0
	is "SLU-03 its folder and user are as ever" "$(as_alice srun -Q sh -c 'pwd; id -un')" \
		$'/home/alice\nalice'
	touch /tmp/host
	mkdir -m 777 /tmp/folder
	isolates is "SLU-08 a folder that is not in the space: it begins in /tmp" \
		"$(as_alice srun -Q --chdir=/tmp/folder pwd 2>/dev/null)" /tmp
	as_alice sbatch --parsable -o /tmp/folder/out --wrap 'ls /tmp' >/dev/null
	wait_until 10 no_job
	isolates is "SLU-08 sbatch -o /tmp/... is the host's, and its script does not see it" \
		"$(</tmp/folder/out)" ""
	rm -r /tmp/folder
	isolates check "SLU-03 with a /tmp of its own" as_alice srun -Q test ! -e /tmp/host
	line=$(as_alice srun -Q -n 2 printenv LOGINSPACE | sort | xargs)
	isolates is "SLU-04 two tasks have two spaces" "$line" "2001-0 2001-1"
	configure 'scope = user'
	line=$(as_alice srun -Q -n 2 printenv LOGINSPACE | xargs)
	isolates is "SLU-04 with scope = user they share one" "$line" "2001-0 2001-0"
	configure
	job_submit <<-END
		#!/bin/sh
		$WHERE
		touch ready
	END
	wait_until 10 no_job
	isolates is "SLU-05 sbatch: the script is in a space" "$(shared_with_host "$(</home/alice/out)")" ""
	printf '%s - cpu 17\n' alice >/etc/security/limits.conf
	sed -i '1i session required pam_limits.so' $TASK_FILE
	isolates is "SLU-07 pam_limits in slurm-task holds for the task" "$(as_alice srun -Q sh -c 'ulimit -t')" 1020
	pam_task
	check "SLU-06 nothing is left of all that" ledger_same_within 5 "$RIG/before"
}

# --- life ------------------------------------------------------------------------------------------

status_of_step() { # CMD
	as_alice srun -Q sh -c "$1" >"$RIG/out" 2>&1
	echo $?
}

leaver_submit() { # [SBATCH OPTIONS]
	job_submit "$@" <<-'END'
		#!/bin/bash
		setsid nohup sleep 673 >/dev/null 2>&1 &
		(setsid sleep 674 &)
		touch ready
		exec sleep 675
	END
	wait_until 5 asleep 675
}

part_life() {
	cluster_start ProctrackType=proctrack/linuxproc
	is "SLU-10 the status is the task's" "$(status_of_step 'exit 7')" 7
	is "SLU-10 and so is the signal" "$(status_of_step 'ulimit -c 0; kill -SEGV $$') $(<"$RIG/out")" \
		"139 srun: error: righost: task 0: Segmentation fault"
	as_alice srun -Q sh -c '(setsid sleep 674 &)'
	isolates all_gone "SLU-11 a step that leaves a process behind" 674
	pkill -xf 'sleep 674'
	leaver_submit
	isolates check "SLU-12 a job is in a space" not no_space
	job_end
	isolates all_gone "SLU-12 scancel" 674
	is "SLU-12 scancel: nor what it had in the background" "$(asleep 673)$(asleep 675)" ""
	pkill -xf 'sleep 674'
	[[ -z $LS_CONTROL ]] || return
	leaver_submit
	kill -KILL "$(stepd_of 'sleep 675')"
	all_gone "SLU-13 SIGKILL to slurmstepd" 675
	is "SLU-13 nor what it had in the background" "$(asleep 673)$(asleep 674)" ""
	job_end
	leaver_submit
	kill -KILL "$(supervisor_of 'sleep 675')"
	all_gone "SLU-14 SIGKILL to the supervisor" 675
	job_end
	configure 'scope = user'
	start_sshd
	session_start shared alice
	leaver_submit
	kill -KILL "$(stepd_of 'sleep 675')"
	check "SLU-15 SIGKILL to slurmstepd, in a space that lives on: the task ends" \
		wait_until 2 not asleep 675
	check "SLU-15 the space does live on" not no_space
	job_end
	session_stop shared
	stop_sshd
	all_gone "SLU-15 with its last owner" 674
	configure
}

# --- signals ---------------------------------------------------------------------------------------

listener_submit() {
	job_submit <<-'END'
		#!/bin/bash
		trap 'echo usr1 >>got' USR1
		touch ready
		while :; do read -r -t 0.1 <>fifo; done
	END
}

# A step of a job, as srun makes it.
listener_step() {
	rm -f /home/alice/{ready,got}
	as_alice srun -Q bash -c 'trap "echo usr1 >>got" USR1; touch ready
		while :; do read -r -t 0.1 <>fifo; done' &
	STEP=$!
	wait_until 10 test -e /home/alice/ready
	JOB=$(squeue -h -o %A)
}

script_pid() {
	pgrep -f 'slurm_script$'
}

script_is() { # STATE
	[[ $(ps -o stat= -p "$(script_pid)") == "$1"* ]]
}

got_usr1() {
	wait_until 5 test -s /home/alice/got
	sleep 0.3 # a second one would come at once
	xargs < <(cat /home/alice/got 2>/dev/null)
}

part_signals() {
	local track how
	as_alice mkfifo fifo
	for track in linuxproc pgid; do
		cluster_start "ProctrackType=proctrack/$track"
		for how in --batch --full; do
			listener_submit
			scancel $how --signal=USR1 "$JOB"
			is "SLU-20 $track: scancel $how --signal=USR1 comes once" "$(got_usr1)" usr1
			job_end
		done
		listener_step
		scancel --signal=USR1 "$JOB"
		is "SLU-21 $track: scancel --signal=USR1 of a step comes once" "$(got_usr1)" usr1
		scancel "$JOB"
		wait $STEP
		check "SLU-21 $track: scancel ends it" wait_until 10 no_stepd
		check "SLU-21 $track: and its space" wait_until 5 no_space
	done
	cluster_start ProctrackType=proctrack/linuxproc
	listener_submit
	scontrol suspend "$JOB"
	check "SLU-23 scontrol suspend stops it" wait_until 10 script_is T
	scontrol resume "$JOB"
	check "SLU-23 scontrol resume lets it go on" wait_until 10 script_is S
	job_end
	# As proctrack/cgroup does it, which cannot be had here: SIGUSR1 for slurmstepd's child alone.
	listener_submit
	[[ -n $LS_CONTROL ]] || kill -USR1 "$(ps -o ppid= -p "$(script_pid)")"
	isolates is "SLU-22 a signal for slurmstepd's child alone comes once" "$(got_usr1)" usr1
	job_end
}

# --- terminal --------------------------------------------------------------------------------------

on_terminal() { # PROGRAM STEPS OF ptyrun
	timeout 40 ptyrun -t 10 "${@:2}" -- "${AS_ALICE[@]}" srun -Q --pty bash --norc "$1"
}

part_terminal() {
	local seen
	cluster_start ProctrackType=proctrack/linuxproc
	cd /home/alice || return
	seen=$(on_terminal -i -e '$ ' -s 'tty; echo in-$LOGINSPACE\r' -e 'in-' -e '$ ' -s 'exit 3\r')
	is "SLU-30 srun --pty: status" $? 3
	like "SLU-30 srun --pty: the terminal has its name" "$seen" '/dev/pts/[0-9]'
	isolates like "SLU-30 srun --pty: in a space" "$seen" 'in-2001-0'
	# What is typed shows as well, so that is written in another way.
	seen=$(on_terminal -i -e '$ ' -s 'sh -c "echo be\\"\\"gun; exec sleep 676"\r' -e begun -s '\003' -e '$ ' \
		-s 'echo be""come $?\r' -e 'become 130' -w 30x100 -e '$ ' \
		-s 'until [ "$(stty size)" = "30 100" ]; do sleep 0.1; done; echo re""sized\r' -e resized \
		-s 'exit 4\r')
	is "SLU-31 srun --pty: an interrupt reaches what is in the foreground, a new size the terminal" $? 4
	unlike "SLU-31 srun --pty: no complaint of job control" "$seen" 'no job control|cannot set terminal'
	rm -f got fifo
	as_alice mkfifo fifo
	# Two at the same instant may be one: so several, each after the one before.
	echo 'trap "echo int >>got; wc -l <got" INT; echo begun; while :; do read -r -t 0.1 <>fifo; done' >interrupted
	on_terminal ./interrupted -e begun -s '\003' -e 1 -s '\003' -e 2 -s '\003' -e 3 -s '\003' -e 4 -s '\003' \
		-e 5 -e never >/dev/null 2>&1 &
	check "SLU-33 srun --pty: interrupts come" wait_until 5 five
	sleep 0.3
	is "SLU-33 srun --pty: each of them once" "$(xargs <got)" "int int int int int"
	scancel -u alice
	wait $!
	wait_until 10 no_stepd
	cd "$SOURCE" || return
	check "SLU-32 nothing is left" wait_until 5 no_space
}

five() {
	[[ $(wc -l <got) -ge 5 ]]
}

# --- refused ---------------------------------------------------------------------------------------

refused() { # NAME WHY
	log_mark
	rm -f /home/alice/arrived
	as_alice srun -Q touch arrived >"$RIG/out" 2>&1
	isolates isnt "$1: srun fails" $? 0
	isolates check "$1: nothing runs" test ! -e /home/alice/arrived
	isolates check "$1: srun or the log says why" grep -Eaqs -- "$2" "$RIG/out" "$CLUSTER/log/slurmd" <(log_ours)
	as_alice sbatch --parsable -o out --wrap 'touch arrived' >/dev/null
	wait_until 10 no_job
	isolates check "$1: no batch script runs" test ! -e /home/alice/arrived
	check "$1: the node is not drained" wait_until 5 node_is idle
}

part_refused() {
	cluster_start ProctrackType=proctrack/linuxproc
	HELPER=$RIG/not-there pam_task
	refused "SLU-40 no helper" 'step=spawn'
	rm $TASK_FILE
	refused "SLU-41 no PAM file" 'slurm-task: No such file'
	echo 'session required pam_not_there.so' >$TASK_FILE
	refused "SLU-42 a module that is not there" 'slurm-task: Permission denied'
	pam_task
	configure nonsense
	refused "SLU-43 a broken configuration" 'step=configuration'
	plugstack optional
	refused "SLU-44 likewise, and the plugin is optional" 'step=configuration'
	configure
	[[ -n $LS_CONTROL ]] || echo "required $RIG/not-there.so" >/etc/slurm/plugstack.conf
	isolates check "SLU-45 no plugin: srun fails" not as_alice srun -Q true
	[[ -n $LS_CONTROL ]] || echo "optional $RIG/not-there.so" >/etc/slurm/plugstack.conf
	is "SLU-45 likewise, optional: it runs on the host" "$(step_where)" "$HOST"
	[[ -n $LS_CONTROL ]] || echo "required $SPANK nonsense" >/etc/slurm/plugstack.conf
	isolates check "SLU-46 an argument that nobody knows: srun fails" not as_alice srun -Q true
	plugstack required
	check "SLU-47 all is well again" as_alice srun -Q true
}

# --- who gets none -----------------------------------------------------------------------------------

part_unlisted() {
	cluster_start ProctrackType=proctrack/linuxproc
	configure 'isolate = no'
	is "SLU-50 isolate = no: on the host" "$(step_where)" "$HOST"
	configure '' '[match user=alice service=slurm-task]' 'isolate = no'
	is "SLU-50 likewise by a section" "$(step_where)" "$HOST"
	configure
	install -d -m 700 /run/loginspace
	touch /run/loginspace/off
	is "SLU-51 the kill switch: on the host" "$(step_where)" "$HOST"
	rm /run/loginspace/off
	is "SLU-52 root's jobs: on the host" "$(srun -Q sh -c "$WHERE")" "$HOST"
	{
		echo 'session required pam_permit.so'
		pam_line
	} >$TASK_FILE
	is "SLU-53 neither listed nor any_service: on the host" "$(step_where)" "$HOST"
	configure 'services = slurm-task'
	isolates is "SLU-53 listed: in a space" "$(shared_with_host "$(step_where)")" ""
	pam_task
	configure
}

# --- slurmstepd's own session -------------------------------------------------------------------------

part_usepam() {
	cluster_start ProctrackType=proctrack/linuxproc UsePAM=1
	{
		echo 'session required pam_permit.so'
		pam_line
	} >/etc/pam.d/slurm
	log_mark
	isolates is "SLU-60 UsePAM=1, slurm not listed: the step is in a space" \
		"$(shared_with_host "$(step_where)")" ""
	isolates check "SLU-60 and slurmstepd itself is not" log_has 'ignored: .*service="slurm" '
	configure 'services = slurm'
	log_mark
	rm -f /home/alice/arrived
	as_alice srun -Q touch arrived >"$RIG/out" 2>&1
	isolates check "SLU-61 UsePAM=1, slurm listed: nothing runs" test ! -e /home/alice/arrived
	isolates check "SLU-61 as slurmstepd has threads" \
		log_has 'denied: .*service="slurm" .*application has more than one thread'
	rm /etc/pam.d/slurm
	configure
}

# --- network -----------------------------------------------------------------------------------------

nested_step() {
	job_submit <<-END
		#!/bin/sh
		timeout 20 srun -Q sh -c '$WHERE'
		echo \$?
		$WHERE
		touch ready
	END
	wait_until 25 no_job
}

part_network() {
	cluster_start ProctrackType=proctrack/linuxproc
	configure '' '[match service=slurm-task]' 'network = host'
	nested_step
	isolates is "SLU-70 network = host: a step of a script is in a space" \
		"$(shared_with_host "$(sed -n 1p /home/alice/out)")" net
	is "SLU-70 network = host: srun in a script works" "$(sed -n 2p /home/alice/out)" 0
	isolates isnt "SLU-70 and in another one than the script" "$(sed -n 1p /home/alice/out)" \
		"$(sed -n 3p /home/alice/out)"
	configure
}

# --- options -----------------------------------------------------------------------------------------

options_step() { # NAME LINES
	configure "${@:2}"
	is "SLU-80 $1: a step runs, as its user" "$(as_alice srun -Q id -un)" alice
	is "SLU-80 $1: its status" "$(status_of_step 'exit 5')" 5
	check "SLU-80 $1: nothing is left" wait_until 5 no_space
}

# Linux 6.18 refuses a bind of a mount namespace by turns, as its processors number them each for
# itself, and job_container/tmpfs makes one for each job. Such a job has not been started.
step_in_container() { # CMD ARGS
	local status _
	for _ in {1..20}; do
		as_alice srun -Q "$@" 2>"$RIG/container.err"
		status=$?
		grep -q 'not ready' "$RIG/container.err" || break
	done
	return $status
}

processors_of_two() {
	as_alice srun -Q -n 2 --cpu-bind=cores grep Cpus_allowed_list /proc/self/status | sort -u | wc -l
}

part_options() {
	cluster_start ProctrackType=proctrack/linuxproc
	options_step "a user namespace" 'namespaces = mount pid ipc uts net user'
	options_step "restrictions" 'no_new_privs = yes' 'capabilities = none' 'seccomp = default'
	options_step "a strict view" 'home = own' 'system = ro' 'private_dev = yes' 'hidepid = yes'
	mkdir -p "$RIG/container"
	printf 'AutoBasePath=true\nBasePath=%s\n' "$RIG/container" >/etc/slurm/job_container.conf
	cluster_start ProctrackType=proctrack/linuxproc PrologFlags=contain JobContainerType=job_container/tmpfs
	configure
	step_in_container true
	isolates isnt "SLU-83 job_container/tmpfs and a /tmp of the space's: refused" $? 0
	configure 'private_tmp = no'
	is "SLU-83 with private_tmp = no, /tmp is the job's" "$(step_in_container stat -c %U:%a /tmp)" alice:700
	isolates is "SLU-83 and the step is in a space" \
		"$(shared_with_host "$(step_in_container sh -c "$WHERE")")" ""
	cluster_start ProctrackType=proctrack/linuxproc TaskPlugin=task/affinity JobAcctGatherType=jobacct_gather/linux \
		JobAcctGatherFrequency=1
	configure
	if [[ $(nproc) -gt 1 ]]; then
		is "SLU-84 task/affinity: each task has a processor of its own" "$(processors_of_two)" 2
	else
		skip "SLU-84 task/affinity" "one processor"
	fi
	is "SLU-84 jobacct_gather/linux: the status" "$(status_of_step 'sleep 2; exit 5')" 5
	cluster_start ProctrackType=proctrack/linuxproc
	configure 'no_new_privs = yes'
	isolates like "SLU-81 what the policy takes away is taken" \
		"$(as_alice srun -Q grep NoNewPrivs /proc/self/status)" '1$'
	configure 'max_spaces = 1'
	as_alice srun -Q -n 2 sh -c 'echo $SLURM_PROCID >>arrived; sleep 1' >"$RIG/out" 2>&1
	isolates isnt "SLU-82 more tasks than max_spaces: the step fails" $? 0
	configure
}

# --- pam_slurm_adopt ---------------------------------------------------------------------------------

part_adopt() {
	cluster_start ProctrackType=proctrack/linuxproc PrologFlags=contain
	cp /etc/pam.d/sshd "$RIG/sshd.pam"
	sed -i '/^session/{s/^/account required pam_slurm_adopt.so\n/;:a;n;ba}' /etc/pam.d/sshd
	start_sshd
	check "SLU-90 pam_slurm_adopt: who has no job does not get in" not run_as alice true
	check "SLU-90 and no space is made" no_space
	leaver_submit
	log_mark
	isolates is "SLU-91 who has one gets in, and into a space" \
		"$(shared_with_host "$(run_as alice "$WHERE")")" ""
	like "SLU-91 after it was adopted" "$(tail -n 20 "$LOG")" 'pam_slurm_adopt.*Process [0-9]+ adopted into job'
	isolates is "SLU-91 and not into the job's" "$(run_as alice 'echo $LOGINSPACE')" 2001-1
	job_end
	configure 'scope = user'
	leaver_submit
	isolates is "SLU-93 with scope = user: into the job's" "$(run_as alice 'pgrep -xc sleep')" 3
	job_end
	check "SLU-92 and not afterwards" not run_as alice true
	stop_sshd
	cp "$RIG/sshd.pam" /etc/pam.d/sshd
	configure
	check "SLU-92 nothing is left" wait_until 5 no_space
}

for program in slurmctld slurmd srun munged; do
	if ! command -v $program >/dev/null; then
		skip "Slurm" "no $program"
		exit 0
	fi
done
stage_make
[[ $# -eq 0 ]] || PARTS=("$@")
for part in "${PARTS[@]}"; do
	"part_$part"
done
cluster_stop

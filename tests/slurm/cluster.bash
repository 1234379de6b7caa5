# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2153
# A cluster of one machine in the rig: munged, slurmctld and slurmd, all on 127.0.0.1, with files of
# their own below $RIG/slurm. Sourced after lib.bash.

CLUSTER=$RIG/slurm
SPANK=$RIG/libexec/spank_loginspace.so
MUNGED=
DAEMONS=()
AS_ALICE=(setpriv --reuid=2001 --regid=2001 --init-groups env HOME=/home/alice USER=alice
	SLURM_TIME_FORMAT=relative)

munge_start() {
	# munged wants no folder on the way that others may write to.
	mkdir -p "$CLUSTER/munge"
	head -c 32 /dev/urandom >"$CLUSTER/munge/key"
	chmod 600 "$CLUSTER/munge/key"
	munged --foreground --force "--key-file=$CLUSTER/munge/key" "--socket=$CLUSTER/munge/socket" \
		"--pid-file=$CLUSTER/munge/pid" "--log-file=$CLUSTER/log/munged" \
		"--seed-file=$CLUSTER/munge/seed" >"$CLUSTER/log/munged.out" 2>&1 </dev/null &
	MUNGED=$!
	wait_until 10 test -S "$CLUSTER/munge/socket"
}

# Slurm asks getaddrinfo(3) for addresses of a kind that the machine has (AI_ADDRCONFIG), and those of lo
# do not count. Nothing is sent there.
address_make() {
	ip link set rig0 up
	ip address add 192.0.2.1/32 dev rig0
}

slurm_conf() { # [LINES]
	mkdir -p /etc/slurm
	cat >/etc/slurm/slurm.conf <<-END
		ClusterName=rig
		SlurmctldHost=righost(127.0.0.1)
		SlurmUser=root
		SlurmdUser=root
		AuthType=auth/munge
		AuthInfo=socket=$CLUSTER/munge/socket
		CredType=cred/munge
		StateSaveLocation=$CLUSTER/state
		SlurmdSpoolDir=$CLUSTER/spool
		SlurmctldPidFile=$CLUSTER/slurmctld.pid
		SlurmdPidFile=$CLUSTER/slurmd.pid
		SlurmctldLogFile=$CLUSTER/log/slurmctld
		SlurmdLogFile=$CLUSTER/log/slurmd
		TaskPlugin=task/none
		SelectType=select/cons_tres
		SelectTypeParameters=CR_Core
		SlurmdParameters=config_overrides
		SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1
		JobAcctGatherType=jobacct_gather/none
		MpiDefault=none
		ReturnToService=2
		KillWait=2
		PropagateResourceLimits=NONE
		NodeName=righost NodeAddr=127.0.0.1 CPUs=16 State=UNKNOWN
		PartitionName=rig Nodes=righost Default=YES State=UP
	END
	printf '%s\n' "$@" >>/etc/slurm/slurm.conf
}

node_is() { # REGEX
	[[ $(sinfo -h -o %T) =~ ^($1)$ ]]
}

no_job() {
	[[ -z $(squeue -h) ]]
}

# Slurm's processes for jobs outlive slurmd.
no_stepd() {
	! pgrep -f '^slurmstepd: \['
}

# cluster_start [LINES OF slurm.conf]: anew, with nothing known of what was before.
cluster_start() {
	cluster_stop
	rm -rf "$CLUSTER/state" "$CLUSTER/spool"
	mkdir -p "$CLUSTER/state" "$CLUSTER/spool" "$CLUSTER/log"
	if [[ -z $MUNGED ]]; then
		munge_start
		address_make
	fi
	slurm_conf "$@"
	slurmctld -D >"$CLUSTER/log/slurmctld.out" 2>&1 </dev/null &
	DAEMONS=($!)
	slurmd -D >"$CLUSTER/log/slurmd.out" 2>&1 </dev/null &
	DAEMONS+=($!)
	wait_until 20 node_is idle || {
		not_ok "the cluster starts" "$(tail -n 5 "$CLUSTER"/log/*)"
		exit 1
	}
}

cluster_stop() {
	[[ ${#DAEMONS[@]} -gt 0 ]] || return 0
	scancel -u alice
	wait_until 15 no_job
	wait_until 10 no_stepd
	kill "${DAEMONS[@]}"
	wait "${DAEMONS[@]}" 2>/dev/null
	DAEMONS=()
}

# as_alice CMD ARGS: on the host, as she would in a login there.
as_alice() {
	(cd /home/alice && exec timeout 30 "${AS_ALICE[@]}" "$@")
}

# job_submit [SBATCH OPTIONS]: the script on stdin; sets JOB, and waits until the script has made
# /home/alice/ready.
job_submit() {
	rm -f /home/alice/{ready,got,out}
	cat >/home/alice/job
	JOB=$(as_alice sbatch --parsable -o out "$@" job) && wait_until 10 test -e /home/alice/ready
}

job_end() {
	scancel "$JOB"
	wait_until 15 no_job && wait_until 10 no_stepd
}

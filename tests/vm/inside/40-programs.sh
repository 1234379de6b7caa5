# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2119
# What else opens a session: su, sudo, cron, at, and what they may not break.
. "$SOURCE/tests/vm/inside.bash"
HOST=$(readlink /proc/self/ns/pid)

su_test() {
	isolates is "VM-40 su - from root: namespaces of his own" "$(others "$(su - bob -c "$WHERE")")" "$ALL"
	isolates is "VM-40 su from root" "$(others "$(su bob -c "$WHERE")")" "$ALL"
	is "VM-40 the status comes through" "$(su - bob -c 'exit 7'; echo $?)" 7
	is "VM-40 su to root is left alone" "$(su - -c 'readlink /proc/self/ns/pid')" "$HOST"
	check "VM-40 their spaces end" wait_until 10 no_init
}

# Without what pam_lastlog2 of Debian 13 says.
said() {
	grep -v '^Last login:' | xargs
}

# sudo is not among the services: its session is that of its caller.
sudo_test() {
	local begin
	session_start a alice
	isolates is "VM-41 sudo inside: root in the space" "$(session_do a 'sudo cat /proc/1/comm; sudo id -u' | xargs)" "loginspace-init 0"
	isolates is "VM-41 sudo -i inside, too" "$(session_do a 'sudo -i cat /proc/1/comm' | said)" loginspace-init
	isolates is "VM-41 sudo -i -u bob inside: as bob, in her space" \
		"$(session_do a 'sudo -i -u bob sh -c "id -un; cat /proc/1/comm"' | said)" "bob loginspace-init"
	is "VM-41 no other space has been made for it" "$(inits)" "$([[ -n $LS_CONTROL ]] && echo 0 || echo 1)"
	session_stop a
	begin=$(date +%s)
	is "VM-41 sudo -i from root on the host: no space" "$(sudo -i -u bob readlink /proc/self/ns/pid | said)" "$HOST"
	journalctl --sync
	isolates like "VM-41 and the journal says why" \
		"$(journalctl -q -o cat --since "@$begin" LOGINSPACE_EVENT=ignored LOGINSPACE_SERVICE=sudo-i)" 'user="bob".*service is not listed'
	check "VM-41 the space ends" wait_until 10 no_init
}

job_done() { # FILE
	grep -q "^done\$" "$1"
}

# What a job has noted: where it ran, as whom, in what.
noted() { # FILE
	xargs <"$1"
}

JOB='(readlink /proc/self/ns/pid; id -un; echo "${LOGINSPACE-none}"; echo done)'

at_test() {
	# at takes the folder along.
	(cd /home/alice && runuser -u alice -- at now <<<"$JOB >/home/alice/at.out" 2>/dev/null)
	check "VM-42 a job of at runs" wait_until 60 job_done /home/alice/at.out
	is "VM-42 on the host, as alice, in no space" "$(noted /home/alice/at.out)" "$HOST alice none done"
}

# From inside, at cannot wake atd: the number of the host's process says nothing there.
at_inside_test() {
	session_start a alice
	session_do a "echo '$JOB >/home/alice/at2.out' | at now" >$RIG/at.said
	printf '# at in a space says: %s\n' "$(tail -n 1 $RIG/at.said)"
	is "VM-42 and her processes live" "$(session_do a 'echo here')" here
	systemctl kill -s HUP atd
	check "VM-42 it runs when atd looks again" wait_until 150 job_done /home/alice/at2.out
	# at takes the environment along, too, with a LOGINSPACE that says nothing there.
	like "VM-42 on the host" "$(noted /home/alice/at2.out)" "^pid:.* alice .* done\$"
	is "VM-42 in no space" "$(head -n 1 /home/alice/at2.out)" "$HOST"
	session_stop a
}

cron_test() {
	check "VM-43 crontab works in a space" run_as alice "echo '* * * * * $JOB >/home/alice/cron.out' | crontab -"
	check "VM-43 a job of cron runs" wait_until 150 job_done /home/alice/cron.out
	is "VM-43 on the host, as alice, in no space" "$(noted /home/alice/cron.out)" "$HOST alice none done"
	run_as alice 'crontab -r'
	is "VM-43 the module is not even asked" "$(journalctl -q -o cat LOGINSPACE_SERVICE=cron)" ""
	is "VM-43 cron goes on" "$(systemctl is-active cron)" active
}

su_test
sudo_test
at_test
at_inside_test
cron_test

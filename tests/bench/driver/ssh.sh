# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154 # bench sets them
#
# Whole ssh logins, to a command that does nothing, with loginspace and without. Two sshds that differ
# in the PAM file that each one sees: the machine's, and the machine's with one line more.
# Read by bench, whose settings it uses.

ssh_port_plain=2201
ssh_port_loginspace=2202
ssh_absent=

ssh_missing() {
	local program

	for program in ssh ssh-keygen /usr/sbin/sshd; do
		command -v $program >/dev/null || echo "$program is not installed"
	done
	[[ -e /etc/pam.d/sshd ]] || echo "no /etc/pam.d/sshd"
	is_running loginspace || echo "loginspace does not run"
}

sshd_config() { # NAME PORT
	cat <<-END
		Port $2
		ListenAddress 127.0.0.1
		HostKey $work/ssh/hostkey
		PidFile $work/ssh/$1.pid
		AuthorizedKeysFile $work/ssh/keys
		StrictModes no
		UsePAM yes
		PasswordAuthentication no
		KbdInteractiveAuthentication no
		PrintMotd no
		UseDNS no
		MaxStartups 500
	END
	# OpenSSH 9.8 and later slow down an address that fails often.
	if /usr/sbin/sshd -t -o PerSourcePenalties=no -f /dev/null -h "$work/ssh/hostkey" 2>/dev/null; then
		echo 'PerSourcePenalties no'
	fi
}

sshd_start() { # NAME PORT
	local name=$1 port=$2 tries

	sshd_config "$name" "$port" >"$work/ssh/$name.conf"
	# It ends with the benchmark, however that ends.
	# shellcheck disable=SC2016 # for the inner shell
	setpriv --pdeathsig TERM unshare --mount --propagation slave sh -c \
		'mount --bind "$1" /etc/pam.d && exec /usr/sbin/sshd -D -e -f "$2"' sh \
		"$work/ssh/pam.$name" "$work/ssh/$name.conf" 2>"$work/ssh/$name.log" &
	disown
	for ((tries = 0; tries < 200; tries++)); do
		ssh_login "$name" >/dev/null && return
		sleep 0.05
	done 2>/dev/null
	return 1
}

ssh_make() {
	mkdir -p /run/sshd "$work/ssh"
	chmod 755 /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/key" -C bench
	ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/hostkey" -C bench
	cp "$work/ssh/key.pub" "$work/ssh/keys"
	cp -a /etc/shadow "$work/shadow"
	echo "$user:*:19000:0:99999:7:::" >>"$work/shadow"
	mount --bind "$work/shadow" /etc/shadow
	cp -a /etc/pam.d "$work/ssh/pam.plain"
	cp -a /etc/pam.d "$work/ssh/pam.loginspace"
	printf '\nsession required %s helper=%s\n' "$build/pam_loginspace.so" "$build/loginspace-helper" \
		>>"$work/ssh/pam.loginspace/sshd"
	sshd_start plain $ssh_port_plain && sshd_start loginspace $ssh_port_loginspace
}

ssh_login() { # NAME
	local port=ssh_port_$1

	"$programs/spawn" ssh -F none -i "$work/ssh/key" -o IdentitiesOnly=yes -o BatchMode=yes \
		-o LogLevel=ERROR -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
		-o GlobalKnownHostsFile=/dev/null -o ControlPath=none -o ConnectTimeout=15 \
		-p "${!port}" -n "$user@127.0.0.1" true
}

# Both of a round one after the other, in an order by lot; a pause, in which sshd puts the last one
# away, so that it is not on the next one's account.
ssh_rounds() {
	local round name

	for ((round = 1; round <= ssh_rounds; round++)); do
		for name in $(shuf -e plain loginspace); do
			sleep 0.03
			ssh_login "$name" >>"$work/ssh_$name.times" 2>>"$work/ssh_$name.errors" ||
				echo failed >>"$work/ssh_$name.times"
		done
	done
}

# The median of the ratios of the rounds, which is steadier than the ratio of the medians.
ssh_ratio() {
	if [[ -e $work/ssh_plain.times ]]; then
		paired "$work/ssh_loginspace.times" "$work/ssh_plain.times" | percentile 50 3
	else
		echo -
	fi
}

ssh_table() {
	local name p

	printf '\n%-32s %9s %9s %9s\n' "ssh login to true, us" p10 whole p95
	for name in plain loginspace; do
		printf '%-32s %9s %9s %9s\n' "$name" "$(time_percentile "ssh_$name" 1 10)" \
			"$(time_percentile "ssh_$name" 1 50)" "$(time_percentile "ssh_$name" 1 95)"
		figure_percentiles ssh "$name" whole "ssh_$name"
		figure ssh "$name" failed "$(grep -c failed "$work/ssh_$name.times" || true)"
		awk -v name="$name" '{ print "ssh," NR "," name ",whole," $1 }' \
			"$work/ssh_$name.times" >>"$work/csv"
	done
	printf '%-32s %9s' "ratio within a round: median" "$(ssh_ratio)"
	for p in 25 75; do
		printf '  p%s %s' $p "$(paired "$work/ssh_loginspace.times" "$work/ssh_plain.times" |
			percentile $p 3)"
	done
	printf '\n'
	figure ssh loginspace times "$(ssh_ratio)"
}

ssh_measure() {
	((ssh_rounds)) || return 0
	ssh_absent=$(ssh_missing | head -n 1)
	if [[ -z $ssh_absent ]] && ! ssh_make; then
		ssh_absent="does not run here: $(tail -q -n 1 "$work"/ssh/*.log | tail -n 1)"
	fi
	if [[ -n $ssh_absent ]]; then
		absent_note "ssh" "$ssh_absent"
		return
	fi
	ssh_rounds
	ssh_table
}

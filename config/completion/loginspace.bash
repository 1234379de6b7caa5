# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Completion of loginspace(8) for bash: verbs, options, ids of living spaces, users. Goes to
# /usr/share/bash-completion/completions/loginspace; needs nothing but bash.

# The ids that live now; for anybody but root none.
_loginspace_ids() {
	"${COMP_WORDS[0]}" list --ids 2>/dev/null
}

_loginspace_verbs="list show enter kill explain check doctor try root metrics help version"

declare -gA _loginspace_options=(
	[list]="--json --ids --user"
	[show]="--json"
	[enter]="--root --net"
	[kill]="--now"
	[explain]="--service --rhost --conf --json"
	[check]="--json"
	[doctor]="--json --root"
	[metrics]="--prometheus"
	[try]="--service --rhost --tty --conf --helper --module"
)

# What each verb takes besides options.
declare -gA _loginspace_operands=(
	[show]=id
	[enter]=id
	[kill]="id user"
	[explain]=user
	[check]=files
	[try]=user
)

# What follows this word, if it is an option with a value; doctor's --root takes a folder, enter's
# takes nothing. Fails when no value follows.
_loginspace_value() {
	case $1:$2 in
	*:--user) echo user ;;
	explain:--service | try:--service) echo service ;;
	doctor:--root) echo folder ;;
	*:--conf | *:--helper | *:--module) echo file ;;
	*:--rhost | *:--tty) echo nothing ;;
	*) return 1 ;;
	esac
}

# _loginspace_offer WORD KIND...: what may stand here.
_loginspace_offer() {
	local word=$1 kind
	local -a found=()
	for kind in "${@:2}"; do
		case $kind in
		id) mapfile -t -O "${#found[@]}" found < <(compgen -W "$(_loginspace_ids)" -- "$word") ;;
		user) mapfile -t -O "${#found[@]}" found < <(compgen -u -- "$word") ;;
		service) mapfile -t -O "${#found[@]}" found < <(compgen -W "sshd login su su-l remote loginspace" -- "$word") ;;
		file | files | folder)
			compopt -o filenames 2>/dev/null
			if [[ $kind == folder ]]; then
				mapfile -t -O "${#found[@]}" found < <(compgen -d -- "$word")
			else
				mapfile -t -O "${#found[@]}" found < <(compgen -f -- "$word")
			fi
			;;
		esac
	done
	COMPREPLY=("${found[@]}")
}

# Has this verb all the operands that it takes already?
_loginspace_complete() {
	local verb=$1 i
	[[ $verb != check ]] || return 1
	for ((i = 2; i < COMP_CWORD; i++)); do
		if _loginspace_value "$verb" "${COMP_WORDS[i]}" >/dev/null; then
			((i++))
		elif [[ ${COMP_WORDS[i]} != -* ]]; then
			return 0
		fi
	done
	return 1
}

_loginspace() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]-} kind i
	COMPREPLY=()
	if [[ $COMP_CWORD -eq 1 ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$_loginspace_verbs" -- "$word")
		return
	fi
	# Behind "--" there is a command of the user's own.
	for ((i = 2; i < COMP_CWORD; i++)); do
		if [[ ${COMP_WORDS[i]} == -- ]]; then
			_loginspace_offer "$word" files
			return
		fi
	done
	if kind=$(_loginspace_value "$verb" "$before"); then
		_loginspace_offer "$word" "$kind"
	elif [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "${_loginspace_options[$verb]-}" -- "$word")
	elif ! _loginspace_complete "$verb"; then
		# shellcheck disable=SC2086 # a list of kinds
		_loginspace_offer "$word" ${_loginspace_operands[$verb]-}
	fi
}

complete -F _loginspace loginspace

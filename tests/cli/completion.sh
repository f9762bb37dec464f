#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The completions load, and offer what the table of options has.
. "$GRAB_SRC/tests/lib/functions.sh" || exit 99

expect 64 grab --completion fish
expect_err 'bash or zsh'
grab --completion bash >bash.comp || fail "no bash completion"
grab --completion zsh >_grab || fail "no zsh completion"
bash -n bash.comp || fail "bash syntax"

# every option of --help, with its letter
grab --help | grep -oE '(^|[ ,])--?[a-z][a-z-]*' | tr -d ' ,' | sort -u >options
grep -q -- '--list-devices' options || fail "no options in --help"

# offers WORDS...: what bash offers where the cursor is behind the last word
offers() {
	# shellcheck disable=SC2016
	bash --norc -c '. ./bash.comp; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
		compopt() { :; }; _grab; printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}
offers grab - >offered
while read -r option; do
	grep -qx -- "$option" offered || fail "bash does not offer $option"
done <options
expect_same "a prefix" '--frames' "$(offers grab --fra)"
expect_same "words" $'fail\nabort\nignore' "$(offers grab --loss '')"
expect_same "words after =" 'abort' "$(offers grab --loss = a)"
expect_same "an alias" "$(offers grab --ctrl '')" "$(offers grab --set-ctrl '')"
expect_same "file formats" 'png' "$(offers grab -f pn | head -n 1)"
expect_same "pixel formats" 'Y12' "$(offers grab -p Y12 | head -n 1)"
grep -qx sim <(offers grab -B '') || fail "backends"
grep -qx sim: <(offers grab -d s) || fail "devices"
touch here.conf
expect_same "files" here.conf "$(offers grab --config her)"
expect_same "free text" '' "$(offers grab -n '')"

if command -v zsh >/dev/null; then
	while read -r option; do
		grep -qF -- "'$option" _grab || fail "zsh does not offer $option"
	done <options
	# shellcheck disable=SC2016
	expect 0 zsh -fc 'fpath=($PWD $fpath); autoload -U compinit; compinit -u -d $PWD/dump
		[[ ${_comps[grab]} == _grab ]] && autoload +X _grab && [[ $(functions _grab) == *_arguments* ]]'
	expect_quiet
	if zsh -fc 'zmodload zsh/zpty' 2>/dev/null; then
		# as typed: grab --lo<TAB> in a shell of its own
		cat >typed <<-'END'
		zmodload zsh/zpty
		zpty shell zsh -f -i
		zpty -w shell "PS1='ready> '; fpath=($PWD \$fpath); autoload -U compinit; compinit -u -d $PWD/dump2"
		zpty -r -m shell line '*ready> *ready> *'
		zpty -n -w shell $'grab --fra\t'
		zpty -r -m shell line '*--frames*' && print found
		zpty -n -w shell $'\x15grab --loss ab\t'
		zpty -r -m shell line '*abort*' && print chosen
		zpty -d shell
		END
		expect 0 timeout 60 zsh -f typed
		expect_out found
		expect_out chosen
	fi
fi

#!/bin/sh
# Installs the programs that TestPrograms judges and the daemons of TestBehind, where
# apt-get can do so without asking. A program that is not there is skipped by its test.
set -eu

missing=
add() { command -v "$1" >/dev/null || missing="$missing $2"; }
add ssh-add openssh-client
add redis-cli redis-tools
add curl curl
add psql postgresql-client
add socat socat
add redis-server redis-server
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || add postgres postgresql
add nvim neovim
test -n "$missing" || exit 0

if ! command -v apt-get >/dev/null; then
	echo "not installed:$missing"
	exit 0
fi
if test "$(id -u)" = 0; then
	root=
elif test -n "${CI:-}"; then
	root='sudo -n'
else
	echo "not installed: try apt-get install$missing"
	exit 0
fi
install() { $root apt-get install -y -qq --no-install-recommends $missing >/dev/null; }
install || { $root apt-get update -qq && install; } || echo "could not install:$missing"

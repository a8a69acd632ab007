#!/bin/bash -eu
# Builds the fuzz targets of the module for OSS-Fuzz. The name of a target there is
# that of its package and its function: functions of two packages have the same.
cd "$SRC/toolkit"
go get github.com/AdamKorcz/go-118-fuzz-build/testing # what the builder's tool links
go test -list '^Fuzz' ./... |
	awk '/^Fuzz/ { targets[n++] = $1 } /^ok/ { for (i = 0; i < n; i++) print $2, targets[i]; n = 0 }' |
	while read -r package target; do
		if [ "$target" = FuzzSpec ]; then
			continue # it loads packages with the go command, which is not where fuzzers run
		fi
		name=${package#github.com/faultdaemon/toolkit/}
		compile_native_go_fuzzer "$package" "$target" "${name//\//_}_$target"
	done

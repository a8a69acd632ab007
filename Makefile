# make run    a real client under every fault, with a verdict for each
# make test   what must hold before a change lands
# make check  what is slower: the other platforms
# make e2e    real clients that others wrote, in Go and in Node, over real sockets
# make programs  ssh-add, redis-cli, psql, curl, clients from npm and those that spawn their server, judged by the command
# make dist   the archives of a release, in dist/
.PHONY: all run generate test lint check e2e programs race fuzz bench cover dist

all: generate test

run:
	@mkdir -p bin
	@go build -o bin/ ./cmd/faultdaemon ./examples/notes/cmd/notes
	@bin/faultdaemon check --all --exit-zero --reply '{"id":1,"ok":true,"notes":["milk","bread"]}' -- bin/notes -socket {socket} list

generate:
	go generate ./...

# Staticcheck and the like are pinned in a module of their own, so that they
# are no part of what users of this module see.
lint:
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not formatted: $$unformatted: run gofmt -w ."; exit 1; }
	go vet ./...
	go tool -modfile=tools/go.mod staticcheck ./...

# Allocations are counted without the race detector, which makes its own.
test: lint
	go test -run Alloc ./faultdaemon
	go test -race -parallel 4 ./...

check:
	GOOS=darwin go vet ./...
	GOOS=windows go vet ./...
	go mod tidy -diff
	cd tools && go mod tidy -diff
	cd e2e && go vet ./... && go mod tidy -diff

# Its own module, so that its clients are nobody's dependencies. The verdicts
# start hundreds of processes, which the race detector makes slow. Programs are
# judged alone: a busy machine changes what they do.
e2e:
	cd e2e/node && npm ci --no-audit --no-fund --loglevel=error
	cd e2e && go test -race -parallel 8 -skip '^(TestVerdicts|TestPrograms|TestNPM|TestNPMSessions|TestSpawned)$$' ./...
	cd e2e && go test -parallel 4 -run '^TestVerdicts$$' ./...

# Programs of the system and clients from npm, each a process for every fault: on
# a machine with nothing else to do, for their own timers are short.
programs:
	e2e/programs.sh
	cd e2e/node && npm ci --no-audit --no-fund --loglevel=error
	cd e2e && go test -run '^(TestPrograms|TestNPM|TestNPMSessions|TestSpawned)$$' .

# The tests on the real clock mostly wait, and so more of them run at once than
# there are processors.
race:
	go test -race -count=20 -parallel 16 -timeout 20m ./faultdaemon/...

fuzz:
	go test -run '^$$' -fuzz FuzzLines -fuzztime 30s ./faultdaemon
	go test -run '^$$' -fuzz FuzzFraming -fuzztime 30s ./protocols/ndjson
	go test -run '^$$' -fuzz FuzzHeaders -fuzztime 30s ./protocols/jsonrpc
	go test -run '^$$' -fuzz FuzzValues -fuzztime 30s ./protocols/jsonrpc
	go test -run '^$$' -fuzz FuzzLayout -fuzztime 30s ./protocols/lengthprefix
	go test -run '^$$' -fuzz FuzzVarint -fuzztime 30s ./protocols/lengthprefix
	go test -run '^$$' -fuzz FuzzReadMessage -fuzztime 30s ./examples/kv
	go test -run '^$$' -fuzz FuzzParsePlan -fuzztime 30s ./internal/conformance/plans

bench:
	go test -run '^$$' -bench . -benchmem ./faultdaemon/... ./protocols/...

cover:
	go test -coverprofile=cover.out ./...
	go tool cover -func=cover.out | tail -1

# The same commit and the same Go make the same bytes.
dist:
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) go run ./internal/dist -version $$(git describe --tags --always --dirty)

# make run    a real client under every fault, with a verdict for each
# make test   what holds after every change, in under two minutes
# make check  what is slower: the other platforms
# make processes  the command as a program, with clients in six languages; the generator on whole trees
# make race   what has goroutines of its own, under the race detector
# make e2e    real clients that others wrote, in Go and in Node, over real sockets
# make programs  ssh-add, redis-cli, psql, curl, clients from npm and those that spawn their server, judged by the command;
#                redis-server, PostgreSQL, gopls and others behind the relay
# make soak   endurance: minutes of faults, nothing lost and nothing left behind
# make fuzz   every fuzz target for a while
# make mutate  which changes of the code the tests do not notice
# make dist   the archives of a release, in dist/
.PHONY: all run generate test processes lint check e2e programs race fuzz soak mutate vuln test-386 bench cover dist

COUNT ?= 1
FUZZTIME ?= 30s
SOAK ?= 60s
MUTATE ?= faultdaemon faultdaemon/verdict protocols/ndjson protocols/lengthprefix protocols/jsonrpc protocols/resp relay handlers internal/jsonedit

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

# What starts processes by the hundred or compiles whole trees, and waits for them.
PROCESSES := . ./cmd/faultdaemon ./gen ./internal/conformance/generator ./internal/conformance/recall ./internal/dist ./internal/mutate

# Allocations are counted by themselves: other tests of the same package allocate, too.
test: lint
	go test -run Alloc ./faultdaemon ./protocols/jsonrpc ./protocols/lengthprefix
	go test -parallel 8 $$(go list ./... | grep -vxF "$$(go list $(PROCESSES))")

processes:
	go test -parallel 4 $(PROCESSES)

check: vuln
	GOOS=darwin go vet ./...
	GOOS=windows go vet ./...
	CGO_ENABLED=0 GOARCH=386 go vet ./...
	CGO_ENABLED=0 GOARCH=arm go vet ./...
	go mod tidy -diff
	cd tools && go mod tidy -diff
	cd e2e && go vet ./... && go mod tidy -diff
	cd bench && go vet ./... && go mod tidy -diff && go test ./...

# Known vulnerabilities of what is linked; nothing where the database is out of reach.
vuln:
	@report=$$(go tool -modfile=tools/go.mod govulncheck ./... 2>&1); status=$$?; echo "$$report"; \
	case "$$report" in *"fetching vulnerabilities"*) \
		echo "govulncheck skipped: its database cannot be reached from here"; exit 0;; \
	esac; exit $$status

# The tests as a process of 32 bits, which a kernel of 64 runs too.
test-386:
	CGO_ENABLED=0 GOARCH=386 go test ./faultdaemon/... ./protocols/... ./handlers/... ./gen/... ./examples/... ./internal/conformance/...

# Its own module, so that its clients are nobody's dependencies. The verdicts
# start hundreds of processes, which the race detector makes slow. Programs are
# judged alone: a busy machine changes what they do.
e2e:
	cd e2e/node && npm ci --no-audit --no-fund --loglevel=error
	cd e2e && go test -race -parallel 8 -skip '^(TestVerdicts|TestPrograms|TestNPM|TestNPMSessions|TestSpawned|TestBehind)$$' ./...
	cd e2e && go test -parallel 4 -run '^TestVerdicts$$' ./...

# Programs of the system and clients from npm, each a process for every fault: on
# a machine with nothing else to do, for their own timers are short.
programs:
	e2e/programs.sh
	cd e2e/node && npm ci --no-audit --no-fund --loglevel=error
	cd e2e && go test -run '^(TestPrograms|TestNPM|TestNPMSessions|TestSpawned|TestBehind)$$' .

# What shares something between its own goroutines, under the race detector; COUNT=20 for
# what happens now and then. Left out is what only starts a process for each fault: those
# take several times as long then, and have nothing of their own to look at. Without GORACE
# each would sleep a second before its exit.
race:
	GORACE=atexit_sleep_ms=0 go test -race -count=$(COUNT) -parallel 8 -timeout 60m $(if $(filter 1,$(COUNT)),-short) \
		-skip '^TestReferenceClient(ThatSpawns|OnRealSockets)$$' \
		./faultdaemon/... ./relay/... ./handlers/... ./protocols/... ./cmd/faultdaemon/internal/... ./examples/... \
		$(addprefix ./internal/conformance/,core hostile plans soak)

# Every fuzz target that there is, one after the other, FUZZTIME each. Go's fuzzer now and
# then fails at the end of that with nothing but its own deadline, which is no finding.
fuzz:
	@go test -list '^Fuzz' ./... | \
	awk '/^Fuzz/ { targets[n++] = $$1 } /^ok/ { for (i = 0; i < n; i++) print $$2, targets[i]; n = 0 }' | \
	while read package target; do \
		echo "$$package $$target"; \
		out=$$(go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s $$package 2>&1); status=$$?; \
		echo "$$out"; \
		case "$$status $$out" in \
		"0 "*) ;; \
		*"Failing input"*) exit 1;; \
		*"    context deadline exceeded"*) ;; \
		*) exit 1;; \
		esac; \
	done

# Daemons of every framing under every fault, with clients that do everything wrong,
# for as long as SOAK says.
soak:
	go test -race -count=1 -timeout 0 -v ./internal/conformance/soak -soak $(SOAK)

# Changes operators one by one, and runs the package's own tests that reach each: what
# they do not notice is listed as LIVED. It takes minutes for each package.
mutate:
	@for package in $(MUTATE); do \
		echo "$$package"; \
		go run ./internal/mutate ./$$package || exit 1; \
	done

# Its own module, so that who it is compared with is nobody's dependency. It takes some
# minutes, on a machine with nothing else to do.
bench:
	cd bench && go test -v -count=1 -timeout 1h -run '^TestTable$$' -measure -write

cover:
	go test -coverprofile=cover.out ./...
	go tool cover -func=cover.out | tail -1

# The same commit and the same Go make the same bytes.
dist:
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) go run ./internal/dist -version $$(git describe --tags --always --dirty)

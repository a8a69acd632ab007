package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// maxBody is the longest body of a request, in bytes.
const maxBody = 64 << 10

// A statusError is an error with its HTTP status; others are mistakes in the
// request.
type statusError struct {
	status int
	error
}

func (e statusError) Unwrap() error { return e.error }

var errForeign = errors.New("a page of another origin asks for this change: only programs of this machine may")

func complain(status int, format string, args ...any) error {
	return statusError{status, fmt.Errorf(format, args...)}
}

// errorReply is the body of every reply that is no success.
type errorReply struct {
	Error  string              `json:"error"`
	Near   []faultdaemon.Fault `json:"near,omitempty"`   // what an unknown fault may mean
	Column int                 `json:"column,omitempty"` // where a plan is wrong: in bytes, from 1
}

// fail writes an error.
func fail(w http.ResponseWriter, err error) {
	reply := errorReply{Error: err.Error()}
	status := http.StatusBadRequest
	var withStatus statusError
	if errors.As(err, &withStatus) {
		status = withStatus.status
	}
	var unknown *faultdaemon.UnknownFaultError
	if errors.As(err, &unknown) {
		reply.Near = unknown.Near
	}
	var plan *faultdaemon.PlanError
	if errors.As(err, &plan) {
		reply.Column = plan.Column
	}
	write(w, status, reply)
}

// read decodes the body into value, a pointer to a struct with one member.
func read(w http.ResponseWriter, r *http.Request, member string, value any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		return complain(http.StatusRequestEntityTooLarge, "the body is longer than %d bytes", maxBody)
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err == nil {
		err = decoder.Decode(value)
	}
	if err == nil && len(bytes.TrimSpace(body[decoder.InputOffset():])) > 0 {
		err = errors.New("something follows it")
	}
	if err != nil {
		return fmt.Errorf(`the body is to be one object with the member %q alone, {%q: "..."}: %w`, member, member, err)
	}
	return nil
}

// checked is the route's handler behind a check of the query.
func (r route) checked() http.HandlerFunc {
	return func(w http.ResponseWriter, request *http.Request) {
		for name := range request.URL.Query() {
			if !slices.Contains(r.query, name) {
				fail(w, fmt.Errorf("%s %s has no query parameter %q: it takes %s", r.method, r.path, name, words(r.query)))
				return
			}
		}
		r.handle(w, request)
	}
}

// localOnly refuses requests over TCP for a host that is not loopback: a page
// whose name was made to resolve to this machine (DNS rebinding) sends its own.
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		if overUnix := ok && local.Network() == "unix"; !overUnix && !loopbackHost(r.Host) {
			fail(w, complain(http.StatusForbidden, "the host is %q: want localhost or a loopback address", r.Host))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// loopbackHost reports whether a Host header names this machine alone.
func loopbackHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func words(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

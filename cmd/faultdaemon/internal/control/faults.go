package control

import (
	"net/http"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// faultsReply is every fault that the daemon knows.
type faultsReply struct {
	Faults []faultReply `json:"faults"`
}

// faultReply is an entry of the catalogue.
type faultReply struct {
	Name       faultdaemon.Fault `json:"name"`
	Stage      faultdaemon.Stage `json:"stage"`
	Summary    string            `json:"summary"`
	Tests      string            `json:"tests"`
	Params     []paramReply      `json:"params"`
	Expected   []string          `json:"expected"` // what is expected of a client
	Needs      string            `json:"needs,omitempty"`
	Applicable bool              `json:"applicable"`
	Reason     string            `json:"reason,omitempty"` // why it does not apply to the protocol
}

// paramReply is an argument that a fault takes.
type paramReply struct {
	Name    string           `json:"name"`
	Kind    faultdaemon.Kind `json:"kind"`
	Default string           `json:"default,omitempty"`
	Choices []string         `json:"choices,omitempty"`
	Doc     string           `json:"doc,omitempty"`
}

func (s *Server) faults(http.ResponseWriter, *http.Request) (any, error) {
	protocol := verdict.ProtocolOf(s.daemon.Config())
	reply := faultsReply{Faults: []faultReply{}}
	for _, info := range s.known.All() {
		f := faultReply{
			Name: info.Name, Stage: info.Stage, Summary: info.Summary, Tests: info.Tests, Params: []paramReply{},
			Expected: strings.Split(info.Client.String(), " or "), Needs: info.Needs.String(), Applicable: true,
		}
		for _, p := range info.Params {
			f.Params = append(f.Params, paramReply{Name: p.Name, Kind: p.Kind, Default: p.Default, Choices: p.Choices, Doc: p.Doc})
		}
		if reason := info.Applies(protocol); reason != nil {
			f.Applicable, f.Reason = false, reason.Error()
		}
		reply.Faults = append(reply.Faults, f)
	}
	return reply, nil
}

// forceReply is what is in force: a fault, or a plan and no fault.
type forceReply struct {
	Fault string `json:"fault"`
	Plan  string `json:"plan,omitempty"`
}

func (s *Server) getFault(http.ResponseWriter, *http.Request) (any, error) {
	cfg := s.daemon.Config()
	return forceReply{Fault: cfg.Fault.String(), Plan: cfg.Plan.String()}, nil
}

// putFault puts a fault in force in the place of a plan.
func (s *Server) putFault(w http.ResponseWriter, r *http.Request) (any, error) {
	var body struct {
		Fault *string `json:"fault"`
	}
	if err := read(w, r, "fault", &body); err != nil {
		return nil, err
	}
	if body.Fault == nil {
		return nil, complain(http.StatusBadRequest, `the member "fault" is missing: "none" is no fault`)
	}
	f, err := s.known.Parse(*body.Fault)
	if err != nil {
		return nil, err
	}
	return s.change(w, r, f, nil)
}

// putPlan puts a plan in force in the place of a fault; its counters begin.
func (s *Server) putPlan(w http.ResponseWriter, r *http.Request) (any, error) {
	var body struct {
		Plan *string `json:"plan"`
	}
	if err := read(w, r, "plan", &body); err != nil {
		return nil, err
	}
	if body.Plan == nil {
		return nil, complain(http.StatusBadRequest, `the member "plan" is missing: {"fault": "none"} to /fault ends a plan`)
	}
	plan, err := s.known.ParsePlan(*body.Plan)
	if err != nil {
		return nil, err
	}
	return s.change(w, r, faultdaemon.FaultNone, plan)
}

// change puts one of the two in force, and replies with what then is.
func (s *Server) change(w http.ResponseWriter, r *http.Request, f faultdaemon.Fault, plan faultdaemon.Plan) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	cfg := s.daemon.Config()
	cfg.Fault, cfg.Plan = f, plan
	if err := Check(cfg); err != nil {
		return nil, err
	}
	s.daemon.SetConfig(cfg)
	return s.getFault(w, r)
}

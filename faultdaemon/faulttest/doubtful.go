package faulttest

import "github.com/faultdaemon/toolkit/faultdaemon/verdict"

// repeats is how often a doubtful run is repeated.
const repeats = 3

// judge runs the client under one fault. One that starts its server takes its time
// on a busy machine: where this may have made the result fail, the run is repeated
// when there is no other, until one is not doubtful.
func (r *runner) judge(known *verdict.Client, c verdict.Case) Result {
	if r.starter == nil {
		res, _ := r.once(known, c)
		return res
	}
	r.alone.RLock()
	res, doubtful := r.once(known, c)
	r.alone.RUnlock()
	if doubtful {
		r.alone.Lock()
		defer r.alone.Unlock()
	}
	for n := 0; doubtful && n < repeats; n++ {
		res, doubtful = r.once(known, c)
	}
	return res
}

// once runs the client under one fault, and reports whether the result fails
// possibly only because the machine was busy. A server may then come too late for the
// fault to act.
func (r *runner) once(known *verdict.Client, c verdict.Case) (res Result, doubtful bool) {
	cfg := r.cfg
	if r.opts.Plan != nil {
		cfg.Plan = r.opts.Plan(c.Fault)
	} else {
		cfg.Fault = c.Fault
	}
	o, err := r.observe(cfg)
	if err != nil {
		return verdict.Failed(c, err.Error()), false
	}
	res = known.Judge(c, o.Observation)
	return res, known.Doubtful(res, o.Observation) || res.Verdict == verdict.Untested && !res.OK
}

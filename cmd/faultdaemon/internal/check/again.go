package check

import "context"

// again runs the client again, alone, under every fault whose verdict is
// doubtful; these runs take the place of the first. The silent faults come
// first, because the others are judged by them. Where the first runs were alone
// it does nothing.
func (b *bench) again(ctx context.Context, healthy *trial, s *series) error {
	if b.opts.Parallel == 1 {
		return nil
	}
	for _, silence := range []bool{true, false} {
		j := s.judge(healthy, b.opts.Deadline)
		var doubtful []int
		for i, c := range s.choices {
			if isSilence(c.fault) == silence && j.doubts(s.result(j, i)) {
				doubtful = append(doubtful, i)
			}
		}
		b.count(0, len(doubtful))
		for _, i := range doubtful {
			if err := s.run(ctx, b, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// doubts reports whether a verdict is wrong and a busy machine alone may have
// made it so. An error that came at once or after a silence may have been late,
// or the daemon was. But a silence that is as long as the client's own, and
// longer than a fifth of the deadline, was ended by the client's timer, and a
// hang is one unless the client took more than that fifth to connect: to run
// these again would cost their time once more, for each fault, and change
// nothing.
func (j *judge) doubts(r Result) bool {
	late := j.deadline / 5
	switch stage := r.Info.Stage; {
	case r.Right:
		return false
	case r.Verdict == Rejected:
		return true
	case r.Verdict == TimedOut:
		return r.trial.silence() < max(late, j.lasts(stage)-j.tolerance(stage))
	case r.Verdict == Hung:
		began := r.trial.happened().Began()
		return began.IsZero() || began.Sub(r.trial.started) > late
	}
	return false
}

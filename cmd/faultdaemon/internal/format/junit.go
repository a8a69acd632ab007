package format

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// JUnit writes the document as JUnit XML: a suite for each client, a test case
// for each fault. What is untested or does not apply is skipped, what fails is a
// failure with its explanation, and what passes with a grade other than ok has
// its explanation as system-out.
func (d Document) JUnit(w io.Writer) error {
	var all junit.Testsuites
	for i, c := range d.Clients {
		s := c.junit()
		s.ID = i
		all.AddSuite(s)
	}
	return all.WriteXML(w)
}

func (c Client) junit() junit.Testsuite {
	s := junit.Testsuite{Name: xmlText(c.Name)}
	s.AddProperty("patience", verdict.PatienceWords(c.Report.Patience))
	var total time.Duration
	for _, res := range c.Report.Results {
		total += res.Took
		s.AddTestcase(c.testcase(res))
	}
	for _, na := range c.Report.NotApplicable {
		s.AddTestcase(junit.Testcase{
			Name: string(na.Fault), Classname: s.Name, Time: seconds(0), Skipped: &junit.Result{Message: xmlText(na.Reason)},
		})
	}
	for _, problem := range c.problems() {
		s.AddTestcase(junit.Testcase{
			Name: problem.What, Classname: s.Name, Time: seconds(0),
			Failure: &junit.Result{Message: problem.What, Data: xmlText(problem.Text)},
		})
	}
	s.Time = seconds(total)
	return s
}

func (c Client) testcase(res verdict.Result) junit.Testcase {
	t := junit.Testcase{Name: string(res.Fault), Classname: xmlText(c.Name), Time: seconds(res.Took)}
	e := res.Explain(c.alone(res.Fault))
	switch {
	case !res.OK:
		t.Failure = &junit.Result{Message: xmlText(e.Title()), Type: string(res.Verdict), Data: xmlText(e.String())}
	case res.Verdict == verdict.Untested:
		t.Skipped = &junit.Result{Message: xmlText(res.Why)}
	case graded(res):
		t.SystemOut = &junit.Output{Data: xmlText(e.String())}
	}
	return t
}

// A problem is something that fails and is under no fault.
type problem struct{ What, Text string }

// problems are what fails a client beside its results.
func (c Client) problems() (list []problem) {
	if c.Report.Err != nil {
		list = append(list, problem{"incomplete", c.Report.Err.Error()})
	}
	for _, leak := range c.Report.Leaks {
		list = append(list, problem{"left behind", "Even when the daemon is healthy, the client leaves this behind:\n" + leak})
	}
	if c.Sweep != nil && !c.Sweep.OK() {
		list = append(list, problem{"sweep", c.Sweep.String()})
	}
	return list
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// xmlText makes what XML cannot have visible: control characters and bytes that
// are no UTF-8.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', ' ' <= r && r < 0xfffe, r > 0xffff:
			return r
		}
		return '\ufffd'
	}, strings.ToValidUTF8(s, "\ufffd"))
}

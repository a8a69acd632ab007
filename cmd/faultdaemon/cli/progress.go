package cli

import (
	"os"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/schollz/progressbar/v3"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/check"
)

// showProgress keeps a line of the terminal that is stderr up to date: how many
// runs are done, and which are being made. clear takes the line away. Where
// stderr is no terminal both do nothing, and show is nil.
func showProgress() (show func(check.Progress), clear func()) {
	if !isTerminal(os.Stderr) {
		return nil, func() {}
	}
	const barWidth, namesWidth = 20, 36
	bar := progressbar.NewOptions(1,
		progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionSetWidth(barWidth),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionShowDescriptionAtLineEnd(),
		progressbar.OptionThrottle(50*time.Millisecond),
		progressbar.OptionUseANSICodes(true), // clears what the terminal has echoed, too
	)
	show = func(p check.Progress) {
		var names []string
		for _, f := range p.Running {
			names = append(names, f.Name())
		}
		bar.Describe(text.Pad(text.Snip(strings.Join(names, " "), namesWidth, "..."), namesWidth, ' '))
		bar.ChangeMax(max(p.Total, p.Done+1)) // a bar that is full is finished, and there may be runs to repeat
		_ = bar.Set(p.Done)                   // what fails is the terminal
	}
	return show, func() { _ = bar.Clear() }
}

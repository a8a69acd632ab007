package e2e

import (
	"encoding/json"
	"flag"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var pictures = flag.String("pictures", "", "a `directory` to write pictures of the HTML report to")

// TestReportInABrowser looks at the HTML report of three clients, of which two
// are bad, in a real browser.
func TestReportInABrowser(t *testing.T) {
	chromium := browser(t)
	report := realReport(t)
	text, err := os.ReadFile(report)
	require.NoError(t, err)

	for name, width := range map[string]string{"desktop": "1200px", "phone": "375px"} {
		t.Run(name, func(t *testing.T) {
			seen := chromium.measure(t, string(text), width)
			require.LessOrEqual(t, seen.ScrollWidth, seen.Width, "the page scrolls sideways")
			require.Greater(t, seen.Rows, 20)
			require.Greater(t, seen.Unsafe, 0)
			require.Less(t, seen.Unsafe, seen.Rows, "the filter hides what has another grade")
			require.Zero(t, seen.Unrelated, "rows without the grade are shown")
			require.Greater(t, seen.Opened, seen.Closed+200, "an opened row shows the wire")
			require.Equal(t, seen.Cells, seen.Worded, "a grade is told by colour alone")
		})
	}
	t.Run("colours", func(t *testing.T) {
		light, dark := chromium.measure(t, string(text), "1200px"), chromium.measure(t, string(text), "1200px", "--blink-settings=preferredColorScheme=0")
		require.Equal(t, "rgb(246, 247, 249)", light.Background)
		require.Equal(t, "rgb(15, 19, 24)", dark.Background)
	})
	if *pictures != "" {
		opened := strings.Replace(string(text), `<details class="row`, `<details open class="row`, 1)
		chromium.picture(t, "light.png", string(text), "--window-size=1200,760")
		chromium.picture(t, "dark.png", opened, "--window-size=1200,1400", "--blink-settings=preferredColorScheme=0")
		chromium.picture(t, "phone.png", inFrame(opened, "375px", ""), "--window-size=500,1700")
	}
}

// realReport is the path of a report of the notes client and of two bad ones.
func realReport(t *testing.T) string {
	dir := t.TempDir()
	command(t, "go", "-C", "..", "build", "-o", dir+"/", "./cmd/faultdaemon", "./examples/notes/cmd/notes")
	command(t, "go", "build", "-o", dir+"/", "./careless")
	tool := filepath.Join(dir, "faultdaemon")
	args := []string{"report", "--exit-zero", "--format", "html", "--out", filepath.Join(dir, "report.html")}
	for _, client := range [][]string{
		{"notes", "-socket", "{socket}", "list"},
		{"careless", "{socket}"},
		{"trusting", "-trusting", "{socket}"},
	} {
		name, file := client[0], filepath.Join(dir, client[0]+".json")
		if name == "trusting" {
			client[0] = "careless"
		}
		client[0] = filepath.Join(dir, client[0])
		command(t, tool, append([]string{
			"check", "--exit-zero", "--name", name, "--deadline", "4s", "--reply", `{"id":1,"ok":true,"notes":["milk","bread"]}`,
			"--format", "json", "--out", file, "--",
		}, client...)...)
		args = append(args, file)
	}
	command(t, tool, args...)
	return filepath.Join(dir, "report.html")
}

func command(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "%s %s: %s", name, args, stderr.String())
	return string(out)
}

// A chromium is the path of a browser.
type chromium string

// browser skips the test where there is no browser.
func browser(t *testing.T) chromium {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return chromium(path)
		}
	}
	t.Skip("there is no Chromium: apt-get install chromium")
	return ""
}

// seen is what a page looks like.
type seen struct {
	Width, ScrollWidth      int
	Rows, Unsafe, Unrelated int
	Closed, Opened          int // the height of the first row
	Cells, Worded           int // those that have a word for their grade
	Background              string
}

// script measures the page in the frame, and leaves what it saw in the document.
const script = `
const frame = document.querySelector('iframe');
frame.onload = () => {
  const d = frame.contentDocument, w = frame.contentWindow;
  const visible = () => [...d.querySelectorAll('.row')].filter(r => r.offsetHeight > 0);
  const s = {Width: w.innerWidth, Rows: visible().length, Background: w.getComputedStyle(d.body).backgroundColor};
  const row = visible()[0];
  s.Closed = row.offsetHeight;
  row.querySelector('summary').click();
  s.Opened = row.offsetHeight;
  d.querySelector('label[for=show-unsafe]').click();
  s.Unsafe = visible().length;
  s.Unrelated = visible().filter(r => !r.querySelector('.cell.unsafe')).length;
  d.querySelector('#show-all').click();
  d.querySelectorAll('.row').forEach(r => r.open = true);
  s.ScrollWidth = d.documentElement.scrollWidth;
  const cells = [...d.querySelectorAll('.cell')];
  s.Cells = cells.length;
  s.Worded = cells.filter(c => /unsafe|overstrict|late|lenient|ok|untested/.test(c.innerText)).length;
  document.body.setAttribute('data-seen', JSON.stringify(s));
};
`

// inFrame is a page with another in a frame of this width: a browser's own window
// cannot be as narrow as a phone.
func inFrame(page, width, script string) string {
	return `<!doctype html><meta charset="utf-8"><body style="margin:0"><iframe style="border:0;height:1700px;width:` + width + `" srcdoc="` +
		html.EscapeString(page) + `"></iframe><script>` + script + `</script></body>`
}

var dataSeen = regexp.MustCompile(`data-seen="([^"]*)"`)

// measure opens the page in a frame of this width.
func (c chromium) measure(t *testing.T, page, width string, flags ...string) (s seen) {
	t.Helper()
	out := c.open(t, inFrame(page, width, script), append(flags, "--dump-dom", "--virtual-time-budget=5000")...)
	found := dataSeen.FindStringSubmatch(out)
	require.NotNil(t, found, "the script has not run")
	require.NoError(t, json.Unmarshal([]byte(html.UnescapeString(found[1])), &s))
	return s
}

// picture writes a picture of the page.
func (c chromium) picture(t *testing.T, name, page string, flags ...string) {
	t.Helper()
	dir, err := filepath.Abs(*pictures)
	require.NoError(t, err)
	c.open(t, page, append(flags, "--screenshot="+filepath.Join(dir, name))...)
}

func (c chromium) open(t *testing.T, page string, flags ...string) string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "page.html")
	require.NoError(t, os.WriteFile(file, []byte(page), 0o600))
	args := append([]string{"--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--user-data-dir=" + filepath.Join(dir, "profile")}, flags...)
	return command(t, string(c), append(args, "file://"+file)...)
}

package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var here = platform{runtime.GOOS, runtime.GOARCH}

// Two builds of one platform, in different directories and with other files'
// times, give the same bytes, and the sums are right.
func TestTwoBuildsAreTheSame(t *testing.T) {
	if here.system == "windows" {
		t.Skip("the archive of this platform is no tar")
	}
	t.Chdir("../..")
	t.Setenv("SOURCE_DATE_EPOCH", "1790000000")
	name := "faultdaemon_v1.2.3_" + here.system + "_" + here.architecture + ".tar.gz"
	var archives [2][]byte
	for i := range archives {
		out := t.TempDir()
		t.Setenv("TMPDIR", t.TempDir())
		require.NoError(t, run(out, "v1.2.3", []platform{here}))
		var err error
		archives[i], err = os.ReadFile(filepath.Join(out, name))
		require.NoError(t, err)
		check(t, out, name)
		describes(t, out, name)
	}
	require.True(t, bytes.Equal(archives[0], archives[1]), "two builds of %d and %d bytes differ", len(archives[0]), len(archives[1]))

	headers := read(t, archives[0])
	dir := strings.TrimSuffix(name, ".tar.gz") + "/"
	for _, want := range []string{"faultdaemon", "LICENSE", "README.md", "man/faultdaemon-check.1", "completions/faultdaemon.bash", "completions/faultdaemon.zsh"} {
		assert.Contains(t, headers, dir+want)
	}
	for name, h := range headers {
		assert.Equal(t, int64(1790000000), h.ModTime.Unix(), name)
		assert.Zero(t, h.Uid+h.Gid, name)
		assert.Empty(t, h.Uname+h.Gname, name)
	}
	assert.Equal(t, int64(0o755), headers[dir+"faultdaemon"].Mode)
	assert.Equal(t, int64(0o644), headers[dir+"LICENSE"].Mode)
}

// describes holds that the bill names the modules that go version -m does, and that
// the statement has the archive's sum.
func describes(t *testing.T, dir, name string) {
	t.Helper()
	bill, err := os.ReadFile(filepath.Join(dir, strings.TrimSuffix(name, ".tar.gz")+".cdx.json"))
	require.NoError(t, err)
	binary := filepath.Join(t.TempDir(), command)
	own, err := build(here)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(binary, own, 0o700))
	modules, err := exec.Command("go", "version", "-m", binary).Output()
	require.NoError(t, err)
	named := 0
	for _, line := range strings.Split(string(modules), "\n") {
		if f := strings.Fields(line); len(f) > 2 && f[0] == "dep" {
			named++
			require.Contains(t, string(bill), `"pkg:golang/`+f[1]+"@"+f[2]+`"`)
		}
	}
	require.NotZero(t, named)
	require.Equal(t, named+2, strings.Count(string(bill), `"purl"`), "with the standard library and the program")

	sums, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
	require.NoError(t, err)
	statement, err := os.ReadFile(filepath.Join(dir, "faultdaemon_v1.2.3.intoto.json"))
	require.NoError(t, err)
	require.Contains(t, string(statement), `"sha256": "`+sumOf(string(sums), name)+`"`)
}

// sumOf is the sum of a file, as sha256sum reads it.
func sumOf(sums, name string) string {
	before, _, _ := strings.Cut(sums, "  "+name+"\n")
	return before[strings.LastIndex(before, "\n")+1:]
}

// check has another program than this one compare the sums.
func check(t *testing.T, dir, name string) {
	t.Helper()
	sums, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
	require.NoError(t, err)
	require.Contains(t, string(sums), "  "+name+"\n")
	program, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Log("no sha256sum here: the sums are not compared")
		return
	}
	cmd := exec.Command(program, "-c", "--strict", "SHA256SUMS")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
}

// read returns the headers of a gzipped tar by name.
func read(t *testing.T, archive []byte) map[string]*tar.Header {
	t.Helper()
	uncompressed, err := gzip.NewReader(bytes.NewReader(archive))
	require.NoError(t, err)
	headers := make(map[string]*tar.Header)
	for r := tar.NewReader(uncompressed); ; {
		h, err := r.Next()
		if err == io.EOF {
			return headers
		}
		require.NoError(t, err)
		headers[h.Name] = h
	}
}

func TestZip(t *testing.T) {
	modified := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	files := []file{{"faultdaemon.exe", []byte("MZ"), true}, {"LICENSE", []byte("MIT"), false}}
	var one, two bytes.Buffer
	require.NoError(t, writeZip(&one, "d", files, modified))
	require.NoError(t, writeZip(&two, "d", files, modified))
	require.Equal(t, one.Bytes(), two.Bytes())
	r, err := zip.NewReader(bytes.NewReader(one.Bytes()), int64(one.Len()))
	require.NoError(t, err)
	require.Len(t, r.File, 2)
	assert.Equal(t, "d/faultdaemon.exe", r.File[0].Name)
	assert.Equal(t, os.FileMode(0o755), r.File[0].Mode())
	assert.True(t, modified.Equal(r.File[1].Modified))
	content, err := r.Open("d/LICENSE")
	require.NoError(t, err)
	text, err := io.ReadAll(content)
	require.NoError(t, err)
	assert.Equal(t, "MIT", string(text))
}

func TestFileTime(t *testing.T) {
	at, err := fileTime("")
	require.NoError(t, err)
	assert.Equal(t, 1980, at.Year(), "a zip has no earlier time")
	_, err = fileTime("yesterday")
	assert.EqualError(t, err, `SOURCE_DATE_EPOCH is "yesterday": want seconds since 1970`)
}

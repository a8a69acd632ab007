// Command dist builds the archives of a release, reproducibly: the same sources
// and the same Go make the same bytes, wherever and whenever it runs.
//
//	go run ./internal/dist -version v1.2.3 -out dist
//
// It is run in the repository's root. SOURCE_DATE_EPOCH in the environment, in
// seconds since 1970, is the time of the files in the archives.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

func main() {
	out := flag.String("out", "dist", "the `DIRECTORY` of the archives")
	version := flag.String("version", "devel", "the `VERSION` in their names")
	flag.Parse()
	if err := run(*out, *version, platforms()); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

// A platform is one that archives are made for.
type platform struct{ system, architecture string }

// platforms are those of a release.
func platforms() (list []platform) {
	for _, system := range []string{"linux", "darwin", "windows"} {
		list = append(list, platform{system, "amd64"}, platform{system, "arm64"})
	}
	return list
}

// run makes an archive for each platform, with a bill of what is in it, a statement
// of where all of them come from, and the file with their sums.
func run(out, version string, platforms []platform) error {
	modified, err := fileTime(os.Getenv("SOURCE_DATE_EPOCH"))
	if err != nil {
		return err
	}
	common, err := documents()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return err
	}
	var names []string
	var binary []byte
	for _, p := range platforms {
		var made []string
		if binary, made, err = pack(out, version, p, common, modified); err != nil {
			return fmt.Errorf("%s/%s: %w", p.system, p.architecture, err)
		}
		names = append(names, made...)
	}
	text, err := provenanceOf(binary, out, version, names)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s_%s.intoto.json", command, version)
	if err := os.WriteFile(filepath.Join(out, name), text, 0o666); err != nil {
		return err
	}
	return writeSums(out, append(names, name))
}

// fileTime is the time of files in archives: the epoch's or, where there is
// none, the first that a zip can have.
func fileTime(epoch string) (time.Time, error) {
	if epoch == "" {
		return time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC), nil
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH is %q: want seconds since 1970", epoch)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

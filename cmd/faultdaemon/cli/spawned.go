package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/check"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/setup"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

// spawns reports whether the client is told to spawn its server: by a placeholder
// of the server's command, or by a file that is written for it.
func (f *runFlags) spawns(client []string) bool {
	return len(f.writeConfig) > 0 || slices.ContainsFunc(slices.Concat(client, f.env), check.Spawns)
}

// spawned is what the tool brings to a daemon that clients spawn.
func (t Tool) spawned() setup.Own { return t.with(stdio.Faults) }

// connected is what the tool brings to a daemon that clients connect to.
func (t Tool) connected() setup.Own { return t.with(listen.Faults) }

// with is what the tool brings to a daemon, and a catalogue, unless it has that.
func (t Tool) with(faults *faultdaemon.Catalogue) setup.Own {
	own := t.own()
	if !slices.Contains(own.Catalogues, faults) {
		own.Catalogues = append([]*faultdaemon.Catalogue{faults}, own.Catalogues...)
	}
	return own
}

// brings is what the tool brings to the daemons of a check of this client.
func (f *checkFlags) brings(tool Tool, client []string) (setup.Own, error) {
	if f.run.spawns(client) {
		return tool.spawned(), nil
	}
	for _, info := range stdio.Faults.All() {
		named := func(fault string) bool { return faultdaemon.Fault(fault).Name() == string(info.Name) }
		if slices.ContainsFunc(slices.Concat(f.faults.Fault, f.faults.Skip), named) || strings.Contains(f.run.plan, string(info.Name)) {
			return setup.Own{}, fmt.Errorf("%s is a fault of servers that the client spawns: have it spawn {server} or {server-json} in its arguments, or a command from a file of --write-config", info.Name)
		}
	}
	return tool.connected(), nil
}

// spawn makes the check one of a client that spawns its server, where it is.
func (f *runFlags) spawn(opts *check.Options) error {
	if !f.spawns(opts.Client) {
		return nil
	}
	if f.listen == "tcp" {
		return errors.New("--listen tcp is for clients that connect: this one is told to spawn its server, by {server} or --write-config")
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("the server that the client is to spawn: %w", err)
	}
	opts.Server = []string{self, "stdio"}
	return nil
}

// configFiles reads the templates of --write-config.
func (f *runFlags) configFiles() (files []check.ConfigFile, err error) {
	for _, text := range f.writeConfig {
		path, template, found := strings.Cut(text, "=")
		if !found || path == "" || template == "" {
			return nil, fmt.Errorf("--write-config is %q: want FILE=TEMPLATE, as in {dir}/mcp.json=mcp.json.tmpl", text)
		}
		if !strings.Contains(path, "{dir}") && f.jobs > 1 {
			return nil, fmt.Errorf("--write-config %s: %d clients run at once, and would share the file: name one in {dir}, or add --jobs 1", path, f.jobs)
		}
		content, err := os.ReadFile(template)
		if err != nil {
			return nil, fmt.Errorf("--write-config: %w", err)
		}
		if !check.Spawns(string(content)) {
			return nil, fmt.Errorf("--write-config: the template %s has none of {server}, {server-json}, {server-program} and {server-args-json}: the client would not find its server", template)
		}
		files = append(files, check.ConfigFile{Path: path, Template: string(content)})
	}
	return files, nil
}

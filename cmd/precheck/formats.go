package main

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

// target is a format of the result and the file to write it to; no path is the standard output.
type target struct {
	format render.Format
	path   string
	out    *output
}

// parseTargets returns the targets of the values of --format, each FORMAT or FORMAT=FILE. file is that of --output,
// for the format without a file of its own. The default is the table.
func parseTargets(values []string, file string) ([]target, error) {
	if len(values) == 0 {
		values = []string{string(render.Table)}
	}
	var targets []target
	unnamed, paths := 0, map[string]bool{}
	for _, value := range values {
		name, path, named := strings.Cut(value, "=")
		if err := render.Check(render.Format(name)); err != nil {
			return nil, flagError("format", err)
		}
		if named && path == "" {
			return nil, flagError("format", message.Err("cmd.run.format_file", "format", name))
		}
		if !named {
			unnamed++
			path = file
		}
		if path == "-" {
			path = ""
		}
		if paths[path] {
			if path == "" {
				return nil, flagError("format", message.Err("cmd.run.formats_on_output"))
			}
			return nil, flagError("format", message.Err("cmd.run.file_twice", "path", path))
		}
		paths[path] = true
		targets = append(targets, target{format: render.Format(name), path: path})
	}
	if file != "" && unnamed == 0 {
		return nil, flagError("output", message.Err("cmd.run.output_unused"))
	}
	return targets, nil
}

// openTargets opens the outputs before the run starts, so that the results can be written.
func openTargets(ctx context.Context, targets []target, stdout io.Writer) (err error) {
	for i := range targets {
		if targets[i].out, err = openOutput(ctx, targets[i].path, stdout); err != nil {
			return outputFlagError(err)
		}
	}
	return nil
}

// discardTargets removes the outputs that were not committed.
func discardTargets(targets []target) {
	for i := range targets {
		if targets[i].out != nil {
			targets[i].out.discard()
		}
	}
}

// writeTargets writes a report to all targets. Nothing of it is visible in a file unless all could be written.
func writeTargets(targets []target, r *engine.Report, options func(target) render.Options) error {
	for _, t := range targets {
		if err := render.Write(t.out, t.format, r, options(t)); err != nil {
			return outputError{err}
		}
	}
	for _, t := range targets {
		if err := t.out.commit(); err != nil {
			return outputError{err}
		}
	}
	return nil
}

// reportFiles says on the console what the result is and where it is, if all of it is in files.
func reportFiles(cmd *cobra.Command, w io.Writer, targets []target, r *engine.Report, strict bool) {
	for _, t := range targets {
		if t.path == "" {
			return
		}
	}
	say(cmd, w, render.Summary(r, strict))
	for _, t := range targets {
		say(cmd, w, message.New("cmd.run.written", "path", t.path))
	}
}

// documentedOnly reports whether every format is of the documented records, which do not have the task's warnings.
func documentedOnly(targets []target) bool {
	for _, t := range targets {
		if t.format != render.JSON && t.format != render.JSONCE {
			return false
		}
	}
	return true
}

// colorModes are the values of --color.
var colorModes = []string{"auto", "always", "never"}

// colored reports whether to write colours. In mode auto, NO_COLOR (https://no-color.org) and a terminal without
// colours prevent them.
func colored(mode string, onTerminal bool) bool {
	if mode == "auto" {
		return onTerminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	}
	return mode == "always"
}

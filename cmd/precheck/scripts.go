package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
)

// sqlFile is a script of SQL for one database.
type sqlFile struct {
	name, sql  string
	on         checks.Place
	run, apart int // statements
}

// writeScripts writes each script to a file of its own, or the only one to a named file or the standard output.
func writeScripts(cmd *cobra.Command, output string, scripts []sqlFile, stderr io.Writer) error {
	folder := output == "" || strings.HasSuffix(output, string(filepath.Separator))
	if info, err := os.Stat(output); err == nil && info.IsDir() {
		folder = true
	}
	if !folder && len(scripts) > 1 {
		var names []string
		for _, s := range scripts {
			names = append(names, s.on.Text().In(languageOf(cmd)))
		}
		return flagError("output", message.Err("cmd.script.several", "places", names))
	}
	if folder && output != "" {
		if err := os.MkdirAll(output, 0o777); err != nil {
			return outputFlagError(notOpened(output, err))
		}
	}
	for _, s := range scripts {
		path := output
		switch {
		case folder:
			path = filepath.Join(output, s.name)
		case path == "-":
			path = ""
		}
		out, err := openOutput(cmd.Context(), path, cmd.OutOrStdout())
		if err != nil {
			return outputFlagError(err)
		}
		defer out.discard()
		if _, err := io.WriteString(out, s.sql); err != nil {
			return outputError{err}
		}
		if err := out.commit(); err != nil {
			return outputError{err}
		}
		if path != "" {
			say(cmd, stderr, message.New("cmd.script.written", "path", path, "place", s.on.Text(),
				"run", message.New("fixscript.statements", "count", s.run),
				"apart", message.New("fixscript.statements", "count", s.apart)))
		}
	}
	return nil
}

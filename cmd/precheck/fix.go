package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/diff"
	"github.com/dbprecheck/precheck/engine/fixscript"
)

type fixFlags struct {
	task               taskFlags
	side, output, from string
	quiet              bool
}

var fixSides = []string{"source", "dest"}

func fixCommand(lang string) *cobra.Command {
	var f fixFlags
	cmd := &cobra.Command{
		Use:   "fix [task.yaml]",
		Short: message.New("cmd.fix.short").In(lang),
		Long:  message.New("cmd.fix.long").In(lang),
		Args:  atMost(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.side, "side", "", message.New("cmd.fix.flag.side").In(lang))
	flags.StringVarP(&f.output, "output", "o", "", message.New("cmd.fix.flag.output").In(lang))
	flags.StringVar(&f.from, "from", "", message.New("cmd.fix.flag.from").In(lang))
	flags.BoolVar(&f.task.deep, "deep", false, message.New("cmd.task.flag.deep").In(lang))
	flags.BoolVarP(&f.quiet, "quiet", "q", false, message.New("cmd.run.flag.quiet").In(lang))
	_ = cmd.RegisterFlagCompletionFunc("side", cobra.FixedCompletions(fixSides, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (f *fixFlags) run(cmd *cobra.Command, args []string) error {
	if f.side != "" && !slices.Contains(fixSides, f.side) {
		return message.Err("cmd.flag.one_of", "flag", "side", "allowed", fixSides, "value", strconv.Quote(f.side))
	}
	if (f.from == "") == (len(args) == 0) {
		return message.Err("cmd.fix.one_input")
	}
	stderr := &console{w: cmd.ErrOrStderr()}
	report, err := f.report(cmd, args, stderr)
	if err != nil {
		return err
	}
	if report.Interrupted {
		return status(exitInterrupted)
	}
	scripts := fixscript.New(report)
	written := slices.DeleteFunc(slices.Clone(scripts.Scripts), func(s fixscript.Script) bool {
		return f.side != "" && s.On.Side != map[string]checks.Side{"source": checks.Source, "dest": checks.Dest}[f.side]
	})
	if err := f.write(cmd, written, stderr); err != nil {
		return err
	}
	say(cmd, stderr, message.New("cmd.fix.counts", "fixed", scripts.Fixed, "count", scripts.Failures))
	if scripts.Apart > 0 {
		say(cmd, stderr, message.New("cmd.fix.apart", "count", scripts.Apart))
	}
	return nil
}

// report runs the checks, or reads their result.
func (f *fixFlags) report(cmd *cobra.Command, args []string, stderr io.Writer) (*engine.Report, error) {
	var options []engine.Option
	if out, ok := stderr.(*console); ok && !f.quiet && f.from == "" {
		columns, live := terminal(cmd.ErrOrStderr())
		shown := &progress{console: out, terminal: live, width: columns}
		defer shown.end()
		options = append(options, engine.WithObserver(shown))
	}
	e, err := engine.New(options...)
	if err != nil {
		return nil, err
	}
	if f.from != "" {
		return readResult(e, f.from)
	}
	task, err := f.task.load(cmd, args, e)
	if err != nil {
		return nil, err
	}
	return e.Run(cmd.Context(), task)
}

// readResult reads a result of the format full, or one that engine.EncodeReport wrote.
func readResult(e *engine.Engine, path string) (*engine.Report, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	full, err := diff.Read(bytes.NewReader(data))
	if err == nil {
		report, err := full.Report(e)
		if err == nil && len(full.Databases) == 0 {
			err = message.Err("cmd.fix.old_result")
		}
		if err != nil {
			return nil, message.Err("cmd.diff.file", "path", path, "error", err)
		}
		return report, nil
	}
	if stored, storedErr := e.DecodeReport(data); storedErr == nil && len(stored.Results) > 0 {
		return stored, nil
	}
	return nil, message.Err("cmd.diff.file", "path", path, "error", err)
}

// write writes each script to a file of its own, or the only one to a named file or the standard output.
func (f *fixFlags) write(cmd *cobra.Command, scripts []fixscript.Script, stderr io.Writer) error {
	folder := f.output == "" || strings.HasSuffix(f.output, string(filepath.Separator))
	if info, err := os.Stat(f.output); err == nil && info.IsDir() {
		folder = true
	}
	if !folder && len(scripts) > 1 {
		var names []string
		for _, s := range scripts {
			names = append(names, s.On.Text().In(languageOf(cmd)))
		}
		return flagError("output", message.Err("cmd.fix.several", "places", names))
	}
	if folder && f.output != "" {
		if err := os.MkdirAll(f.output, 0o777); err != nil {
			return outputFlagError(notOpened(f.output, err))
		}
	}
	for _, s := range scripts {
		path := f.output
		switch {
		case folder:
			path = filepath.Join(f.output, s.Name)
		case path == "-":
			path = ""
		}
		out, err := openOutput(cmd.Context(), path, cmd.OutOrStdout())
		if err != nil {
			return outputFlagError(err)
		}
		defer out.discard()
		if _, err := io.WriteString(out, s.SQL); err != nil {
			return outputError{err}
		}
		if err := out.commit(); err != nil {
			return outputError{err}
		}
		if path != "" {
			say(cmd, stderr, message.New("cmd.fix.written", "path", path, "place", s.On.Text(),
				"run", message.New("fixscript.statements", "count", s.Statements),
				"apart", message.New("fixscript.statements", "count", s.Apart)))
		}
	}
	if len(scripts) == 0 {
		say(cmd, stderr, message.New("cmd.fix.nothing"))
	}
	return nil
}

package main

import (
	"bytes"
	"io"
	"os"
	"slices"
	"strconv"

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
	f.task.own.register(cmd, lang)
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
	files := make([]sqlFile, len(written))
	for i, s := range written {
		files[i] = sqlFile{s.Name, s.SQL, s.On, s.Statements, s.Apart}
	}
	if err := writeScripts(cmd, f.output, files, stderr); err != nil {
		return err
	}
	if len(files) == 0 {
		say(cmd, stderr, message.New("cmd.fix.nothing"))
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
	e, err := f.task.own.engine(cmd.Context(), options...)
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

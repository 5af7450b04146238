package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

type runFlags struct {
	task                taskFlags
	only                []string
	format              string
	output              string
	all, quiet, strict  bool
	logLevel, logFormat string
}

func runCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run [task.yaml]",
		Short: "Run the checks of a task and print the result",
		Long: `Runs the checks that belong to a task and prints the result: on standard output, or into --output.
Progress and logs go to standard error. Without a task file --source, --dest and --objects say what to check.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	f.task.register(cmd)
	flags := cmd.Flags()
	flags.StringSliceVar(&f.only, "only", nil, "run only checks of these types, and those that they require")
	flags.StringVar(&f.format, "format", "", "table, json (the documented records), json-ce or full (default table on a terminal, else json)")
	flags.StringVarP(&f.output, "output", "o", "", "write the result into this file")
	flags.BoolVar(&f.all, "all", false, "show items that passed in a table, too")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "show no progress")
	flags.BoolVar(&f.strict, "strict", false, "take warnings for failures")
	flags.StringVar(&f.logLevel, "log-level", "warn", "debug, info, warn or error")
	flags.StringVar(&f.logFormat, "log-format", "text", "text or json")
	formats := make([]string, 0, len(render.Formats()))
	for _, format := range render.Formats() {
		formats = append(formats, string(format))
	}
	for name, values := range map[string][]string{"format": formats, "log-level": {"debug", "info", "warn", "error"}, "log-format": {"text", "json"}} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	_ = cmd.RegisterFlagCompletionFunc("only", completeTypes)
	return cmd
}

func (f *runFlags) run(cmd *cobra.Command, args []string) error {
	ctx, stderr := cmd.Context(), &console{w: cmd.ErrOrStderr()}
	width, onTerminal := terminal(cmd.OutOrStdout())
	if f.output != "" {
		width, onTerminal = 0, false
	}
	format := render.Format(f.format)
	if format == "" {
		format = render.JSON
		if onTerminal {
			format = render.Table
		}
	}
	if err := render.Check(format); err != nil {
		return fmt.Errorf("--format: %w", err)
	}
	log, err := logger(stderr, f.logLevel, f.logFormat)
	if err != nil {
		return err
	}
	options := []engine.Option{engine.WithLogger(log), engine.WithOnly(f.only...)}
	if !f.quiet {
		columns, live := terminal(cmd.ErrOrStderr())
		options = append(options, engine.WithObserver(&progress{console: stderr, terminal: live, width: columns}))
	}
	e, err := engine.New(options...)
	if err != nil {
		return err
	}
	task, err := f.task.load(cmd, args, e)
	if err != nil {
		return err
	}
	out, err := openOutput(f.output, cmd.OutOrStdout())
	if err != nil {
		return err
	}
	defer out.discard()

	started := time.Now()
	report, err := e.Run(ctx, task)
	if err != nil {
		return err
	}
	if err := render.Write(out, format, report, render.Options{All: f.all, Strict: f.strict, Width: width,
		Color: onTerminal && os.Getenv("NO_COLOR") == "", RequestID: rand.Text(), Cost: time.Since(started)}); err != nil {
		return err
	}
	if err := out.commit(); err != nil {
		return err
	}
	return exit(report, f.strict)
}

// exit gives the exit status of a report, nil where it is 0.
func exit(r *engine.Report, strict bool) error {
	switch verdict := r.Verdict(strict); {
	case r.Interrupted:
		return status(exitInterrupted)
	case verdict == engine.VerdictFailed:
		return status(exitFailed)
	case verdict == engine.VerdictUnknown:
		return status(exitUnknown)
	}
	return nil
}

func logger(w io.Writer, level, format string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("--log-level: %q is not one of debug, info, warn, error", level)
	}
	o := &slog.HandlerOptions{Level: l}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, o)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, o)), nil
	}
	return nil, fmt.Errorf("--log-format: %q is not one of text, json", format)
}

// terminal tells whether w is a terminal, and how many columns it has.
func terminal(w io.Writer) (width int, is bool) {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		width = 0
	}
	return width, true
}

// output is where the result goes: standard output, a file that is there whole or not at all, or
// what is there already and is no file, such as a device.
type output struct {
	io.Writer
	temporary *os.File
	path      string
	device    *os.File
}

// openOutput makes sure that the result can be written before the run starts.
func openOutput(path string, stdout io.Writer) (*output, error) {
	if path == "" {
		return &output{Writer: stdout}, nil
	}
	switch info, err := os.Stat(path); {
	case err != nil:
	case info.IsDir():
		return nil, fmt.Errorf("--output: %s is a folder", path)
	case !info.Mode().IsRegular():
		device, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, fmt.Errorf("--output: %w", err)
		}
		return &output{Writer: device, device: device}, nil
	default: // where it is a link, what it leads to is replaced
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return nil, fmt.Errorf("--output: %w", err)
		}
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".precheck-*")
	if err != nil {
		return nil, fmt.Errorf("--output: %w", err)
	}
	return &output{Writer: file, temporary: file, path: path}, nil
}

func (o *output) commit() error {
	if o.device != nil {
		return o.device.Close()
	}
	if o.temporary == nil {
		return nil
	}
	err := errors.Join(o.temporary.Chmod(0o644), o.temporary.Close())
	if err == nil {
		err = os.Rename(o.temporary.Name(), o.path)
	}
	if err != nil {
		return fmt.Errorf("--output: %w", err)
	}
	o.temporary = nil
	return nil
}

// discard removes what was not committed.
func (o *output) discard() {
	if o.temporary != nil {
		_ = o.temporary.Close()
		_ = os.Remove(o.temporary.Name())
	}
}

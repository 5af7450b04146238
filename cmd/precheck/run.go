package main

import (
	"crypto/rand"
	"io"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

type runFlags struct {
	task                taskFlags
	only                []string
	formats             []string
	itemTypes, color    string
	output              string
	all, quiet, strict  bool
	logLevel, logFormat string
}

var (
	logLevels  = []string{"debug", "info", "warn", "error"}
	logFormats = []string{"text", "json"}
)

func runCommand(lang string) *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run [task.yaml]",
		Short: message.New("cmd.run.short").In(lang),
		Long:  message.New("cmd.run.long").In(lang),
		Args:  atMost(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	f.task.register(cmd, lang)
	flags := cmd.Flags()
	flags.StringSliceVar(&f.only, "only", nil, message.New("cmd.run.flag.only").In(lang))
	flags.StringArrayVar(&f.formats, "format", nil,
		message.New("cmd.run.flag.format", "formats", render.Formats()).In(lang))
	flags.StringVar(&f.color, "color", "auto", message.New("cmd.run.flag.color").In(lang))
	flags.StringVar(&f.itemTypes, "item-types", string(engine.OwnItems),
		message.New("cmd.run.flag.item_types").In(lang))
	flags.StringVarP(&f.output, "output", "o", "", message.New("cmd.run.flag.output").In(lang))
	flags.BoolVar(&f.all, "all", false, message.New("cmd.run.flag.all").In(lang))
	flags.BoolVarP(&f.quiet, "quiet", "q", false, message.New("cmd.run.flag.quiet").In(lang))
	flags.BoolVar(&f.strict, "strict", false, message.New("cmd.run.flag.strict").In(lang))
	flags.StringVar(&f.logLevel, "log-level", "warn", message.New("cmd.run.flag.log_level").In(lang))
	flags.StringVar(&f.logFormat, "log-format", "text", message.New("cmd.run.flag.log_format").In(lang))
	setRare(cmd, rareLimits, "connections", "connect-timeout", "check-timeout", "timeout", "max-objects")
	setRare(cmd, rareClient, "defaults-file", "login-path", "no-defaults")
	setRare(cmd, rareOutput, "color", "item-types", "log-format", "log-level")
	formats := make([]string, 0, len(render.Formats()))
	for _, format := range render.Formats() {
		formats = append(formats, string(format))
	}
	for name, values := range map[string][]string{"format": formats, "color": colorModes, "item-types": itemTypes(),
		"log-level": logLevels, "log-format": logFormats} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	_ = cmd.RegisterFlagCompletionFunc("only", completeTypes)
	return cmd
}

func (f *runFlags) run(cmd *cobra.Command, args []string) error {
	ctx, stderr := cmd.Context(), &console{w: cmd.ErrOrStderr()}
	targets, err := parseTargets(f.formats, f.output)
	if err != nil {
		return err
	}
	if !slices.Contains(colorModes, f.color) {
		return message.Err("cmd.flag.one_of", "flag", "color", "allowed", colorModes, "value", strconv.Quote(f.color))
	}
	if !slices.Contains(itemTypes(), f.itemTypes) {
		return message.Err("cmd.flag.one_of", "flag", "item-types", "allowed", itemTypes(), "value",
			strconv.Quote(f.itemTypes))
	}
	log, err := logger(stderr, f.logLevel, f.logFormat)
	if err != nil {
		return err
	}
	own, err := f.task.own.load(ctx)
	if err != nil {
		return err
	}
	loading, err := engine.New(engine.WithChecks(own...))
	if err != nil {
		return err
	}
	task, err := f.task.load(cmd, args, loading)
	if err != nil {
		return err
	}
	options := []engine.Option{engine.WithLogger(log), engine.WithChecks(append(own, task.Checks...)...),
		engine.WithOnly(f.only...)}
	if !f.quiet {
		columns, live := terminal(cmd.ErrOrStderr())
		shown := &progress{console: stderr, terminal: live, width: columns}
		defer shown.end()
		options = append(options, engine.WithObserver(shown))
	}
	e, err := engine.New(options...)
	if err != nil {
		return err
	}
	if len(args) == 0 && len(f.task.phases) == 0 && !f.quiet {
		say(cmd, stderr, message.New("cmd.task.default_phases"))
	}
	defer discardTargets(targets)
	if err := openTargets(ctx, targets, cmd.OutOrStdout()); err != nil {
		return err
	}

	started := time.Now()
	report, err := e.Run(ctx, task)
	if err != nil {
		return err
	}
	width, onTerminal := terminal(cmd.OutOrStdout())
	o := render.Options{All: f.all, Strict: f.strict, ItemTypes: engine.ItemTypes(f.itemTypes), RequestID: rand.Text(),
		Cost: time.Since(started)}
	if err := writeTargets(targets, report, func(t target) render.Options {
		o := o
		if t.path == "" {
			o.Width = width
			if onTerminal && len(args) == 1 {
				o.TaskFile = args[0]
			}
		}
		o.Color = colored(f.color, t.path == "" && onTerminal)
		return o
	}); err != nil {
		return err
	}
	if documentedOnly(targets) {
		for _, w := range report.Warnings {
			say(cmd, stderr, message.New("cmd.warning", "text", w))
		}
	}
	if !f.quiet {
		reportFiles(cmd, stderr, targets, report, f.strict)
	}
	return exit(report, f.strict)
}

func itemTypes() []string {
	var names []string
	for _, name := range engine.ItemTypesNames() {
		names = append(names, string(name))
	}
	return names
}

// exit returns the exit status of a report as an error, or nil if it is 0.
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
		return nil, message.Err("cmd.flag.one_of", "flag", "log-level", "allowed", logLevels, "value",
			strconv.Quote(level))
	}
	o := &slog.HandlerOptions{Level: l}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, o)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(visible.JSON(w), o)), nil
	}
	return nil, message.Err("cmd.flag.one_of", "flag", "log-format", "allowed", logFormats, "value",
		strconv.Quote(format))
}

// terminal returns the columns of w and reports whether it is a terminal.
func terminal(w io.Writer) (width int, is bool) {
	if out, ok := w.(*standardOutput); ok {
		w = out.Writer
	}
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

package main

import (
	"io"
	"log/slog"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
)

type runFlags struct {
	task                taskFlags
	only                []string
	result              resultFlags
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
	f.result.register(cmd, lang)
	flags.StringVar(&f.logLevel, "log-level", "warn", message.New("cmd.run.flag.log_level").In(lang))
	flags.StringVar(&f.logFormat, "log-format", "text", message.New("cmd.run.flag.log_format").In(lang))
	setRare(cmd, rareOutput, "log-format", "log-level")
	for name, values := range map[string][]string{"log-level": logLevels, "log-format": logFormats} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	_ = cmd.RegisterFlagCompletionFunc("only", completeTypes)
	return cmd
}

func (f *runFlags) run(cmd *cobra.Command, args []string) error {
	ctx, stderr := cmd.Context(), &console{w: cmd.ErrOrStderr()}
	targets, err := f.result.targets()
	if err != nil {
		return err
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
	if !f.result.quiet {
		columns, live := terminal(cmd.ErrOrStderr())
		shown := &progress{console: stderr, terminal: live, width: columns}
		defer shown.end()
		options = append(options, engine.WithObserver(shown))
	}
	e, err := engine.New(options...)
	if err != nil {
		return err
	}
	if len(args) == 0 && len(f.task.phases) == 0 && !f.result.quiet {
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
	taskFile := ""
	if len(args) == 1 {
		taskFile = args[0]
	}
	return f.result.write(cmd, targets, report, taskFile, time.Since(started))
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

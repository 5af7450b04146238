package main

import (
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/docker/go-units"
	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/rehearsal"
)

type rehearseFlags struct {
	task        taskFlags
	result      resultFlags
	on          string
	images      []string
	allowWrites bool
	sample      int
	rate        int
	disk        string
}

func rehearseCommand(lang string) *cobra.Command {
	var f rehearseFlags
	cmd := &cobra.Command{
		Use:   "rehearse [task.yaml]",
		Short: message.New("cmd.rehearse.short").In(lang),
		Long:  message.New("cmd.rehearse.long").In(lang),
		Args:  atMost(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	f.task.registerDatabases(cmd, lang)
	f.result.register(cmd, lang)
	flags := cmd.Flags()
	flags.StringVar(&f.on, "on", string(rehearsal.Container), message.New("cmd.rehearse.flag.on").In(lang))
	flags.StringSliceVar(&f.images, "image", nil, message.New("cmd.rehearse.flag.image").In(lang))
	flags.BoolVar(&f.allowWrites, "allow-writes", false, message.New("cmd.rehearse.flag.allow_writes").In(lang))
	flags.IntVar(&f.sample, "sample", 0, message.New("cmd.rehearse.flag.sample").In(lang))
	flags.IntVar(&f.rate, "rate", 0, message.New("cmd.rehearse.flag.rate").In(lang))
	flags.StringVar(&f.disk, "max-disk", units.BytesSize(rehearsal.DefaultDisk),
		message.New("cmd.rehearse.flag.max_disk").In(lang))
	_ = cmd.RegisterFlagCompletionFunc("on", cobra.FixedCompletions([]string{string(rehearsal.Container),
		string(rehearsal.Scratch)}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (f *rehearseFlags) run(cmd *cobra.Command, args []string) error {
	targets, err := f.result.targets()
	if err != nil {
		return err
	}
	options, err := f.options(cmd)
	if err != nil {
		return err
	}
	var observers []engine.Option
	if !f.result.quiet {
		columns, live := terminal(cmd.ErrOrStderr())
		shown := &progress{console: &console{w: cmd.ErrOrStderr()}, terminal: live, width: columns}
		defer shown.end()
		observers, options.Progress = append(observers, engine.WithObserver(shown)), shown.rehearsed
	}
	if options.Engine, err = engine.New(observers...); err != nil {
		return err
	}
	task, err := f.task.load(cmd, args, options.Engine)
	if err != nil {
		return err
	}
	options.Images = images(task.Destination.Type, f.images)
	if err := rehearsal.Validate(task, options); err != nil {
		return err
	}
	defer discardTargets(targets)
	if err := openTargets(cmd.Context(), targets, cmd.OutOrStdout()); err != nil {
		return err
	}
	started := time.Now()
	rehearsed, err := rehearsal.Run(cmd.Context(), task, options)
	if err != nil {
		return notMade(cmd, err)
	}
	err = f.result.write(cmd, targets, rehearsed.Report(), "", time.Since(started))
	f.reportBug(cmd, rehearsed)
	return err
}

// options returns the options of the rehearsal.
func (f *rehearseFlags) options(cmd *cobra.Command) (rehearsal.Options, error) {
	o := rehearsal.Options{On: rehearsal.On(f.on), AllowWrites: f.allowWrites, Sample: f.sample, Rate: f.rate}
	for _, flag := range []struct {
		name  string
		value int
	}{{"sample", f.sample}, {"rate", f.rate}} {
		if flag.value < 0 {
			return o, flagError(flag.name,
				message.Err("engine.field.integer", "least", 0, "value", strconv.Itoa(flag.value)))
		}
	}
	var err error
	if o.Disk, err = units.RAMInBytes(f.disk); err != nil || o.Disk <= 0 {
		return o, flagError("max-disk", message.Err("engine.field.bytes", "value", strconv.Quote(f.disk)))
	}
	if o.On == rehearsal.Container || o.On == rehearsal.Scratch {
		return o, nil
	}
	if !strings.Contains(f.on, "://") {
		return o, flagError("on", message.Err("cmd.rehearse.on"))
	}
	o.On = rehearsal.Server
	set, err := endpoint(cmd, "on", f.on, "PRECHECK_REHEARSAL_PASSWORD")
	if err != nil {
		return o, err
	}
	var e engine.Endpoint
	set(&e)
	if o.Server = e.Endpoint; o.Server.Password.Empty() {
		if ask := prompter(cmd, cmd.InOrStdin(), cmd.ErrOrStderr()); ask != nil {
			password, err := ask("on", o.Server)
			if err != nil {
				return o, err
			}
			o.Server.Password = datasource.NewSecret(password)
		}
	}
	return o, nil
}

// images returns the Docker images of a disposable server: those that are given, or that of the environment.
func images(of datasource.Type, given []string) []string {
	variable := map[datasource.Type]string{datasource.MySQL: "PRECHECK_MYSQL_IMAGE",
		datasource.MariaDB: "PRECHECK_MARIADB_IMAGE"}[of]
	if image := os.Getenv(variable); given == nil && image != "" {
		return []string{image}
	}
	return given
}

// notMade returns the exit status of a rehearsal that could not be made.
func notMade(cmd *cobra.Command, err error) error {
	if cmd.Context().Err() != nil {
		return err
	}
	say(cmd, cmd.ErrOrStderr(), message.New("cmd.rehearse.not_made", "reason", errorText(languageOf(cmd), err)))
	return status(exitUnknown)
}

// reportBug prints what a report of the objects needs of which the precheck and the server disagree.
func (f *rehearseFlags) reportBug(cmd *cobra.Command, r *rehearsal.Rehearsal) {
	if text := r.BugReport(); text != "" && !f.result.quiet {
		say(cmd, cmd.ErrOrStderr(), message.New("cmd.rehearse.disagree", "count", len(r.Disagreements())))
		_, _ = io.WriteString(cmd.ErrOrStderr(), text)
	}
}

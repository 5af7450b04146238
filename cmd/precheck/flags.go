package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

// taskFlags override fields of a task file, or stand for one.
type taskFlags struct {
	source, dest     string
	phases           []string
	objects, exclude []string
	skip             []string
	deep             bool
	connections      int
	checkTimeout     time.Duration
	timeout          time.Duration
	maxObjects       int
}

func (f *taskFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.source, "source", "", "URL of the source, as in mysql://user@host:3306; its password is taken from PRECHECK_SOURCE_PASSWORD or asked for")
	flags.StringVar(&f.dest, "dest", "", "URL of the destination, as in oceanbase://user%40tenant%23cluster@host:2883; its password is taken from PRECHECK_DEST_PASSWORD or asked for")
	flags.StringSliceVar(&f.phases, "phases", nil, "phases of the task: SCHEMA, FULL, INCREMENTAL, REVERSE (default SCHEMA,FULL where there is no file)")
	flags.StringArrayVar(&f.objects, "objects", nil, "pattern of schema.table to migrate, as in 'shop.*'; may be repeated")
	flags.StringArrayVar(&f.exclude, "exclude", nil, "pattern of schema.table to leave out; may be repeated")
	flags.StringArrayVar(&f.skip, "skip", nil, "TYPE=reason: go on in spite of what the check finds; may be repeated")
	flags.BoolVar(&f.deep, "deep", false, "read sizes and data, too, within limits")
	flags.IntVar(&f.connections, "connections", 0, fmt.Sprintf("most connections open on each database (default %d)", engine.DefaultConnections))
	flags.DurationVar(&f.checkTimeout, "check-timeout", 0, fmt.Sprintf("time limit of each check and statement (default %s)", engine.DefaultCheckTimeout))
	flags.DurationVar(&f.timeout, "timeout", 0, fmt.Sprintf("time limit of the run (default %s)", engine.DefaultTimeout))
	flags.IntVar(&f.maxObjects, "max-objects", 0, fmt.Sprintf("most objects that are named of an item (default %d)", engine.DefaultObjects))
	_ = cmd.RegisterFlagCompletionFunc("skip", completeSkips)
	_ = cmd.RegisterFlagCompletionFunc("phases", cobra.FixedCompletions(checks.AllPhases.Names(), cobra.ShellCompDirectiveNoFileComp))
}

// load gives the task of a file, overridden by flags, or of the flags alone. Warnings go to stderr.
func (f *taskFlags) load(cmd *cobra.Command, args []string, e *engine.Engine) (engine.Task, error) {
	override, err := f.override(cmd)
	if err != nil {
		return engine.Task{}, err
	}
	prompt := prompter(cmd.Context(), cmd.InOrStdin(), cmd.ErrOrStderr())
	if len(args) == 1 && strings.Contains(args[0], "://") { // it may hold a password, and is not repeated
		return engine.Task{}, errors.New("a URL is given where a task file is wanted: use --source and --dest")
	}
	if len(args) == 1 {
		t, warnings, err := engine.LoadTask(args[0], engine.FileOptions{Prompt: prompt, Override: override, Engine: e})
		for _, w := range warnings {
			fmt.Fprintln(cmd.ErrOrStderr(), "warning:", w)
		}
		return t, err
	}
	if f.source == "" || f.dest == "" {
		return engine.Task{}, errors.New("a task file, or --source and --dest with --objects, is needed; precheck init writes a task file")
	}
	t := engine.Task{Name: "precheck", Type: engine.Migration, Phases: checks.Schema | checks.Full}
	override(&t)
	for _, end := range []struct {
		endpoint *engine.Endpoint
		field    string
	}{{&t.Source, "source.password"}, {&t.Destination, "destination.password"}} {
		if end.endpoint.Password.Empty() && prompt != nil {
			password, err := prompt(end.field)
			if err != nil {
				return t, err
			}
			end.endpoint.Password = datasource.NewSecret(password)
		}
	}
	if err := t.Validate(); err != nil {
		return t, err
	}
	return t, e.ValidateSkips(t.Skip)
}

// override gives what the flags change in a task.
func (f *taskFlags) override(cmd *cobra.Command) (func(*engine.Task), error) {
	source, err := endpoint(cmd, "source", f.source, "PRECHECK_SOURCE_PASSWORD")
	if err != nil {
		return nil, err
	}
	dest, err := endpoint(cmd, "dest", f.dest, "PRECHECK_DEST_PASSWORD")
	if err != nil {
		return nil, err
	}
	var phases checks.Phases
	for _, name := range f.phases {
		phase, ok := checks.ParsePhase(strings.ToUpper(name))
		if !ok {
			return nil, fmt.Errorf("--phases: %q is not one of %s", name, checks.AllPhases)
		}
		phases |= phase
	}
	var skips []engine.Skip
	for _, text := range f.skip {
		checkType, why, ok := strings.Cut(text, "=")
		if !ok {
			return nil, fmt.Errorf("--skip: %q is not of the form TYPE=reason", text)
		}
		skips = append(skips, engine.Skip{Type: checkType, Reason: why})
	}
	return func(t *engine.Task) {
		source(&t.Source)
		dest(&t.Destination)
		if phases != 0 {
			t.Phases = phases
		}
		if len(f.objects) > 0 {
			t.Objects = checks.Selection{Mode: checks.Wildcard, Include: f.objects, Exclude: t.Objects.Exclude}
		}
		t.Objects.Exclude = append(t.Objects.Exclude, f.exclude...)
		t.Skip = append(t.Skip, skips...)
		t.Settings.Deep = t.Settings.Deep || f.deep
		set(&t.Limits.Connections, f.connections)
		set(&t.Limits.CheckTimeout, f.checkTimeout)
		set(&t.Limits.Timeout, f.timeout)
		set(&t.Limits.Objects, f.maxObjects)
	}, nil
}

func set[T comparable](to *T, value T) {
	var none T
	if value != none {
		*to = value
	}
}

// endpoint gives what the URL of a flag changes in an endpoint: a password or TLS that it does
// not name stays as it was.
func endpoint(cmd *cobra.Command, name, raw, passwordVariable string) (func(*engine.Endpoint), error) {
	if raw == "" {
		return func(*engine.Endpoint) {}, nil
	}
	parsed, err := engine.ParseEndpoint(raw)
	if err != nil {
		return nil, fmt.Errorf("--%s: %w", name, err)
	}
	if !parsed.Password.Empty() {
		fmt.Fprintf(cmd.ErrOrStderr(), "warning: --%s holds the password, which others can see in the list of processes: use %s\n", name, passwordVariable)
	} else if password, given := os.LookupEnv(passwordVariable); given {
		parsed.Password = datasource.NewSecret(password)
	}
	return func(e *engine.Endpoint) {
		was := e.Endpoint
		e.Endpoint = parsed
		if parsed.Password.Empty() {
			e.Password = was.Password
		}
		if parsed.TLS == (datasource.TLS{}) {
			e.TLS = was.TLS
		}
	}, nil
}

// prompter gives a function that asks for a password without showing it, until ctx ends; nil where
// stdin is no terminal.
func prompter(ctx context.Context, stdin io.Reader, stderr io.Writer) func(field string) (string, error) {
	terminal, ok := stdin.(*os.File)
	if !ok || !term.IsTerminal(int(terminal.Fd())) {
		return nil
	}
	return func(field string) (string, error) {
		fd := int(terminal.Fd())
		before, err := term.GetState(fd)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(stderr, "%s: ", field)
		defer fmt.Fprintln(stderr)
		var password []byte
		read := make(chan error, 1)
		go func() {
			var err error
			password, err = term.ReadPassword(fd)
			read <- err
		}()
		select {
		case err := <-read:
			return string(password), err
		case <-ctx.Done():
			return "", errors.Join(context.Cause(ctx), term.Restore(fd, before))
		}
	}
}

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/rehearsal"
)

// taskFlags override fields of a task file, or replace the file.
type taskFlags struct {
	source, dest     string
	phases           []string
	objects, exclude []string
	skip             []string
	deep             bool
	connections      int
	connectTimeout   time.Duration
	checkTimeout     time.Duration
	timeout          time.Duration
	maxObjects       int

	defaultsFile, loginPath string
	noDefaults              bool
	allowNonEmpty           bool
	noPasswords             bool // of a file whose databases are not connected to
	own                     ownChecks

	capture checks.Side // the side whose facts are captured; empty: the task is run
}

func (f *taskFlags) register(cmd *cobra.Command, lang string) {
	f.own.register(cmd, lang)
	f.registerDatabases(cmd, lang)
	flags := cmd.Flags()
	flags.StringSliceVar(&f.phases, "phases", nil, message.New("cmd.task.flag.phases").In(lang))
	flags.StringArrayVar(&f.skip, "skip", nil, message.New("cmd.task.flag.skip").In(lang))
	flags.BoolVar(&f.allowNonEmpty, "allow-non-empty", false,
		message.New("cmd.task.flag.allow_non_empty").In(lang))
	flags.BoolVar(&f.deep, "deep", false, message.New("cmd.task.flag.deep").In(lang))
	_ = cmd.RegisterFlagCompletionFunc("skip", completeSkips)
	phases := cobra.FixedCompletions(checks.AllPhases.Names(), cobra.ShellCompDirectiveNoFileComp)
	_ = cmd.RegisterFlagCompletionFunc("phases", phases)
}

// registerDatabases adds the flags of the databases, their objects and the limits.
func (f *taskFlags) registerDatabases(cmd *cobra.Command, lang string) {
	flags := cmd.Flags()
	flags.StringVar(&f.source, "source", "", message.New("cmd.task.flag.source").In(lang))
	flags.StringVar(&f.dest, "dest", "", message.New("cmd.task.flag.dest").In(lang))
	flags.StringVar(&f.defaultsFile, "defaults-file", "", message.New("cmd.task.flag.defaults_file").In(lang))
	flags.BoolVar(&f.noDefaults, "no-defaults", false, message.New("cmd.task.flag.no_defaults").In(lang))
	flags.StringVar(&f.loginPath, "login-path", "", message.New("cmd.task.flag.login_path").In(lang))
	flags.StringArrayVar(&f.objects, "objects", nil, message.New("cmd.task.flag.objects").In(lang))
	flags.StringArrayVar(&f.exclude, "exclude", nil, message.New("cmd.task.flag.exclude").In(lang))
	flags.IntVar(&f.connections, "connections", 0,
		message.New("cmd.task.flag.connections", "default", engine.DefaultConnections).In(lang))
	flags.DurationVar(&f.connectTimeout, "connect-timeout", 0,
		message.New("cmd.task.flag.connect_timeout", "default", engine.DefaultConnectTimeout.String()).In(lang))
	flags.DurationVar(&f.checkTimeout, "check-timeout", 0,
		message.New("cmd.task.flag.check_timeout", "default", engine.DefaultCheckTimeout.String()).In(lang))
	flags.DurationVar(&f.timeout, "timeout", 0,
		message.New("cmd.task.flag.timeout", "default", engine.DefaultTimeout.String()).In(lang))
	flags.IntVar(&f.maxObjects, "max-objects", 0,
		message.New("cmd.task.flag.max_objects", "default", engine.DefaultObjects).In(lang))
	setRare(cmd, rareLimits, "connections", "connect-timeout", "check-timeout", "timeout", "max-objects")
	setRare(cmd, rareClient, "defaults-file", "login-path", "no-defaults")
}

// load returns the task of a file, overridden by flags, or the task of the flags alone. It prints
// warnings to standard error.
func (f *taskFlags) load(cmd *cobra.Command, args []string, e *engine.Engine) (engine.Task, error) {
	override, err := f.override(cmd)
	if err != nil {
		return engine.Task{}, err
	}
	prompt := prompter(cmd, cmd.InOrStdin(), cmd.ErrOrStderr())
	if len(args) == 1 && strings.Contains(args[0], "://") { // not repeated, because it may contain a password
		return engine.Task{}, message.Err("cmd.task.url_argument")
	}
	if len(args) == 1 && args[0] != "" {
		o := engine.FileOptions{Context: cmd.Context(), Prompt: prompt, Override: override, Engine: e,
			NoPasswords: f.noPasswords, Capture: f.capture}
		t, warnings, err := loadTask(cmd, args[0], o)
		useTaskLanguage(cmd, t)
		for _, w := range warnings {
			say(cmd, cmd.ErrOrStderr(), message.New("cmd.warning", "text", w))
		}
		if err == nil && t.Source.Dump != "" && !f.noPasswords {
			return loadDump(cmd, t)
		}
		return t, err
	}
	if f.source == "" || f.dest == "" {
		return engine.Task{}, message.Err("cmd.task.required")
	}
	t := engine.Task{Name: "precheck", Type: engine.Migration, Phases: checks.Schema | checks.Full}
	override(&t)
	for _, e := range []struct {
		endpoint *engine.Endpoint
		field    string
	}{{&t.Source, "source.password"}, {&t.Destination, "destination.password"}} {
		if e.endpoint.Password.Empty() && prompt != nil {
			password, err := prompt(e.field, e.endpoint.Endpoint)
			if err != nil {
				return t, err
			}
			e.endpoint.Password = datasource.NewSecret(password)
		}
	}
	if err := t.Validate(); err != nil {
		return t, err
	}
	return t, e.ValidateSkips(t)
}

// loadDump returns a task with the disposable server that has executed the dump of its source. The server ends with the
// command.
func loadDump(cmd *cobra.Command, t engine.Task) (engine.Task, error) {
	t, stop, err := rehearsal.LoadDump(cmd.Context(), t, images(t.Source.Type, nil))
	if err == nil {
		context.AfterFunc(cmd.Context(), func() { _ = stop() })
	}
	return t, err
}

// loadTask reads a task file, or standard input if path is -.
func loadTask(cmd *cobra.Command, path string, o engine.FileOptions) (engine.Task, []string, error) {
	if path == "-" {
		return engine.ReadTask("stdin", cmd.InOrStdin(), o)
	}
	return engine.LoadTask(path, o)
}

// override returns a function that applies the flags to a task.
func (f *taskFlags) override(cmd *cobra.Command) (func(*engine.Task), error) {
	if err := f.positive(cmd); err != nil {
		return nil, err
	}
	lang, err := flagLanguage(cmd)
	if err != nil {
		return nil, err
	}
	source, err := endpoint(cmd, "source", f.source, "PRECHECK_SOURCE_PASSWORD")
	if err != nil {
		return nil, err
	}
	dest, err := endpoint(cmd, "dest", f.dest, "PRECHECK_DEST_PASSWORD")
	if err != nil {
		return nil, err
	}
	withoutTask := f.source != "" && f.dest != ""
	complete, err := engine.ClientOptions{LoginPath: f.loginPath, DefaultsFile: f.defaultsFile,
		UserFile: withoutTask && f.defaultsFile == "" && !f.noDefaults, Environment: withoutTask}.Read(cmd.Context())
	if err != nil {
		return nil, err
	}
	var phases checks.Phases
	for _, name := range f.phases {
		phase, ok := checks.ParsePhase(strings.ToUpper(name))
		if !ok {
			return nil, message.Err("cmd.flag.one_of", "flag", "phases",
				"allowed", checks.AllPhases.Names(), "value", strconv.Quote(name))
		}
		phases |= phase
	}
	var skips []engine.Skip
	for _, text := range f.skip {
		checkType, why, ok := strings.Cut(text, "=")
		if !ok {
			return nil, flagError("skip", message.Err("cmd.task.skip_form", "value", strconv.Quote(text)))
		}
		skips = append(skips, engine.Skip{Type: strings.ToUpper(checkType), Reason: why})
	}
	return func(t *engine.Task) {
		source(&t.Source)
		complete(&t.Source.Endpoint)
		dest(&t.Destination)
		complete(&t.Destination.Endpoint)
		if phases != 0 {
			t.Phases = phases
		}
		if len(f.objects) > 0 {
			t.Objects = checks.Selection{Mode: checks.Wildcard, Include: f.objects, Exclude: t.Objects.Exclude}
		}
		t.Objects.Exclude = append(t.Objects.Exclude, f.exclude...)
		t.Skip = append(t.Skip, skips...)
		t.Lang = cmp.Or(lang, t.Lang, languageOf(cmd))
		t.Settings.Deep = t.Settings.Deep || f.deep
		t.Settings.AllowNonEmpty = t.Settings.AllowNonEmpty || f.allowNonEmpty
		set(&t.Limits.Connections, f.connections)
		set(&t.Limits.ConnectTimeout, f.connectTimeout)
		set(&t.Limits.CheckTimeout, f.checkTimeout)
		set(&t.Limits.Timeout, f.timeout)
		set(&t.Limits.Objects, f.maxObjects)
	}, nil
}

// positive returns an error if a limit is given that is not positive. The default of a limit is not 0, although that is
// the value of a flag that is not given.
func (f *taskFlags) positive(cmd *cobra.Command) error {
	for _, flag := range []struct {
		name  string
		value int
	}{{"connections", f.connections}, {"max-objects", f.maxObjects}} {
		if cmd.Flags().Changed(flag.name) && flag.value <= 0 {
			return flagError(flag.name,
				message.Err("engine.field.integer", "least", 1, "value", strconv.Itoa(flag.value)))
		}
	}
	for _, flag := range []struct {
		name  string
		value time.Duration
	}{{"connect-timeout", f.connectTimeout}, {"check-timeout", f.checkTimeout}, {"timeout", f.timeout}} {
		if cmd.Flags().Changed(flag.name) && flag.value <= 0 {
			return flagError(flag.name, message.Err("engine.field.positive", "value", flag.value.String()))
		}
	}
	return nil
}

func set[T comparable](to *T, value T) {
	var none T
	if value != none {
		*to = value
	}
}

// flagError returns an error of a flag's value.
func flagError(name string, err error) error {
	return message.Err("cmd.flag.invalid", "flag", name, "error", err)
}

// endpoint returns a function that applies the URL of a flag to an endpoint. It keeps the password
// and the settings that protect it where the URL does not contain them.
func endpoint(cmd *cobra.Command, name, raw, passwordVariable string) (func(*engine.Endpoint), error) {
	if raw == "" {
		return func(*engine.Endpoint) {}, nil
	}
	parsed, err := engine.ParseEndpoint(raw)
	if err != nil {
		return nil, flagError(name, err)
	}
	if !parsed.Password.Empty() {
		warning := message.New("cmd.task.password_in_url", "flag", name, "variable", passwordVariable)
		say(cmd, cmd.ErrOrStderr(), message.New("cmd.warning", "text", warning))
	} else if password, given := os.LookupEnv(passwordVariable); given {
		parsed.Password = datasource.NewSecret(password)
	}
	return func(e *engine.Endpoint) {
		was := e.Endpoint
		if e.Snapshot != "" {
			*e = engine.Endpoint{}
		}
		e.Endpoint = parsed
		if parsed.Password.Empty() {
			e.Password = was.Password
		}
		if parsed.TLS == (datasource.TLS{}) {
			e.TLS = was.TLS
		}
		if parsed.ServerPublicKey == "" && !parsed.InsecurePassword {
			e.ServerPublicKey, e.InsecurePassword = was.ServerPublicKey, was.InsecurePassword
		}
	}, nil
}

// prompter returns a function that prompts for the password of an account. It returns nil if stdin is not a terminal.
func prompter(cmd *cobra.Command, stdin io.Reader, stderr io.Writer) func(string, datasource.Endpoint) (
	string, error) {
	ask := asker(cmd, stdin, stderr)
	if ask == nil {
		return nil
	}
	return func(field string, e datasource.Endpoint) (string, error) {
		account := visible.Line(e.User + "@" + e.WithDefaults().Address())
		return ask(message.New("cmd.task.prompt", "field", field, "account", account))
	}
}

// asker returns a function that reads a line without echo, until the command is cancelled. It returns nil if stdin is
// not a terminal.
func asker(cmd *cobra.Command, stdin io.Reader, stderr io.Writer) func(message.Text) (string, error) {
	terminal, ok := stdin.(*os.File)
	if !ok || !term.IsTerminal(int(terminal.Fd())) {
		return nil
	}
	return func(question message.Text) (string, error) {
		fd := int(terminal.Fd())
		before, err := term.GetState(fd)
		if err != nil {
			return "", err
		}
		fmt.Fprint(stderr, question.In(languageOf(cmd)), " ")
		if lines, ok := stderr.(*jsonLines); ok {
			lines.flush()
		}
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
		case <-cmd.Context().Done():
			return "", errors.Join(context.Cause(cmd.Context()), term.Restore(fd, before))
		}
	}
}

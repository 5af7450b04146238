package main

import (
	"context"
	"net/url"
	"os"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/agent"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
)

type agentFlags struct {
	servers              []string
	ca                   string
	token, sources, name string
	runs                 int
	checks               ownChecks
	logLevel, logFormat  string
}

func agentCommand(lang string) *cobra.Command {
	var f agentFlags
	cmd := &cobra.Command{
		Use:   "agent",
		Short: message.New("cmd.agent.short").In(lang),
		Long:  message.New("cmd.agent.long").In(lang),
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&f.servers, "server", nil, message.New("cmd.agent.flag.server").In(lang))
	flags.StringVar(&f.ca, "ca", "", message.New("cmd.remote.flag.ca").In(lang))
	flags.StringVar(&f.token, "token-file", "", message.New("cmd.agent.flag.token_file").In(lang))
	flags.StringVar(&f.sources, "sources", "", message.New("cmd.agent.flag.sources").In(lang))
	flags.StringVar(&f.name, "name", "", message.New("cmd.agent.flag.name").In(lang))
	flags.IntVar(&f.runs, "runs", 4, message.New("cmd.agent.flag.runs").In(lang))
	f.checks.register(cmd, lang)
	flags.StringVar(&f.logLevel, "log-level", "info", message.New("cmd.run.flag.log_level").In(lang))
	flags.StringVar(&f.logFormat, "log-format", "text", message.New("cmd.run.flag.log_format").In(lang))
	for name, values := range map[string][]string{"log-level": logLevels, "log-format": logFormats} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	_ = cmd.MarkFlagFilename("sources", "yaml", "yml", "json")
	return cmd
}

func (f *agentFlags) run(cmd *cobra.Command) error {
	c, err := f.config(cmd)
	if err != nil {
		return err
	}
	a, err := agent.New(c)
	if err != nil {
		return err
	}
	switch name, zones, err := a.Greet(cmd.Context()); {
	case err == nil:
		say(cmd, cmd.ErrOrStderr(), message.New("cmd.agent.connected", "name", name, "zones", zones))
	case agent.Refused(err):
		return err
	default:
		log := c.Log
		log.Warn("the servers cannot be reached yet", "error", err)
	}
	a.Run(cmd.Context())
	return nil // stopped as asked for
}

// config returns the configuration of the flags.
func (f *agentFlags) config(cmd *cobra.Command) (agent.Config, error) {
	c := agent.Config{Runs: f.runs, Drain: drainTime}
	var err error
	if c.Servers, err = f.urls(); err != nil {
		return c, flagError("server", err)
	}
	if f.ca != "" {
		if c.TLS, err = trusting(f.ca); err != nil {
			return c, err
		}
	}
	if f.runs < 1 {
		return c, flagError("runs", message.Err("engine.field.integer", "least", 1, "value", f.runs))
	}
	if c.Name, err = f.processName(); err != nil {
		return c, flagError("name", err)
	}
	if f.token == "" {
		return c, flagError("token-file", message.Err("engine.field.required"))
	}
	ctx := context.WithoutCancel(cmd.Context())
	c.Token = func() (datasource.Secret, error) { return config.ReadToken(ctx, f.token) }
	if _, err := c.Token(); err != nil {
		return c, flagError("token-file", err)
	}
	if f.sources != "" {
		var warnings []string
		if c.Sources, warnings, err = config.LoadSources(cmd.Context(), f.sources, languageOf(cmd)); err != nil {
			return c, err
		}
		for _, w := range warnings {
			say(cmd, cmd.ErrOrStderr(), message.New("cmd.warning", "text", w))
		}
	}
	if c.Log, err = logger(&console{w: cmd.ErrOrStderr()}, f.logLevel, f.logFormat); err != nil {
		return c, err
	}
	own, err := f.checks.load(cmd.Context())
	c.Engine = []engine.Option{engine.WithLogger(c.Log), engine.WithChecks(own...)}
	return c, err
}

func (f *agentFlags) urls() ([]*url.URL, error) {
	if len(f.servers) == 0 {
		return nil, message.Err("engine.field.required")
	}
	var all []*url.URL
	for _, server := range f.servers {
		u, err := agent.ParseServer(server)
		if err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	return all, nil
}

// unnamed are the characters that a name of an agent cannot have.
var unnamed = regexp.MustCompile(`[^A-Za-z0-9._-]`)

// processName returns the flag --name, or else the name of this machine.
func (f *agentFlags) processName() (string, error) {
	if f.name != "" {
		if !config.ValidName(f.name) {
			return "", message.Err("api.config.agent_name")
		}
		return f.name, nil
	}
	host, err := os.Hostname()
	if host = unnamed.ReplaceAllString(host, "-"); err != nil || host == "" {
		host = "agent"
	}
	return host[:min(len(host), 63)], nil
}

package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/cmd/internal/demoprogram"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fleet"
	"github.com/dbprecheck/precheck/engine/omsapi"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
	"github.com/dbprecheck/precheck/engine/omsapi/page"
	"github.com/dbprecheck/precheck/engine/runstore"
	"github.com/dbprecheck/precheck/engine/telemetry"
)

type serveFlags struct {
	config, listen, store string
	check, demo, ce       bool
	logLevel, logFormat   string

	started func(address string) // called when the server listens; may be nil
	// databases starts those of the demonstration; nil: the program precheck-demo does.
	databases func(context.Context) (demoprogram.Addresses, func(), error)
}

// defaultStore is the default of the flag --store.
const defaultStore = "precheck-store"

func serveCommand(lang string) *cobra.Command { return new(serveFlags).command(lang) }

func (f *serveFlags) command(lang string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: message.New("cmd.serve.short").In(lang),
		Long:  message.New("cmd.serve.long").In(lang),
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.config, "config", "", message.New("cmd.serve.flag.config").In(lang))
	flags.StringVar(&f.listen, "listen", config.DefaultListen, message.New("cmd.serve.flag.listen").In(lang))
	flags.StringVar(&f.store, "store", defaultStore, message.New("cmd.serve.flag.store").In(lang))
	flags.BoolVar(&f.check, "check-config", false, message.New("cmd.serve.flag.check_config").In(lang))
	flags.BoolVar(&f.demo, "demo", false, message.New("cmd.serve.flag.demo").In(lang))
	flags.BoolVar(&f.ce, "ce", false, message.New("cmd.serve.flag.ce").In(lang))
	flags.StringVar(&f.logLevel, "log-level", "info", message.New("cmd.run.flag.log_level").In(lang))
	flags.StringVar(&f.logFormat, "log-format", "text", message.New("cmd.run.flag.log_format").In(lang))
	for name, values := range map[string][]string{"log-level": logLevels, "log-format": logFormats} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	cmd.AddCommand(hashPasswordCommand(lang), backupCommand(lang))
	return cmd
}

func (f *serveFlags) run(cmd *cobra.Command) error {
	c, err := f.load(cmd)
	if err != nil {
		return err
	}
	if f.check {
		say(cmd, cmd.OutOrStdout(), message.New("cmd.serve.config_valid"))
		return nil
	}
	log, err := logger(&console{w: cmd.ErrOrStderr()}, f.logLevel, f.logFormat)
	if err != nil {
		return err
	}
	if f.demo {
		stop, err := f.startDemo(cmd, &c)
		if err != nil {
			return err
		}
		defer stop()
	}
	store, err := f.storeIn(cmd, c)
	if err != nil {
		return err
	}
	return f.serve(cmd.Context(), c, store, log, func(text message.Text) { say(cmd, cmd.ErrOrStderr(), text) })
}

// load returns the configuration of the file, overridden by flags.
func (f *serveFlags) load(cmd *cobra.Command) (config.Config, error) {
	c := config.Default()
	if f.config != "" {
		var warnings []string
		var err error
		if c, warnings, err = config.Load(cmd.Context(), f.config); err != nil {
			return c, err
		}
		for _, w := range warnings {
			say(cmd, cmd.ErrOrStderr(), message.New("cmd.warning", "text", w))
		}
	}
	if cmd.Flags().Changed("listen") {
		if err := c.CheckListen(f.listen); err != nil {
			return c, flagError("listen", err)
		}
		c.Listen = f.listen
	}
	c.CE = c.CE || f.ce
	return c, nil
}

// The limits of connections that requests do not have.
const (
	headerTime = 10 * time.Second
	idleTime   = 2 * time.Minute
	maxHeader  = 32 << 10
	drainTime  = 10 * time.Second
)

// serve runs the server and its worker until ctx ends.
func (f *serveFlags) serve(ctx context.Context, c config.Config, in opener, log *slog.Logger,
	say func(message.Text)) error {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	runMetrics := omsapi.NewRunMetrics(registry)
	store, err := in.open(ctx, runstore.Options{Queue: c.Limits.Queue, Observe: runMetrics.Observe,
		Ended: runMetrics.Ended, Log: log})
	if err != nil {
		return message.Wrap(err, "cmd.serve.store", "folder", in.name)
	}
	defer func() {
		if err := store.Close(); err != nil {
			log.Error("closing the store", "error", err)
		}
	}()
	sources, err := omsapi.NewDataSources(c, store)
	if err != nil {
		return err
	}
	options := []engine.Option{engine.WithLogger(log), engine.WithObserver(runMetrics),
		engine.WithChecks(c.Checks...)}
	tracer, sendTraces, err := telemetry.FromEnvironment(ctx)
	if err != nil {
		return message.Wrap(err, "cmd.serve.traces")
	}
	if tracer != nil {
		options = append(options, engine.WithTracer(tracer))
	}
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
		defer cancel()
		if err := sendTraces(ending); err != nil {
			log.Warn("sending traces", "error", err)
		}
	}()
	worker, err := fleet.New(fleet.Config{Store: store, Complete: sources.Complete, Limit: sources.Limit,
		Engine: options, Runs: c.Limits.Runs,
		Retention: runstore.Retention{Age: c.Retention.Age, Count: c.Retention.Runs}, Drain: drainTime, Log: log})
	if err != nil {
		return err
	}
	handler, err := omsapi.New(omsapi.Options{Config: c, Store: store, Fleet: worker, DataSources: sources, Log: log,
		Page: page.New(worker, c.Language), Registry: registry})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return message.Wrap(err, "cmd.serve.listen", "address", c.Listen)
	}
	working, stopWorking := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWorking()
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		worker.Run(working)
	}()

	server := &http.Server{Handler: handler, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
	served := make(chan error, 1)
	scheme := "http"
	if c.TLS.Enabled() {
		scheme = "https"
		go func() { served <- server.ServeTLS(listener, c.TLS.Cert, c.TLS.Key) }()
	} else {
		go func() { served <- server.Serve(listener) }()
	}
	say(message.New("cmd.serve.listening", "url", scheme+"://"+listener.Addr().String()))
	if f.started != nil {
		f.started(listener.Addr().String())
	}
	var failed error
	select {
	case <-ctx.Done():
	case failed = <-served:
	}
	handler.Drain()
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		log.Warn("connections are open at the end", "error", err)
		_ = server.Close()
	}
	stopWorking()
	<-worked
	if ctx.Err() != nil {
		return nil // stopped as asked for
	}
	return failed
}

// hashPasswordCommand prints the hash of a password for the configuration.
func hashPasswordCommand(lang string) *cobra.Command {
	return &cobra.Command{
		Use:   "hash-password",
		Short: message.New("cmd.serve.hash.short").In(lang),
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var password string
			if ask := asker(cmd, cmd.InOrStdin(), cmd.ErrOrStderr()); ask != nil {
				var err error
				if password, err = ask(message.New("cmd.serve.hash.prompt")); err != nil {
					return err
				}
			} else {
				text, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), 1024))
				if err != nil {
					return err
				}
				password, _, _ = strings.Cut(string(text), "\n")
				password = strings.TrimSuffix(password, "\r")
			}
			hash, err := auth.HashPassword(password)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), hash)
			return nil
		},
	}
}

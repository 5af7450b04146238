package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/client"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
	"github.com/dbprecheck/precheck/engine/render"
)

// remote holds the flags of the commands that call a server.
type remote struct{ server, ca string }

func (r *remote) register(cmd *cobra.Command, lang string) {
	cmd.Flags().StringVar(&r.server, "server", "", message.New("cmd.remote.flag.server").In(lang))
	cmd.Flags().StringVar(&r.ca, "ca", "", message.New("cmd.remote.flag.ca").In(lang))
}

// client returns a client of the server, with the credentials of the environment.
func (r *remote) client(cmd *cobra.Command) (*client.Client, error) {
	return r.clientIn(cmd, languageOf(cmd))
}

// clientIn returns a client whose runs have their texts in a language.
func (r *remote) clientIn(cmd *cobra.Command, lang string) (*client.Client, error) {
	server := r.server
	if server == "" {
		server = os.Getenv("PRECHECK_SERVER")
	}
	if server == "" {
		server = "http://127.0.0.1:8480"
	}
	options := []client.Option{client.WithLanguage(lang)}
	if r.ca != "" {
		trusted, err := trusting(r.ca)
		if err != nil {
			return nil, err
		}
		options = append(options, client.WithTLS(trusted))
	}
	if token := os.Getenv("PRECHECK_TOKEN"); token != "" {
		options = append(options, client.WithToken(datasource.NewSecret(token)))
	} else if user := os.Getenv("PRECHECK_USER"); user != "" {
		options = append(options, client.WithBasic(user, datasource.NewSecret(os.Getenv("PRECHECK_PASSWORD"))))
	}
	c, err := client.New(server, options...)
	if err != nil {
		return nil, flagError("server", err)
	}
	return c, nil
}

// trusting returns the TLS configuration of a client that verifies servers with the certificates of a file.
func trusting(file string) (*tls.Config, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, flagError("ca", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, flagError("ca", message.Err("cmd.remote.no_certificate"))
	}
	return &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, nil
}

type submitFlags struct {
	remote
	request, source, sink, key string
	fleet                      string
	dryRun                     bool
	watch                      bool
	watching                   watchFlags
}

func submitCommand(lang string) *cobra.Command {
	var f submitFlags
	cmd := &cobra.Command{
		Use:   "submit [task.yaml]",
		Short: message.New("cmd.submit.short").In(lang),
		Long:  message.New("cmd.submit.long").In(lang),
		Args:  atMost(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	f.register(cmd, lang)
	cmd.Flags().StringVar(&f.request, "request", "", message.New("cmd.submit.flag.request").In(lang))
	cmd.Flags().StringVar(&f.source, "source-id", "", message.New("cmd.submit.flag.source").In(lang))
	cmd.Flags().StringVar(&f.sink, "sink-id", "", message.New("cmd.submit.flag.sink").In(lang))
	cmd.Flags().StringVar(&f.fleet, "fleet", "", message.New("cmd.submit.flag.fleet").In(lang))
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, message.New("cmd.submit.flag.dry_run").In(lang))
	cmd.Flags().StringVar(&f.key, "idempotency-key", "", message.New("cmd.submit.flag.key").In(lang))
	cmd.Flags().BoolVarP(&f.watch, "watch", "w", false, message.New("cmd.submit.flag.watch").In(lang))
	f.watching.register(cmd, lang)
	return cmd
}

func (f *submitFlags) run(cmd *cobra.Command, args []string) error {
	if f.fleet != "" {
		return f.runFleet(cmd, args)
	}
	if f.dryRun {
		return flagError("dry-run", message.Err("cmd.submit.fleet_only"))
	}
	var err error
	var request wire.SubmitPreCheckRequest
	switch {
	case f.request != "" && len(args) == 0:
		data, err := os.ReadFile(f.request)
		if err != nil {
			return flagError("request", err)
		}
		if _, err := wire.Decode(data, &request); err != nil {
			if err == wire.ErrMalformed {
				err = message.Err("cmd.submit.malformed")
			}
			return flagError("request", err)
		}
		if f.source != "" {
			request.SourceEndpointID, request.SourceEndpoint = f.source, nil
		}
		if f.sink != "" {
			request.SinkEndpointID, request.SinkEndpoint = f.sink, nil
		}
	case f.request == "" && len(args) == 1:
		if request, err = f.ofTask(cmd, args[0]); err != nil {
			return err
		}
	default:
		return message.Err("cmd.submit.one_of")
	}
	c, err := f.client(cmd)
	if err != nil {
		return err
	}
	id, err := c.SubmitPreCheck(cmd.Context(), request, f.key)
	if err != nil {
		return err
	}
	if !f.watch {
		fmt.Fprintln(cmd.OutOrStdout(), visible.Line(id))
		return nil
	}
	say(cmd, cmd.ErrOrStderr(), message.New("cmd.submit.submitted", "id", id))
	return f.watching.until(cmd, c, id)
}

// ofTask returns the request of a task file. Endpoints for which no data source is given are part of the request.
func (f *submitFlags) ofTask(cmd *cobra.Command, path string) (wire.SubmitPreCheckRequest, error) {
	t, warnings, err := engine.LoadTask(path, engine.FileOptions{Context: cmd.Context(),
		Prompt: prompter(cmd, cmd.InOrStdin(), cmd.ErrOrStderr()), NoPasswords: f.source != "" &&
			f.sink != ""})
	useTaskLanguage(cmd, t)
	for _, w := range warnings {
		say(cmd, cmd.ErrOrStderr(), message.New("cmd.warning", "text", w))
	}
	if err != nil {
		return wire.SubmitPreCheckRequest{}, err
	}
	r, err := client.Request(t, f.source, f.sink)
	return r, inFile(err, path, 0)
}

// inFile returns the errors of a task with the place of the task in its file.
func inFile(err error, file string, line int) error {
	var wrong engine.TaskErrors
	if !errors.As(err, &wrong) {
		return err
	}
	placed := slices.Clone(wrong)
	for i := range placed {
		placed[i].File, placed[i].Line = file, line
	}
	return placed
}

type watchFlags struct {
	format string
	every  time.Duration
}

func (f *watchFlags) register(cmd *cobra.Command, lang string) {
	cmd.Flags().StringVar(&f.format, "format", string(render.Table),
		message.New("cmd.watch.flag.format", "formats", render.Formats()).In(lang))
	cmd.Flags().DurationVar(&f.every, "every", time.Second, message.New("cmd.watch.flag.every").In(lang))
}

func watchCommand(lang string) *cobra.Command {
	var r remote
	var f watchFlags
	cmd := &cobra.Command{
		Use:   "watch ID",
		Short: message.New("cmd.watch.short").In(lang),
		Long:  message.New("cmd.watch.long").In(lang),
		Args:  oneID,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client(cmd)
			if err != nil {
				return err
			}
			return f.until(cmd, c, args[0])
		},
	}
	r.register(cmd, lang)
	f.register(cmd, lang)
	return cmd
}

// oneID accepts the ID of a run.
func oneID(cmd *cobra.Command, args []string) error {
	if len(args) != 1 || !strings.HasPrefix(args[0], "t_") {
		return message.Err("cmd.remote.id", "command", cmd.CommandPath())
	}
	return nil
}

// outage is how long watching goes on while the server cannot be reached.
const outage = time.Minute

func (f *watchFlags) check() error {
	if f.every <= 0 {
		return flagError("every", message.Err("engine.field.positive", "value", f.every.String()))
	}
	return nil
}

// until shows the progress of a run until it has finished, and then its report.
func (f *watchFlags) until(cmd *cobra.Command, c *client.Client, id string) error {
	if err := f.check(); err != nil {
		return err
	}
	shown := -1
	data, err := c.Watch(cmd.Context(), id, f.every, outage, func(d engine.Data) {
		if done := finishedItems(d); done != shown {
			shown = done
			say(cmd, cmd.ErrOrStderr(), message.New("cmd.watch.progress", "status", d.ProjectStatus,
				"done", done, "all", len(d.PreCheckResults)))
		}
	})
	if err != nil {
		return err
	}
	report, err := c.GetPreCheckReport(cmd.Context(), id, f.format)
	if err != nil {
		return err
	}
	if _, err := cmd.OutOrStdout().Write([]byte(report.Content)); err != nil {
		return outputError{err}
	}
	verdict, err := verdictOf(cmd, c, id, data.ProjectStatus)
	if err != nil {
		return err
	}
	return ofVerdict(verdict)
}

// verdictOf returns the verdict of a finished run.
func verdictOf(cmd *cobra.Command, c *client.Client, id string, s engine.ProjectStatus) (engine.Verdict, error) {
	if s != engine.StatusFailed {
		return engine.VerdictPassed, nil
	}
	full, err := c.GetPreCheckReport(cmd.Context(), id, string(render.Full))
	if err != nil {
		return "", err
	}
	var details render.FullReport
	if err := json.Unmarshal([]byte(full.Content), &details); err != nil {
		return "", err
	}
	if details.Verdict == engine.VerdictUnknown {
		return engine.VerdictUnknown, nil
	}
	return engine.VerdictFailed, nil
}

// ofVerdict returns the exit status of a verdict.
func ofVerdict(v engine.Verdict) error {
	switch v {
	case engine.VerdictPassed:
		return nil
	case engine.VerdictUnknown:
		return status(exitUnknown)
	}
	return status(exitFailed)
}

func finishedItems(d engine.Data) int {
	n := 0
	for _, r := range d.PreCheckResults {
		if r.Status != engine.ItemPending && r.Status != engine.ItemRunning {
			n++
		}
	}
	return n
}

func runsCommand(lang string) *cobra.Command {
	var r remote
	var filter runFilter
	var request wire.ListPreCheckRequest
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "runs",
		Short: message.New("cmd.runs.short").In(lang),
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := r.client(cmd)
			if err != nil {
				return err
			}
			if request.PreCheckFilter, err = filter.find(cmd, c); err != nil {
				return err
			}
			runs, total, err := c.ListPreCheck(cmd.Context(), request)
			if err != nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(visible.JSON(cmd.OutOrStdout()))
				e.SetIndent("", "    ")
				e.SetEscapeHTML(false)
				return e.Encode(runs)
			}
			return printRuns(cmd, runs, total)
		},
	}
	r.register(cmd, lang)
	flags := cmd.Flags()
	flags.StringSliceVar(&request.Status, "status", nil, message.New("cmd.runs.flag.status").In(lang))
	filter.register(cmd, lang)
	flags.StringSliceVar(&request.Verdicts, "verdict", nil, message.New("cmd.runs.flag.verdict").In(lang))
	flags.BoolVar(&request.Latest, "latest", false, message.New("cmd.runs.flag.latest").In(lang))
	flags.StringVar(&request.CheckType, "check", "", message.New("cmd.runs.flag.check").In(lang))
	flags.StringVar(&request.Outcome, "outcome", "failed", message.New("cmd.runs.flag.outcome").In(lang))
	flags.IntVar(&request.PageNumber, "page", 1, message.New("cmd.runs.flag.page").In(lang))
	flags.IntVar(&request.PageSize, "page-size", 20, message.New("cmd.runs.flag.page_size").In(lang))
	flags.BoolVar(&asJSON, "json", false, message.New("cmd.runs.flag.json").In(lang))
	return cmd
}

func printRuns(cmd *cobra.Command, runs []wire.PreCheck, total int) error {
	g := grid{lang: languageOf(cmd)}
	g.add(message.New("cmd.runs.column.id"), message.New("cmd.runs.column.name"), message.New("cmd.runs.column.status"),
		message.New("cmd.runs.column.progress"), message.New("cmd.runs.column.failed"),
		message.New("cmd.runs.column.warnings"), message.New("cmd.runs.column.submitted"))
	for _, r := range runs {
		submitted := ""
		if r.GmtCreate != nil {
			submitted = *r.GmtCreate + "Z"
		}
		g.add(visible.Value(r.ID), visible.Value(r.Name), visible.Value(string(r.Status)),
			fmt.Sprintf("%.0f%%", float64(r.Progress)), r.Failed, r.Warnings, visible.Value(submitted))
	}
	columns, _ := terminal(cmd.OutOrStdout())
	if _, err := io.WriteString(cmd.OutOrStdout(), g.fit(columns)); err != nil {
		return outputError{err}
	}
	if len(runs) < total {
		say(cmd, cmd.ErrOrStderr(), message.New("cmd.runs.more", "shown", len(runs), "total", total))
	}
	return nil
}

func cancelCommand(lang string) *cobra.Command {
	var r remote
	cmd := &cobra.Command{
		Use:   "cancel ID",
		Short: message.New("cmd.cancel.short").In(lang),
		Args:  oneID,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := r.client(cmd)
			if err != nil {
				return err
			}
			return c.CancelPreCheck(cmd.Context(), args[0])
		},
	}
	r.register(cmd, lang)
	return cmd
}

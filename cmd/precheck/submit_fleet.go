package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/client"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// fleetRun is a task of a fleet file with its request and, when it is submitted, its run.
type fleetRun struct {
	task    engine.FleetTask
	request wire.SubmitPreCheckRequest
	client  *client.Client // whose language is that of the task
	id      string
	verdict engine.Verdict
}

// runFleet submits the tasks of a fleet file. Nothing is submitted if one of them is wrong.
func (f *submitFlags) runFleet(cmd *cobra.Command, args []string) error {
	if len(args) > 0 || f.request != "" || f.source != "" || f.sink != "" || cmd.Flags().Changed("format") {
		return flagError("fleet", message.Err("cmd.submit.fleet_alone"))
	}
	if err := f.watching.check(); err != nil {
		return err
	}
	runs, err := f.readFleet(cmd)
	if err != nil {
		return err
	}
	if f.dryRun {
		say(cmd, cmd.OutOrStdout(), message.New("cmd.submit.valid", "count", len(runs)))
		return nil
	}
	submitted, err := f.submitFleet(cmd, runs)
	if err != nil {
		return err
	}
	if f.watch {
		if err := f.watchFleet(cmd, submitted); err != nil {
			return err
		}
	}
	if refused := len(runs) - len(submitted); refused > 0 {
		return message.Err("cmd.submit.refused", "count", refused)
	}
	return ofVerdict(worst(submitted))
}

// readFleet reads the tasks of a fleet file and prepares their requests.
func (f *submitFlags) readFleet(cmd *cobra.Command) ([]*fleetRun, error) {
	c, err := f.client(cmd)
	if err != nil {
		return nil, err
	}
	sources := dataSources{cmd: cmd, client: c}
	options := engine.FileOptions{Context: cmd.Context(), Prompt: prompter(cmd, cmd.InOrStdin(), cmd.ErrOrStderr())}
	var tasks []engine.FleetTask
	var warnings []string
	if f.fleet == "-" {
		tasks, warnings, err = engine.ReadFleet(f.fleetName(), cmd.InOrStdin(), sources.find, options)
	} else {
		tasks, warnings, err = engine.LoadFleet(f.fleet, sources.find, options)
	}
	if sources.err != nil {
		return nil, sources.err
	}
	for _, w := range warnings {
		say(cmd, cmd.ErrOrStderr(), message.New("cmd.warning", "text", w))
	}
	if err != nil {
		return nil, err
	}
	var wrong engine.TaskErrors
	clients := map[string]*client.Client{"": c}
	runs := make([]*fleetRun, 0, len(tasks))
	for _, t := range tasks {
		run := &fleetRun{task: t}
		run.request, err = client.Request(t.Task, t.SourceID, t.DestinationID)
		var refused engine.TaskErrors
		if err = inFile(err, f.fleetName(), t.Line); errors.As(err, &refused) {
			for _, e := range refused {
				e.Path = t.Name + ": " + e.Path
				wrong.Add(e)
			}
		}
		if clients[t.Lang] == nil {
			if clients[t.Lang], err = f.clientIn(cmd, t.Lang); err != nil {
				return nil, err
			}
		}
		run.client = clients[t.Lang]
		runs = append(runs, run)
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	return runs, nil
}

// fleetName returns the name of the fleet file that errors show.
func (f *submitFlags) fleetName() string {
	if f.fleet == "-" {
		return "stdin"
	}
	return f.fleet
}

// submitFleet submits the tasks and returns those that the server has accepted. Another call with the same key
// continues where one was interrupted.
func (f *submitFlags) submitFleet(cmd *cobra.Command, runs []*fleetRun) ([]*fleetRun, error) {
	key := f.key
	if key == "" {
		key = rand.Text()
	}
	var submitted []*fleetRun
	for _, run := range runs {
		err := run.submit(cmd, key, len(submitted) > 0)
		var answered *client.Error
		switch {
		case err == nil:
			submitted = append(submitted, run)
			line := visible.Value(run.task.Name) + "\t" + visible.Value(run.id) + "\n"
			if _, err := io.WriteString(cmd.OutOrStdout(), line); err != nil {
				return nil, outputError{err}
			}
		case errors.As(err, &answered) && answered.Status == http.StatusOK:
			refused := engine.FieldError{File: f.fleetName(), Line: run.task.Line, Path: run.task.Name,
				Text: answered.Message()}
			printError(cmd.ErrOrStderr(), refused.In(languageOf(cmd)))
		default:
			say(cmd, cmd.ErrOrStderr(), message.New("cmd.submit.continue", "submitted", len(submitted),
				"all", len(runs), "key", key))
			return nil, err
		}
	}
	return submitted, nil
}

// submit submits a task. It waits while the queue of the server is full. again tries again while the server cannot be
// reached, for a server that has answered before.
func (r *fleetRun) submit(cmd *cobra.Command, key string, again bool) (err error) {
	sum := sha256.Sum256([]byte(key + "\x00" + r.task.Name))
	reached := time.Now()
	for {
		r.id, err = r.client.SubmitPreCheck(cmd.Context(), r.request, hex.EncodeToString(sum[:]))
		var answered *client.Error
		switch {
		case err == nil:
			return nil
		case cmd.Context().Err() != nil:
			return err
		case errors.As(err, &answered) && answered.Status == http.StatusTooManyRequests:
			reached = time.Now()
		case answered != nil && answered.Status < http.StatusInternalServerError, !again,
			time.Since(reached) > outage:
			return err
		}
		select {
		case <-time.After(time.Second):
		case <-cmd.Context().Done():
			return err
		}
	}
}

// watchFleet waits for the end of all runs, and prints the verdict of each and their totals.
func (f *submitFlags) watchFleet(cmd *cobra.Command, runs []*fleetRun) error {
	for i, run := range runs {
		data, err := run.client.Watch(cmd.Context(), run.id, f.watching.every, outage, nil)
		if err != nil {
			return err
		}
		if run.verdict, err = verdictOf(cmd, run.client, run.id, data.ProjectStatus); err != nil {
			return err
		}
		say(cmd, cmd.ErrOrStderr(), message.New("cmd.submit.progress", "done", i+1, "all", len(runs)))
	}
	g := grid{lang: languageOf(cmd)}
	g.add(message.New("cmd.runs.column.name"), message.New("cmd.runs.column.id"),
		message.New("cmd.submit.column.verdict"))
	totals := map[engine.Verdict]int{}
	for _, run := range runs {
		totals[run.verdict]++
		g.add(visible.Value(run.task.Name), visible.Value(run.id), verdictText(run.verdict))
	}
	columns, _ := terminal(cmd.OutOrStdout())
	total := message.New("cmd.submit.totals", "count", len(runs), "failed", totals[engine.VerdictFailed],
		"unknown", totals[engine.VerdictUnknown], "passed", totals[engine.VerdictPassed])
	if _, err := fmt.Fprintf(cmd.OutOrStdout(), "\n%s\n%s\n", g.fit(columns), total.In(languageOf(cmd))); err != nil {
		return outputError{err}
	}
	return nil
}

// verdictText returns the text of a verdict in the list of a fleet.
func verdictText(v engine.Verdict) message.Text {
	switch v {
	case engine.VerdictPassed:
		return message.New("cmd.submit.verdict.passed")
	case engine.VerdictUnknown:
		return message.New("cmd.submit.verdict.unknown")
	}
	return message.New("cmd.submit.verdict.failed")
}

// worst returns the verdict of a fleet: that of its worst run.
func worst(runs []*fleetRun) engine.Verdict {
	verdict := engine.VerdictPassed
	for _, run := range runs {
		switch run.verdict {
		case engine.VerdictFailed:
			return run.verdict
		case engine.VerdictUnknown:
			verdict = run.verdict
		}
	}
	return verdict
}

// dataSources finds data sources of a server. It reads them when the first one is looked for.
type dataSources struct {
	cmd    *cobra.Command
	client *client.Client
	read   bool
	all    []wire.DataSource
	err    error // of reading them
}

// find returns the ID and the type of the data source with an ID or, if there is none, with a name.
func (s *dataSources) find(name string) (string, datasource.Type, error) {
	if !s.read {
		s.read = true
		s.all, s.err = s.list()
	}
	if s.err != nil {
		return "", "", s.err
	}
	names := make([]string, 0, len(s.all))
	var found []wire.DataSource
	for _, d := range s.all {
		if d.ID == name {
			return d.ID, datasource.Type(d.Type), nil
		}
		names = append(names, d.Name, d.ID)
		if d.Name == name {
			found = append(found, d)
		}
	}
	switch len(found) {
	case 1:
		return found[0].ID, datasource.Type(found[0].Type), nil
	case 0:
		return "", "", message.Err("cmd.submit.no_data_source", "name", strconv.Quote(name),
			"hint", message.DidYouMean(name, names))
	}
	return "", "", message.Err("cmd.submit.many_data_sources", "name", strconv.Quote(name))
}

// list reads all data sources of the server.
func (s *dataSources) list() ([]wire.DataSource, error) {
	request := wire.ListDataSourceRequest{Order: "asc", Page: wire.Page{PageSize: 1000}}
	var all []wire.DataSource
	for {
		request.PageNumber++
		page, total, err := s.client.ListDataSource(s.cmd.Context(), request)
		if err != nil {
			return nil, err
		}
		if all = append(all, page...); len(page) == 0 || len(all) >= total {
			return all, nil
		}
	}
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/client"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// runFilter holds the flags that select runs of a server.
type runFilter struct {
	wire.PreCheckFilter
	label string
}

func (f *runFilter) register(cmd *cobra.Command, lang string) {
	flags := cmd.Flags()
	flags.StringVar(&f.SearchKey, "search", "", message.New("cmd.runs.flag.search").In(lang))
	flags.StringVar(&f.EndpointID, "data-source", "", message.New("cmd.runs.flag.data_source").In(lang))
	flags.StringVar(&f.label, "label", "", message.New("cmd.runs.flag.label").In(lang))
	flags.StringVar(&f.CreatedFrom, "from", "", message.New("cmd.runs.flag.from").In(lang))
	flags.StringVar(&f.CreatedTo, "to", "", message.New("cmd.runs.flag.to").In(lang))
}

// find returns the filter with the ID of the label that it names.
func (f *runFilter) find(cmd *cobra.Command, c *client.Client) (wire.PreCheckFilter, error) {
	filter := f.PreCheckFilter
	if f.label == "" {
		return filter, nil
	}
	labels, err := c.ListAllLabels(cmd.Context())
	if err != nil {
		return filter, err
	}
	names := make([]string, 0, len(labels))
	for _, l := range labels {
		if l.ID == f.label || l.Name == f.label {
			filter.LabelIDs = []string{l.ID}
			return filter, nil
		}
		names = append(names, l.Name)
	}
	return filter, flagError("label", message.Err("cmd.runs.no_label", "name", strconv.Quote(f.label),
		"hint", message.DidYouMean(f.label, names)))
}

var summaryFormats = []string{"table", "json", "csv"}

type summaryFlags struct {
	remote
	runFilter
	allRuns, watch bool
	format         string
	every          time.Duration
}

func summaryCommand(lang string) *cobra.Command {
	var f summaryFlags
	cmd := &cobra.Command{
		Use:   "summary",
		Short: message.New("cmd.summary.short").In(lang),
		Long:  message.New("cmd.summary.long").In(lang),
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	f.remote.register(cmd, lang)
	f.runFilter.register(cmd, lang)
	flags := cmd.Flags()
	flags.BoolVar(&f.allRuns, "all-runs", false, message.New("cmd.summary.flag.all_runs").In(lang))
	flags.StringVar(&f.format, "format", "table", message.New("cmd.summary.flag.format").In(lang))
	flags.BoolVarP(&f.watch, "watch", "w", false, message.New("cmd.summary.flag.watch").In(lang))
	flags.DurationVar(&f.every, "every", 5*time.Second, message.New("cmd.watch.flag.every").In(lang))
	_ = cmd.RegisterFlagCompletionFunc("format",
		cobra.FixedCompletions(summaryFormats, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (f *summaryFlags) run(cmd *cobra.Command) error {
	if !slices.Contains(summaryFormats, f.format) {
		return message.Err("cmd.flag.one_of", "flag", "format", "allowed", summaryFormats, "value",
			strconv.Quote(f.format))
	}
	if err := (&watchFlags{every: f.every}).check(); err != nil {
		return err
	}
	c, err := f.client(cmd)
	if err != nil {
		return err
	}
	filter, err := f.find(cmd, c)
	if err != nil {
		return err
	}
	request := wire.GetPreCheckSummaryRequest{PreCheckFilter: filter, AllRuns: f.allRuns, CSV: f.format == "csv"}
	read := readSummary(c.GetPreCheckSummary)
	if f.watch {
		read = f.ended(cmd, read)
	}
	found, err := read(cmd.Context(), request)
	if err != nil {
		return err
	}
	if err := f.write(cmd, found); err != nil || !f.watch {
		return err
	}
	switch {
	case found.Verdicts.Failed > 0:
		return ofVerdict(engine.VerdictFailed)
	case found.Verdicts.Unknown > 0:
		return ofVerdict(engine.VerdictUnknown)
	}
	return nil
}

func (f *summaryFlags) write(cmd *cobra.Command, s wire.PreCheckSummary) (err error) {
	out := cmd.OutOrStdout()
	switch f.format {
	case "json":
		e := json.NewEncoder(visible.JSON(out))
		e.SetIndent("", "    ")
		e.SetEscapeHTML(false)
		err = e.Encode(s)
	case "csv":
		_, err = io.WriteString(out, *s.CSV)
	default:
		columns, _ := terminal(out)
		_, err = io.WriteString(out, summaryTable(languageOf(cmd), s, columns))
	}
	if err != nil {
		return outputError{err}
	}
	return nil
}

// shownSources is the maximum number of data sources in the table.
const shownSources = 20

// summaryTable returns the summary as tables of at most that many columns; 0 is any number.
func summaryTable(lang string, s wire.PreCheckSummary, columns int) string {
	v := s.Verdicts
	var b strings.Builder
	b.WriteString(message.New("cmd.summary.totals", "count", s.Runs, "failed", v.Failed, "unknown", v.Unknown,
		"warned", v.Warned, "passed", v.Passed, "running", v.Running, "waiting", v.Waiting).In(lang) + "\n")
	failed, unknown, warned := message.New("cmd.summary.column.failed"), message.New("cmd.summary.column.unknown"),
		message.New("cmd.summary.column.warned")
	if len(s.Checks) > 0 {
		g := grid{lang: lang, drop: []int{4}}
		g.add(message.New("cmd.summary.column.check"), failed, unknown, warned, message.New("cmd.summary.column.title"))
		for _, c := range s.Checks {
			g.add(visible.Value(c.CheckType), c.Failed, c.Unknown, c.Warned, visible.Value(c.Title))
		}
		b.WriteString("\n" + g.fit(columns))
	}
	if len(s.DataSources) == 0 {
		return b.String()
	}
	g := grid{lang: lang, drop: []int{6}}
	g.add(message.New("cmd.summary.column.source"), message.New("cmd.summary.column.runs"), failed, unknown, warned,
		message.New("cmd.summary.column.passed"), message.New("cmd.summary.column.failing"))
	for _, d := range s.DataSources[:min(len(s.DataSources), shownSources)] {
		name := d.Name
		if name == "" {
			name = d.ID
		}
		var failing []string
		for _, c := range d.Failing {
			failing = append(failing, fmt.Sprintf("%s (%d)", c.CheckType, c.Runs))
		}
		g.add(visible.Value(name), d.Runs, d.Verdicts.Failed, d.Verdicts.Unknown, d.Verdicts.Warned, d.Verdicts.Passed,
			visible.Line(strings.Join(failing, ", ")))
	}
	b.WriteString("\n" + g.fit(columns))
	if more := len(s.DataSources) - shownSources; more > 0 {
		b.WriteString(message.New("cmd.summary.more", "count", more).In(lang) + "\n")
	}
	return b.String()
}

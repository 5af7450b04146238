package main

import (
	"crypto/rand"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

// resultFlags say how the result of a run is written.
type resultFlags struct {
	formats            []string
	itemTypes, color   string
	output             string
	all, quiet, strict bool
}

func (f *resultFlags) register(cmd *cobra.Command, lang string) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.formats, "format", nil,
		message.New("cmd.run.flag.format", "formats", render.Formats()).In(lang))
	flags.StringVar(&f.color, "color", "auto", message.New("cmd.run.flag.color").In(lang))
	flags.StringVar(&f.itemTypes, "item-types", string(engine.OwnItems),
		message.New("cmd.run.flag.item_types").In(lang))
	flags.StringVarP(&f.output, "output", "o", "", message.New("cmd.run.flag.output").In(lang))
	flags.BoolVar(&f.all, "all", false, message.New("cmd.run.flag.all").In(lang))
	flags.BoolVarP(&f.quiet, "quiet", "q", false, message.New("cmd.run.flag.quiet").In(lang))
	flags.BoolVar(&f.strict, "strict", false, message.New("cmd.run.flag.strict").In(lang))
	setRare(cmd, rareOutput, "color", "item-types")
	formats := make([]string, 0, len(render.Formats()))
	for _, format := range render.Formats() {
		formats = append(formats, string(format))
	}
	for name, values := range map[string][]string{"format": formats, "color": colorModes, "item-types": itemTypes()} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
}

// targets returns where the result is written.
func (f *resultFlags) targets() ([]target, error) {
	targets, err := parseTargets(f.formats, f.output)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(colorModes, f.color) {
		return nil, message.Err("cmd.flag.one_of", "flag", "color", "allowed", colorModes, "value",
			strconv.Quote(f.color))
	}
	if !slices.Contains(itemTypes(), f.itemTypes) {
		return nil, message.Err("cmd.flag.one_of", "flag", "item-types", "allowed", itemTypes(), "value",
			strconv.Quote(f.itemTypes))
	}
	return targets, nil
}

// write writes a report, and returns its exit status. taskFile is the argument of the commands that the table names;
// it may be empty.
func (f *resultFlags) write(cmd *cobra.Command, targets []target, report *engine.Report, taskFile string,
	cost time.Duration) error {
	stderr := &console{w: cmd.ErrOrStderr()}
	width, onTerminal := terminal(cmd.OutOrStdout())
	o := render.Options{All: f.all, Strict: f.strict, ItemTypes: engine.ItemTypes(f.itemTypes), RequestID: rand.Text(),
		Cost: cost}
	if err := writeTargets(targets, report, func(t target) render.Options {
		o := o
		if t.path == "" {
			o.Width = width
			if onTerminal {
				o.TaskFile = taskFile
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

package main

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/taskedit"
)

// pruneRuns bounds the runs of precheck prune. Without an object that fails, another can fail, such as a view over it.
const pruneRuns = 5

func pruneCommand(lang string) *cobra.Command {
	var output string
	var quiet bool
	cmd := &cobra.Command{
		Use:   "prune task.yaml",
		Short: message.New("cmd.prune.short").In(lang),
		Long:  message.New("cmd.prune.long").In(lang),
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return prune(cmd, args[0], output, quiet)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", message.New("cmd.prune.flag.output").In(lang))
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, message.New("cmd.run.flag.quiet").In(lang))
	return cmd
}

func prune(cmd *cobra.Command, path, target string, quiet bool) error {
	stderr := &console{w: cmd.ErrOrStderr()}
	var options []engine.Option
	if !quiet {
		columns, live := terminal(cmd.ErrOrStderr())
		options = append(options, engine.WithObserver(&progress{console: stderr, terminal: live, width: columns}))
	}
	e, err := engine.New(options...)
	if err != nil {
		return err
	}
	task, err := (&taskFlags{}).load(cmd, []string{path}, e)
	if err != nil {
		return err
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	out, err := openOutput(cmd.Context(), target, cmd.OutOrStdout())
	if err != nil {
		return outputFlagError(err)
	}
	defer out.discard()

	report, excluded, err := pruned(cmd, e, task)
	if err != nil || report.Interrupted {
		return errors.Join(err, exit(report, false))
	}
	var patterns []string
	for _, object := range slices.SortedFunc(maps.Keys(excluded), datasource.TableName.Compare) {
		patterns = append(patterns, checks.EscapePattern(object))
		say(cmd, stderr, message.New("cmd.prune.excluded", "object", visible.Line(object.String()),
			"types", excluded[object]))
	}
	if len(patterns) == 0 {
		say(cmd, stderr, message.New("cmd.prune.nothing"))
	}
	if len(failing(report)) > 0 {
		say(cmd, stderr, message.New("cmd.prune.unfinished", "rounds", pruneRuns))
	}
	edited, err := taskedit.Exclude(file, patterns)
	if err != nil {
		return message.Err("cmd.prune.by_hand", "path", path, "error", err,
			"patterns", visible.Line(strings.Join(patterns, ", ")))
	}
	if _, err := out.Write(edited); err != nil {
		return outputError{err}
	}
	if err := out.commit(); err != nil {
		return outputError{err}
	}
	return exit(report, false)
}

// pruned runs a task without the objects that fail, until none does. It returns the last report, and the objects
// with the types of the checks that they fail.
func pruned(cmd *cobra.Command, e *engine.Engine, task engine.Task) (
	*engine.Report, map[datasource.TableName][]string, error) {
	excluded := map[datasource.TableName][]string{}
	for run := 1; ; run++ {
		report, err := e.Run(cmd.Context(), task)
		if err != nil || report.Interrupted {
			return report, nil, err
		}
		more := failing(report)
		if len(more) == 0 || run == pruneRuns {
			return report, excluded, nil
		}
		task.Objects.Exclude = slices.Clone(task.Objects.Exclude)
		for object, types := range more {
			excluded[object] = types
			task.Objects.Exclude = append(task.Objects.Exclude, checks.EscapePattern(object))
		}
	}
}

// failing returns the objects without which items would not fail, with the types of their checks in order.
func failing(r *engine.Report) map[datasource.TableName][]string {
	objects := map[datasource.TableName][]string{}
	for _, res := range r.Results {
		for _, object := range res.Blocking() {
			types := append(objects[object.TableName], res.Item.Check.Type)
			slices.Sort(types)
			objects[object.TableName] = slices.Compact(types)
		}
	}
	return objects
}

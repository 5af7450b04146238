package main

import (
	"bufio"
	"io"
	"math"
	"os"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/diff"
	"github.com/dbprecheck/precheck/engine/render"
	"github.com/dbprecheck/precheck/engine/snapshot"
)

var diffFormats = []string{"table", "json"}

func diffCommand(lang string) *cobra.Command {
	var format string
	var all bool
	cmd := &cobra.Command{
		Use:   "diff BEFORE AFTER",
		Short: message.New("cmd.diff.short").In(lang),
		Long:  message.New("cmd.diff.long").In(lang),
		Args:  exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return compare(cmd, args, format, all)
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", message.New("cmd.diff.flag.format").In(lang))
	cmd.Flags().BoolVar(&all, "all", false, message.New("cmd.diff.flag.all").In(lang))
	_ = cmd.RegisterFlagCompletionFunc("format",
		cobra.FixedCompletions(diffFormats, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// comparison is a difference that can be written.
type comparison interface {
	WriteTable(w io.Writer, lang string, limit int) error
	WriteJSON(w io.Writer) error
}

func compare(cmd *cobra.Command, paths []string, format string, all bool) error {
	if !slices.Contains(diffFormats, format) {
		return message.Err("cmd.flag.one_of", "flag", "format", "allowed", diffFormats, "value", strconv.Quote(format))
	}
	result, code, err := compareFiles(cmd, paths)
	if err != nil {
		return err
	}
	if format == "json" {
		err = result.WriteJSON(cmd.OutOrStdout())
	} else {
		limit := engine.DefaultObjects
		if all {
			limit = math.MaxInt
		}
		err = result.WriteTable(cmd.OutOrStdout(), languageOf(cmd), limit)
	}
	if err == nil && code != exitPassed {
		return status(code)
	}
	return err
}

// compareFiles compares two results or two snapshots. It returns the exit status, too.
func compareFiles(cmd *cobra.Command, paths []string) (comparison, int, error) {
	var results []render.FullReport
	var snapshots []*snapshot.Snapshot
	for _, path := range paths {
		result, taken, err := readComparable(path)
		if err != nil {
			return nil, 0, message.Err("cmd.diff.file", "path", path, "error", err)
		}
		if taken != nil {
			snapshots = append(snapshots, taken)
		} else {
			results = append(results, result)
		}
	}
	switch {
	case len(results) == 1:
		return nil, 0, message.Err("cmd.diff.kinds")
	case len(snapshots) == 2:
		return compareSnapshots(cmd, snapshots[0], snapshots[1])
	}
	if before, after := results[0].Name, results[1].Name; before != after {
		warning := message.New("cmd.diff.names", "before", visible.Line(before), "after", visible.Line(after))
		say(cmd, cmd.ErrOrStderr(), message.New("cmd.warning", "text", warning))
	}
	r := diff.Compare(results[0], results[1])
	if r.Worse {
		return r, exitFailed, nil
	}
	return r, exitPassed, nil
}

// readComparable reads a file that is a result or a snapshot.
func readComparable(path string) (result render.FullReport, taken *snapshot.Snapshot, err error) {
	file, err := os.Open(path)
	if err != nil {
		return result, nil, withoutPath(err)
	}
	defer func() { _ = file.Close() }()
	buffered := bufio.NewReader(file)
	if snapshot.Starts(buffered) {
		taken, err = snapshot.Read(buffered)
	} else {
		result, err = diff.Read(buffered)
	}
	return result, taken, withoutPath(err)
}

func compareSnapshots(cmd *cobra.Command, before, after *snapshot.Snapshot) (comparison, int, error) {
	r, err := diff.CompareSnapshots(before, after)
	if err != nil {
		return nil, 0, err
	}
	for _, w := range r.Warnings {
		say(cmd, cmd.ErrOrStderr(), message.New("cmd.warning", "text", w))
	}
	switch {
	case len(r.Changes) > 0:
		return r, exitFailed, nil
	case len(r.NotCompared) > 0:
		return r, exitUnknown, nil
	}
	return r, exitPassed, nil
}

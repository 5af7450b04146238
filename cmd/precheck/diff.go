package main

import (
	"math"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/diff"
	"github.com/dbprecheck/precheck/engine/render"
)

var diffFormats = []string{"table", "json"}

func diffCommand(lang string) *cobra.Command {
	var format string
	var all bool
	cmd := &cobra.Command{
		Use:   "diff before.json after.json",
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

func compare(cmd *cobra.Command, paths []string, format string, all bool) error {
	var results [2]render.FullReport
	for i, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		results[i], err = diff.Read(file)
		_ = file.Close()
		if err != nil {
			return message.Err("cmd.diff.file", "path", path, "error", err)
		}
	}
	if before, after := results[0].Name, results[1].Name; before != after {
		warning := message.New("cmd.diff.names", "before", visible.Line(before), "after", visible.Line(after))
		say(cmd, cmd.ErrOrStderr(), message.New("cmd.warning", "text", warning))
	}
	result := diff.Compare(results[0], results[1])
	var err error
	switch format {
	case "table":
		limit := engine.DefaultObjects
		if all {
			limit = math.MaxInt
		}
		err = result.WriteTable(cmd.OutOrStdout(), languageOf(cmd), limit)
	case "json":
		err = result.WriteJSON(cmd.OutOrStdout())
	default:
		return message.Err("cmd.flag.one_of", "flag", "format", "allowed", diffFormats, "value", strconv.Quote(format))
	}
	if err == nil && result.Worse {
		return status(exitFailed)
	}
	return err
}

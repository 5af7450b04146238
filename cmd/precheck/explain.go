package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

func explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain TYPE",
		Short: message.New("cmd.explain.short").String(),
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			e, err := engine.New()
			if err != nil {
				return err
			}
			c, err := e.Check(strings.ToUpper(args[0]))
			if err != nil {
				return message.Err("cmd.explain.see_list", "error", err)
			}
			fmt.Fprintln(cmd.OutOrStdout(), strings.TrimSpace(c.Page.Text))
			return nil
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return completeTypes(cmd, args, prefix)
		},
	}
}

// completeSkips completes to the types of skippable checks, each followed by = for a reason.
func completeSkips(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	e, err := engine.New()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var types []string
	for _, c := range e.Checks() {
		if c.Skippable() {
			types = append(types, c.Type+"=\t"+c.Page.SkipConsequence)
		}
	}
	return types, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completeTypes completes to the types of the checks.
func completeTypes(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	e, err := engine.New()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var types []string
	for _, c := range e.Checks() {
		types = append(types, c.Type+"\t"+c.Page.Title)
	}
	return types, cobra.ShellCompDirectiveNoFileComp
}

package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
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
			selected, err := e.Named(args[0])
			if err != nil {
				return message.Err("cmd.explain.see_list", "error", err)
			}
			for i, c := range selected {
				if i > 0 {
					fmt.Fprintln(cmd.OutOrStdout())
				}
				columns, is := terminal(cmd.OutOrStdout())
				if err := writeMarkdown(cmd.OutOrStdout(), explanation(c), columns, colored("auto", is)); err != nil {
					return err
				}
			}
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

// explanation returns the page of a check, and after it what follows from what the check declares: the facts
// that it reads with their statements and privileges, and the items of OMS that it answers.
func explanation(c *checks.Check) string {
	var b strings.Builder
	b.WriteString(c.Page.Doc() + "\n")
	if uses := engine.FactsOf(c); len(uses) > 0 {
		b.WriteString("\n" + message.New("cmd.explain.facts").String() + "\n\n")
		for _, u := range uses {
			side := message.New("cmd.explain.source")
			if u.Side == checks.Dest {
				side = message.New("cmd.explain.destination")
			}
			fmt.Fprintf(&b, "- %s\n", message.New("cmd.explain.fact", "fact", u.Fact, "side", side))
			for _, cost := range u.Costs {
				fmt.Fprintf(&b, "    - %s\n", message.New("cmd.explain.cost", "types", cost.Types,
					"statements", message.New("cmd.explain.statements", "count", cost.Statements), "privileges",
					needs(cost.Needs)))
			}
		}
	}
	if beyond := engine.BeyondLeast(c); len(beyond) > 0 {
		fmt.Fprintf(&b, "\n%s\n", message.New("cmd.explain.beyond", "privileges", beyond))
	}
	if items := omsItems(c); len(items) > 0 {
		fmt.Fprintf(&b, "\n%s\n\n%s\n", message.New("cmd.explain.oms"), strings.Join(items, ", "))
	}
	return b.String()
}

// needs returns the privileges that a fact takes, by version where they differ.
func needs(all []datasource.Needs) any {
	var texts []message.Text
	for _, n := range all {
		text := message.New("cmd.explain.no_privilege")
		if len(n.Privileges) > 0 {
			text = message.New("cmd.explain.privileges", "privileges", strings.Join(n.Privileges, "; "))
		}
		if n.Since != (datasource.Version{}) {
			text = message.New("cmd.explain.since", "version", n.Since, "needs", text)
		}
		texts = append(texts, text)
	}
	if texts == nil {
		return message.New("cmd.explain.no_privilege")
	}
	return texts
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

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

func listCommand() *cobra.Command {
	var task, format string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the checks with side, level, phases and routes",
		Long:  "Lists the checks. With --task it says of each whether it belongs to the task, and why not; nothing is connected to.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e, err := engine.New()
			if err != nil {
				return err
			}
			lines := listed(e)
			if task != "" {
				t, _, err := engine.LoadTask(task, engine.FileOptions{Engine: e, NoPasswords: true})
				if err != nil {
					return err
				}
				for i := range lines {
					applies, reason := lines[i].check.Applies(t.Route())
					lines[i].Applies, lines[i].Reason = &applies, reason.String()
				}
			}
			switch format {
			case "table":
				return writeList(cmd.OutOrStdout(), lines, task != "")
			case "json":
				enc := json.NewEncoder(cmd.OutOrStdout())
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "    ")
				return enc.Encode(lines)
			}
			return fmt.Errorf("--format: %q is not one of table, json", format)
		},
	}
	cmd.Flags().StringVar(&task, "task", "", "say of each check whether it belongs to this task file's task")
	cmd.Flags().StringVar(&format, "format", "table", "table or json")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"table", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// listing is a check as list shows it.
type listing struct {
	Type       string            `json:"checkType"`
	Title      string            `json:"title"`
	Sides      []checks.Side     `json:"sides"`
	Level      string            `json:"level"` // the heaviest finding: info, warning or failure
	Phases     []string          `json:"phases"`
	Sources    []datasource.Type `json:"sources"`
	Dests      []datasource.Type `json:"destinations"`
	Skippable  bool              `json:"skippable"`
	Deep       bool              `json:"deep"`
	Documented bool              `json:"documentedByOMS"` // the type is one that OMS's own documentation names
	Requires   []string          `json:"requires"`
	Applies    *bool             `json:"applies,omitempty"`
	Reason     string            `json:"reason,omitempty"` // why it does not apply

	check *checks.Check
}

// documented are the types that OceanBase Migration Service's documentation of GetPreCheckResult names.
var documented = []string{"RDB_CONNECT", "RDB_SCHEMA_EXIST"}

func listed(e *engine.Engine) []listing {
	var lines []listing
	for _, c := range e.Checks() {
		lines = append(lines, listing{Type: c.Type, Title: c.Page.Title, Sides: c.Sides, Level: c.Level.String(), Phases: (c.Phases | c.ExtraPhasesFromOracle).Names(),
			Sources: orAll(c.Sources), Dests: orAll(c.Dests), Skippable: c.Skippable(), Deep: c.Deep,
			Documented: slices.Contains(documented, c.Type), Requires: append([]string{}, c.Requires...), check: c})
	}
	return lines
}

func orAll(types []datasource.Type) []datasource.Type {
	if types == nil {
		return datasource.Types()
	}
	return types
}

func writeList(w io.Writer, lines []listing, withTask bool) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	heading := "TYPE\tSIDE\tLEVEL\tPHASES\tSOURCES\tDESTINATIONS\tTITLE"
	if withTask {
		heading = "TYPE\tAPPLIES\tWHY NOT"
	}
	fmt.Fprintln(t, heading)
	for _, l := range lines {
		if withTask {
			answer := "yes"
			if !*l.Applies {
				answer = "no"
			}
			fmt.Fprintf(t, "%s\t%s\t%s\n", l.Type, answer, l.Reason)
			continue
		}
		title := l.Title
		if l.Documented {
			title += " (documented by OMS)"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.Type, joined(l.Sides), l.Level, strings.Join(l.Phases, ","), types(l.Sources), types(l.Dests), title)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d checks\n", len(lines))
	return err
}

func types(list []datasource.Type) string {
	if len(list) == len(datasource.Types()) {
		return "any"
	}
	return joined(list)
}

func joined[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return strings.Join(words, ",")
}

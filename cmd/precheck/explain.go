package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/rehearsal"
)

func explainCommand(lang string) *cobra.Command {
	var own ownChecks
	cmd := &cobra.Command{
		Use:   "explain TYPE|task[.FIELD]",
		Short: message.New("cmd.explain.short").In(lang),
		Long:  message.New("cmd.explain.long").In(lang),
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			columns, is := terminal(cmd.OutOrStdout())
			if path, ok := fieldPath(args[0]); ok {
				text, err := fieldExplanation(languageOf(cmd), path)
				if err != nil {
					return err
				}
				return writeMarkdown(cmd.OutOrStdout(), text, columns, colored("auto", is))
			}
			e, err := own.engine(cmd.Context())
			if err != nil {
				return err
			}
			selected := []*checks.Check{rehearsal.Check()} // belongs to no catalogue
			if !strings.EqualFold(args[0], rehearsal.CheckType) {
				if selected, err = e.Named(args[0]); err != nil {
					return message.Err("cmd.explain.see_list", "error", err)
				}
			}
			for i, c := range selected {
				if i > 0 {
					fmt.Fprintln(cmd.OutOrStdout())
				}
				text := explanation(languageOf(cmd), c)
				if err := writeMarkdown(cmd.OutOrStdout(), text, columns, colored("auto", is)); err != nil {
					return err
				}
			}
			return nil
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			types, directive := completeTypes(cmd, args, prefix)
			return append(types, completeFields(languageOf(cmd))...), directive
		},
	}
	own.register(cmd, lang)
	return cmd
}

// explanation returns the page of a check, and after it what follows from what the check declares: the facts
// that it reads with their statements and privileges, and the items of OMS that it answers.
func explanation(lang string, c *checks.Check) string {
	var b strings.Builder
	b.WriteString(doc(lang, c) + "\n")
	if uses := engine.FactsOf(c); len(uses) > 0 {
		b.WriteString("\n" + message.New("cmd.explain.facts").In(lang) + "\n\n")
		for _, u := range uses {
			side := message.New("cmd.explain.source")
			if u.Side == checks.Dest {
				side = message.New("cmd.explain.destination")
			}
			fmt.Fprintf(&b, "- %s\n", message.New("cmd.explain.fact", "fact", u.Fact, "side", side).In(lang))
			for _, cost := range u.Costs {
				fmt.Fprintf(&b, "    - %s\n", message.New("cmd.explain.cost", "types", cost.Types,
					"statements", message.New("cmd.explain.statements", "count", cost.Statements), "privileges",
					needs(cost.Needs)).In(lang))
			}
		}
	}
	if beyond := engine.BeyondLeast(c); len(beyond) > 0 {
		fmt.Fprintf(&b, "\n%s\n", message.New("cmd.explain.beyond", "privileges", beyond))
	}
	if items := omsItems(c); len(items) > 0 {
		fmt.Fprintf(&b, "\n%s\n\n%s\n", message.New("cmd.explain.oms").In(lang), strings.Join(items, ", "))
	}
	return b.String()
}

// doc returns the page of a check in a language, with its headings and labels.
func doc(lang string, c *checks.Check) string {
	lines := strings.Split(c.PageIn(lang).Doc(), "\n")
	headings := []message.Text{message.New("language.page.why"), message.New("language.page.how"),
		message.New("language.page.privileges"), message.New("language.page.remedy"),
		message.New("language.page.skipped"), message.New("language.page.findings")}
	for i, line := range lines {
		for _, heading := range headings { // a page has them in English
			if line == "## "+heading.String() {
				lines[i] = "## " + heading.In(lang)
			}
		}
		if remedy, ok := strings.CutPrefix(line, "Remedy: "); ok {
			lines[i] = message.New("language.page.remedy_label", "remedy", message.Verbatim(remedy)).In(lang)
		}
	}
	return strings.Join(lines, "\n")
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
func completeSkips(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	e, err := completing(cmd, args)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var types []string
	for _, c := range e.Checks() {
		if c.Skippable() {
			types = append(types, c.Type+"=\t"+c.PageIn(languageOf(cmd)).SkipConsequence)
		}
	}
	return types, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completeTypes completes to the types of the checks.
func completeTypes(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	e, err := completing(cmd, args)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var types []string
	for _, c := range e.Checks() {
		types = append(types, c.Type+"\t"+c.PageIn(languageOf(cmd)).Title)
	}
	return types, cobra.ShellCompDirectiveNoFileComp
}

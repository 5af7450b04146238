package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/render"
)

// helpColumns is the width of help that does not go to a terminal, and the most of help that does.
const helpColumns = 100

// A rare flag is shown by precheck help flags, under the heading of its group, instead of the help of its command.
const rare = "precheck_rare"

// The groups of rare flags.
const (
	rareLimits = "limits"
	rareClient = "client"
	rareOutput = "output"
)

// setRare makes flags of a command rare ones.
func setRare(cmd *cobra.Command, group string, names ...string) {
	for _, name := range names {
		_ = cmd.Flags().SetAnnotation(name, rare, []string{group})
	}
}

func isRare(f *pflag.Flag) bool { return len(f.Annotations[rare]) > 0 }

// helpTopics are the topics of precheck help that are not commands.
func helpTopics(lang string) []*cobra.Command {
	return []*cobra.Command{
		{Use: "agents", Short: message.New("cmd.topic.agents.short").In(lang),
			Long: message.New("cmd.topic.agents").In(lang)},
		{Use: "environment", Short: message.New("cmd.topic.environment.short").In(lang),
			Long: message.New("cmd.topic.environment").In(lang) + "\n\n" +
				message.New("language.environment").In(lang)},
		{Use: "exit-codes", Short: message.New("cmd.topic.exit_codes.short").In(lang),
			Long: message.New("cmd.topic.exit_codes").In(lang)},
		{Use: "flags", Short: message.New("cmd.topic.flags.short").In(lang),
			Long: message.New("cmd.topic.flags").In(lang)},
		{Use: "fleet", Short: message.New("cmd.topic.fleet.short").In(lang),
			Long: message.New("cmd.topic.fleet").In(lang)},
	}
}

// completeTopics makes the command help complete to its topics, too.
func completeTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	help, _, err := root.Find([]string{"help"})
	if err != nil || help.ValidArgsFunction == nil {
		return
	}
	commands := help.ValidArgsFunction
	help.ValidArgsFunction = func(cmd *cobra.Command, args []string, prefix string) ([]string,
		cobra.ShellCompDirective) {
		found, directive := commands(cmd, args, prefix)
		for _, c := range root.Commands() {
			if len(args) == 0 && c.IsAdditionalHelpTopicCommand() && strings.HasPrefix(c.Name(), prefix) {
				found = append(found, c.Name()+"\t"+c.Short)
			}
		}
		return found, directive
	}
}

// shells say how those that completion has a script for load it.
var shells = map[string]message.Text{
	"bash":       message.New("language.help.shell.bash"),
	"zsh":        message.New("language.help.shell.zsh"),
	"fish":       message.New("language.help.shell.fish"),
	"powershell": message.New("language.help.shell.powershell"),
}

// writeHelp makes all commands write their help in a language, in the width of the terminal.
func writeHelp(root *cobra.Command, lang string) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		columns := columnsOfHelp(cmd.OutOrStdout())
		var b strings.Builder
		b.WriteString(fit(cmp.Or(cmd.Long, cmd.Short), columns))
		switch {
		case cmd.Name() == "flags":
			b.WriteString(rareFlags(root, lang, columns))
		case cmd.Runnable() || cmd.HasAvailableSubCommands():
			b.WriteString("\n\n" + usageOf(cmd, lang, columns))
		}
		_, _ = io.WriteString(cmd.OutOrStdout(), strings.TrimRight(b.String(), "\n")+"\n")
	})
	root.InitDefaultVersionFlag()
	root.Flags().Lookup("version").Hidden = true // as the command of that name is shown
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Short = message.New("language.help.help").In(lang)
			c.Long = message.New("language.help.help.long").In(lang)
			c.Run, c.RunE = nil, func(_ *cobra.Command, args []string) error {
				found, rest, err := root.Find(args)
				if err == nil {
					err = noArguments(found, rest)
				}
				if err != nil {
					return err
				}
				return found.Help()
			}
		case "completion":
			c.Hidden = true // it is for the setup of a shell, and the list of commands is to fit a screen
			c.Short = message.New("language.help.completion").In(lang)
			c.Long = message.New("language.help.completion.long").In(lang)
			c.Args, c.RunE = noArguments, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
			for _, sub := range c.Commands() {
				sub.Short = message.New("language.help.shell", "shell", sub.Name()).In(lang)
				sub.Long = sub.Short + "\n\n" + shells[sub.Name()].In(lang)
				if flag := sub.Flags().Lookup("no-descriptions"); flag != nil {
					flag.Usage = message.New("language.help.no_descriptions").In(lang)
				}
			}
		}
	}
}

func columnsOfHelp(w io.Writer) int {
	columns, _ := terminal(w)
	return min(cmp.Or(columns, helpColumns), helpColumns)
}

// fit breaks the lines of a text anew, so that they fit a number of columns, but those that begin with spaces.
func fit(text string, columns int) string {
	var paragraphs []string
	open := false // the last one continues
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		flows := line != "" && line[0] != ' '
		if flows && open {
			last := &paragraphs[len(paragraphs)-1]
			*last += " " + line
		} else {
			paragraphs = append(paragraphs, line)
		}
		open = flows
	}
	for i, p := range paragraphs {
		if p != "" && p[0] != ' ' {
			paragraphs[i] = render.Wrap(p, 0, "", columns)
		}
	}
	return strings.Join(paragraphs, "\n")
}

// usageOf returns the usage, the commands below a command and its flags.
func usageOf(cmd *cobra.Command, lang string, columns int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", message.New("language.help.usage").In(lang))
	if cmd.Runnable() && cmd.HasParent() {
		fmt.Fprintf(&b, "  %s\n", cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s [command]\n\n%s\n", cmd.CommandPath(), message.New("language.help.commands").In(lang))
		var rows [][2]string
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() && c.Name() != "help" {
				rows = append(rows, [2]string{c.Name(), c.Short})
			}
		}
		writeRows(&b, rows, columns)
	}
	var rows [][2]string
	hidden := false
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if hidden = hidden || isRare(f); !isRare(f) && !f.Hidden && f.Name != "help" {
			rows = append(rows, flagRow(f, lang))
		}
	})
	fmt.Fprintf(&b, "\n%s\n", message.New("language.help.flags").In(lang))
	writeRows(&b, rows, columns)
	switch {
	case hidden:
		fmt.Fprintf(&b, "\n%s\n", message.New("language.help.rare").In(lang))
	case !cmd.HasParent():
		var topics []string
		for _, c := range cmd.Commands() {
			if c.IsAdditionalHelpTopicCommand() {
				topics = append(topics, c.Name())
			}
		}
		fmt.Fprintf(&b, "\n%s\n", message.New("language.help.topics", "topics", topics).In(lang))
	}
	return b.String()
}

// rareFlags returns the rare flags of the command run by their groups.
func rareFlags(root *cobra.Command, lang string, columns int) string {
	groups := map[string][][2]string{}
	for _, c := range root.Commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if isRare(f) {
				group := f.Annotations[rare][0]
				groups[group] = append(groups[group], flagRow(f, lang))
			}
		})
	}
	var b strings.Builder
	for _, group := range []struct {
		name    string
		heading message.Text
	}{
		{rareLimits, message.New("cmd.topic.flags.limits")},
		{rareClient, message.New("cmd.topic.flags.client")},
		{rareOutput, message.New("cmd.topic.flags.output")},
	} {
		fmt.Fprintf(&b, "\n\n%s\n", group.heading.In(lang))
		writeRows(&b, groups[group.name], columns)
	}
	return strings.ReplaceAll(b.String(), "\n\n\n", "\n\n")
}

// flagRow returns a flag with the name of its value, and what it does with its default.
func flagRow(f *pflag.Flag, lang string) [2]string {
	value, usage := pflag.UnquoteUsage(f)
	if value == "stringArray" || value == "strings" {
		value = "string"
	}
	name := "    --" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", --" + f.Name
	}
	if value != "" {
		name += " " + value
	}
	if !slices.Contains([]string{"", "0", "false", "[]", "0s"}, f.DefValue) {
		shown := f.DefValue
		if f.Value.Type() == "string" {
			shown = strconv.Quote(shown)
		}
		usage += message.New("language.help.default", "value", message.Verbatim(shown)).In(lang)
	}
	return [2]string{name, usage}
}

// writeRows writes rows of two columns, the second one wrapped.
func writeRows(b *strings.Builder, rows [][2]string, columns int) {
	left := 0
	for _, row := range rows {
		left = max(left, render.Columns(row[0]))
	}
	left += len("  ") + len("  ")
	for _, row := range rows {
		start := "  " + row[0] + strings.Repeat(" ", left-2-render.Columns(row[0]))
		fmt.Fprintf(b, "%s%s\n", start, render.Wrap(row[1], left, strings.Repeat(" ", left), max(columns, left+20)))
	}
}

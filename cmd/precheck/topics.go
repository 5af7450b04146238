package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
)

// helpTopics are the topics of precheck help that are not commands.
func helpTopics(lang string) []*cobra.Command {
	return []*cobra.Command{
		{Use: "exit-codes", Short: message.New("cmd.topic.exit_codes.short").In(lang),
			Long: message.New("cmd.topic.exit_codes").In(lang)},
		{Use: "environment", Short: message.New("cmd.topic.environment.short").In(lang),
			Long: message.New("cmd.topic.environment").In(lang) + "\n\n" +
				message.New("language.environment").In(lang)},
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

package main

import (
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

package main

import (
	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
)

// helpTopics are the topics of precheck help that are not commands.
func helpTopics() []*cobra.Command {
	return []*cobra.Command{
		{Use: "exit-codes", Short: message.New("cmd.topic.exit_codes.short").String(),
			Long: message.New("cmd.topic.exit_codes").String()},
		{Use: "environment", Short: message.New("cmd.topic.environment.short").String(),
			Long: message.New("cmd.topic.environment").String()},
	}
}

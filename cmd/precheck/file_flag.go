package main

import (
	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
)

// takesFile lets a command whose argument is a task file take it from -f, too, as kubectl does. It returns the command.
func takesFile(cmd *cobra.Command, lang string) *cobra.Command {
	var file string
	cmd.Flags().StringVarP(&file, "file", "f", "", message.New("cmd.task.flag.file").In(lang))
	check, run := cmd.Args, cmd.RunE
	with := func(args []string) []string {
		if file != "" {
			return append(args[:len(args):len(args)], file)
		}
		return args
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error { return check(cmd, with(args)) }
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return run(cmd, with(args)) }
	return cmd
}

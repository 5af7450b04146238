package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
)

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: message.New("cmd.version.short").String(),
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			version, revision, modified := message.New("cmd.version.unknown").String(), "", ""
			if info, ok := debug.ReadBuildInfo(); ok {
				version = info.Main.Version
				for _, s := range info.Settings {
					switch {
					case s.Key == "vcs.revision":
						revision = " " + s.Value
					case s.Key == "vcs.modified" && s.Value == "true":
						modified = " " + message.New("cmd.version.modified").String()
					}
				}
				version += revision + modified + " " + info.GoVersion
			}
			fmt.Fprintln(cmd.OutOrStdout(), message.New("cmd.version.line", "version", version))
			return nil
		},
	}
}

package main

import (
	"encoding/json"
	"runtime"
	"runtime/debug"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
)

// build is what the Go toolchain recorded of this program. What it does not know is empty.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision"` // the commit
	Date     string `json:"date"`     // of the commit, RFC 3339
	Modified bool   `json:"modified"` // the program was built from files that differ from the commit
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func readBuild() build {
	b := build{Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Version = info.Main.Version
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.time":
			b.Date = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// text returns the build in one line.
func (b build) text(lang string) string {
	text := b.Version
	if text == "" {
		text = message.New("cmd.version.unknown").In(lang)
	}
	for _, part := range []string{b.Revision, b.Date} {
		if part != "" {
			text += " " + part
		}
	}
	if b.Modified {
		text += " " + message.New("cmd.version.modified").In(lang)
	}
	return text + " " + b.Go + " " + b.Platform
}

var versionFormats = []string{"text", "json"}

func versionCommand(lang string) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "version",
		Short: message.New("cmd.version.short").In(lang),
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch format {
			case "text":
				say(cmd, cmd.OutOrStdout(), message.New("cmd.version.line", "version", readBuild().text(lang)))
				return nil
			case "json":
				e := json.NewEncoder(cmd.OutOrStdout())
				e.SetIndent("", "    ")
				return e.Encode(readBuild())
			}
			return message.Err("cmd.flag.one_of", "flag", "format", "allowed", versionFormats, "value",
				strconv.Quote(format))
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", message.New("cmd.version.flag.format").In(lang))
	_ = cmd.RegisterFlagCompletionFunc("format",
		cobra.FixedCompletions(versionFormats, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

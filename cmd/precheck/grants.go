package main

import (
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/grantscript"
)

type grantsFlags struct {
	task                       taskFlags
	side, output               string
	account, host              string
	sourceVersion, destVersion string
}

var grantsSides = []string{"source", "dest", "both"}

func grantsCommand(lang string) *cobra.Command {
	var f grantsFlags
	cmd := &cobra.Command{
		Use:   "grants task.yaml",
		Short: message.New("cmd.grants.short").In(lang),
		Long:  message.New("cmd.grants.long").In(lang),
		Args:  atMost(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.side, "side", "both", message.New("cmd.grants.flag.side").In(lang))
	flags.StringVarP(&f.output, "output", "o", "", message.New("cmd.fix.flag.output").In(lang))
	flags.StringVar(&f.account, "account", "", message.New("cmd.grants.flag.account").In(lang))
	flags.StringVar(&f.host, "host", "", message.New("cmd.grants.flag.host").In(lang))
	flags.StringVar(&f.sourceVersion, "source-version", "", message.New("cmd.grants.flag.source_version").In(lang))
	flags.StringVar(&f.destVersion, "dest-version", "", message.New("cmd.grants.flag.dest_version").In(lang))
	flags.BoolVar(&f.task.deep, "deep", false, message.New("cmd.task.flag.deep").In(lang))
	_ = cmd.RegisterFlagCompletionFunc("side", cobra.FixedCompletions(grantsSides, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (f *grantsFlags) run(cmd *cobra.Command, args []string) error {
	if !slices.Contains(grantsSides, f.side) {
		return message.Err("cmd.flag.one_of", "flag", "side", "allowed", grantsSides, "value", strconv.Quote(f.side))
	}
	if len(args) == 0 {
		return message.Err("cmd.grants.task")
	}
	options := grantscript.Options{Account: f.account, Host: f.host, Versions: map[checks.Side]datasource.Version{},
		Side: map[string]checks.Side{"source": checks.Source, "dest": checks.Dest}[f.side]}
	for _, flag := range []struct {
		name, value string
		side        checks.Side
	}{{"source-version", f.sourceVersion, checks.Source}, {"dest-version", f.destVersion, checks.Dest}} {
		if flag.value == "" {
			continue
		}
		version, ok := datasource.ParseVersion(flag.value)
		if !ok {
			return flagError(flag.name, message.Err("cmd.grants.version", "value", strconv.Quote(flag.value)))
		}
		options.Versions[flag.side] = version
	}
	e, err := engine.New()
	if err != nil {
		return err
	}
	f.task.noPasswords = len(options.Versions) == len(checks.BothSides)
	task, err := f.task.load(cmd, args, e)
	if err != nil {
		return err
	}
	scripts, err := grantscript.New(cmd.Context(), e, task, options)
	if err != nil {
		return err
	}
	stderr := &console{w: cmd.ErrOrStderr()}
	files := make([]sqlFile, len(scripts.Scripts))
	for i, s := range scripts.Scripts {
		files[i] = sqlFile{s.Name, s.SQL, s.On, s.Statements, s.Apart}
	}
	if err := writeScripts(cmd, f.output, files, stderr); err != nil {
		return err
	}
	for _, gap := range scripts.Gaps {
		say(cmd, stderr, message.New("cmd.warning", "text", message.New("cmd.grants.gap", "gap", gap)))
	}
	return nil
}

package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

// ownChecks are the files of own checks that a command line names.
type ownChecks []string

func (o *ownChecks) register(cmd *cobra.Command, lang string) {
	cmd.Flags().StringArrayVar((*[]string)(o), "checks", nil, message.New("cmd.flag.checks").In(lang))
	_ = cmd.MarkFlagFilename("checks", "yaml", "yml", "json")
}

// load reads the checks. A type that comes twice is an error of the later file.
func (o ownChecks) load(ctx context.Context) ([]*checks.Check, error) {
	var all []*checks.Check
	known := map[string]bool{}
	for _, path := range o {
		added, err := engine.LoadChecks(ctx, path)
		if err != nil {
			return nil, err
		}
		for _, c := range added {
			if known[c.Type] {
				return nil, engine.TaskErrors{{File: path, Text: message.New("engine.own.duplicate", "type", c.Type)}}
			}
			known[c.Type] = true
		}
		all = append(all, added...)
	}
	return all, nil
}

// engine returns an engine with the checks of the files.
func (o ownChecks) engine(ctx context.Context, options ...engine.Option) (*engine.Engine, error) {
	own, err := o.load(ctx)
	if err != nil {
		return nil, err
	}
	return engine.New(append(options, engine.WithChecks(own...))...)
}

// completing returns the engine of a command line that is being completed, with the own checks of those of its files
// that can be read.
func completing(cmd *cobra.Command, args []string) (*engine.Engine, error) {
	files, _ := cmd.Flags().GetStringArray("checks")
	if task, err := cmd.Flags().GetString("task"); err == nil && task != "" {
		files = append(files, task)
	}
	if cmd.Name() != "explain" {
		files = append(files, args...)
	}
	var own ownChecks
	for _, path := range files {
		candidate := append(own[:len(own):len(own)], path)
		if _, err := candidate.engine(cmd.Context()); err == nil {
			own = candidate
		}
	}
	return own.engine(cmd.Context())
}

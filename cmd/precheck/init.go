package main

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
)

// template is a commented task file.
//
//go:embed template.yaml
var template string

func initCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "init [task.yaml]",
		Short: message.New("cmd.init.short").String(),
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := append(args, "task.yaml")[0]
			how := os.O_WRONLY | os.O_CREATE | os.O_EXCL
			if force {
				how = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
			}
			file, err := os.OpenFile(path, how, 0o600)
			if errors.Is(err, fs.ErrExist) {
				return message.Err("cmd.init.exists", "path", path)
			}
			if err != nil {
				return err
			}
			_, err = file.WriteString(template)
			if err := cmp.Or(err, file.Close()); err != nil {
				if !force {
					_ = os.Remove(path)
				}
				return outputError{err}
			}
			fmt.Fprintln(cmd.OutOrStdout(), message.New("cmd.init.written", "path", path))
			return nil
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, message.New("cmd.init.flag.force").String())
	return cmd
}

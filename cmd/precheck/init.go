package main

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
)

// template is a commented task file.
//
//go:embed template.yaml
var template string

func initCommand(lang string) *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "init [task.yaml]",
		Short: message.New("cmd.init.short").In(lang),
		Args:  atMost(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := append(args, "task.yaml")[0]
			if err := writeTemplate(cmd.Context(), path, force); err != nil {
				return err
			}
			say(cmd, cmd.OutOrStdout(), message.New("cmd.init.written", "path", path))
			return nil
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, message.New("cmd.init.flag.force").In(lang))
	return cmd
}

// writeTemplate writes a task file. One that exists is replaced as a whole, if force is set.
func writeTemplate(ctx context.Context, path string, force bool) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist) && !force:
		return message.Err("cmd.init.exists", "path", path)
	case errors.Is(err, fs.ErrExist):
		return replaceByTemplate(ctx, path)
	case err != nil:
		return notOpened(path, err)
	}
	_, err = file.WriteString(template)
	if err := cmp.Or(err, file.Close()); err != nil {
		_ = os.Remove(path)
		return outputError{err}
	}
	return nil
}

func replaceByTemplate(ctx context.Context, path string) error {
	out, err := openOutput(ctx, path, nil)
	if err != nil {
		return err
	}
	defer out.discard()
	if _, err := io.WriteString(out, template); err != nil {
		return outputError{err}
	}
	if err := out.commit(); err != nil {
		return outputError{err}
	}
	return nil
}

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

// The commented task files, which differ in the language of their comments.
var (
	//go:embed template.yaml
	template string
	//go:embed template.zh.yaml
	templateChinese string
)

// templateIn returns the commented task file of a language.
func templateIn(lang string) string {
	if lang == message.Chinese {
		return templateChinese
	}
	return template
}

func initCommand(lang string) *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "init [task.yaml]",
		Short: message.New("cmd.init.short").In(lang),
		Args:  atMost(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := append(args, "task.yaml")[0]
			if err := writeTemplate(cmd.Context(), path, templateIn(lang), force); err != nil {
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
func writeTemplate(ctx context.Context, path, text string, force bool) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist) && !force:
		return message.Err("cmd.init.exists", "path", path)
	case errors.Is(err, fs.ErrExist):
		return replaceByTemplate(ctx, path, text)
	case err != nil:
		return notOpened(path, err)
	}
	_, err = file.WriteString(text)
	if err := cmp.Or(err, file.Close()); err != nil {
		_ = os.Remove(path)
		return outputError{err}
	}
	return nil
}

func replaceByTemplate(ctx context.Context, path, text string) error {
	out, err := openOutput(ctx, path, nil)
	if err != nil {
		return err
	}
	defer out.discard()
	if _, err := io.WriteString(out, text); err != nil {
		return outputError{err}
	}
	if err := out.commit(); err != nil {
		return outputError{err}
	}
	return nil
}

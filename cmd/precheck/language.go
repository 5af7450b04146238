package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

// A command writes in the language of its context: that of the flag --lang, else of the task's file, else of the
// environment.
type languageKey struct{}

func withLanguage(ctx context.Context, lang string) context.Context {
	return context.WithValue(ctx, languageKey{}, lang)
}

// languageOf returns the language in which a command writes.
func languageOf(cmd *cobra.Command) string {
	if cmd.Context() == nil {
		return message.English
	}
	lang, _ := cmd.Context().Value(languageKey{}).(string)
	return cmp.Or(lang, message.English)
}

// say writes a text as a line in the language of the command.
func say(cmd *cobra.Command, w io.Writer, text message.Text) {
	fmt.Fprintln(w, text.In(languageOf(cmd)))
}

// useTaskLanguage makes a command write in the language of a task that it has read, unless --lang is given.
func useTaskLanguage(cmd *cobra.Command, t engine.Task) {
	if given, _ := flagLanguage(cmd); given == "" && t.Lang != "" {
		cmd.SetContext(withLanguage(cmd.Context(), t.Lang))
	}
}

// startLanguage returns the language of a command line before it is parsed: of the flag --lang, or of the environment.
func startLanguage(args []string) string {
	for i, arg := range args {
		value, given := strings.CutPrefix(arg, "--lang=")
		if arg == "--lang" && i+1 < len(args) {
			value, given = args[i+1], true
		}
		if given {
			if lang, known := message.Language(value); known {
				return lang
			}
		}
		if arg == "--" {
			break
		}
	}
	return environmentLanguage(os.Getenv)
}

// environmentLanguage returns the language of a POSIX locale: LC_ALL, LC_MESSAGES or LANG, as in zh_CN.UTF-8.
func environmentLanguage(getenv func(string) string) string {
	locale := cmp.Or(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG"))
	if end := strings.IndexAny(locale, ".@"); end >= 0 {
		locale = locale[:end]
	}
	lang, _ := message.Language(locale)
	return lang
}

// registerLanguage adds the flag --lang to a command and all below it.
func registerLanguage(root *cobra.Command, lang string) {
	root.PersistentFlags().String("lang", "", message.New("language.flag").In(lang))
	_ = root.RegisterFlagCompletionFunc("lang",
		cobra.FixedCompletions(message.Languages(), cobra.ShellCompDirectiveNoFileComp))
}

// flagLanguage returns the language of the flag --lang, empty if it is not given.
func flagLanguage(cmd *cobra.Command) (string, error) {
	value, _ := cmd.Flags().GetString("lang")
	if value == "" {
		return "", nil
	}
	lang, known := message.Language(value)
	if !known {
		return "", flagError("lang", message.Err("language.unknown", "allowed", message.Languages(),
			"value", strconv.Quote(value)))
	}
	return lang, nil
}

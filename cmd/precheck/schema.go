package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/schema"
)

var schemas = map[string]func() []byte{"task": schema.Task, "full": schema.Full}

func schemaCommand(lang string) *cobra.Command {
	names := slices.Sorted(maps.Keys(schemas))
	return &cobra.Command{
		Use:       "schema task|full",
		Short:     message.New("cmd.schema.short").In(lang),
		Long:      message.New("cmd.schema.long").In(lang),
		Args:      exactly(1),
		ValidArgs: names,
		RunE: func(cmd *cobra.Command, args []string) error {
			write, known := schemas[args[0]]
			if !known {
				return message.Err("cmd.schema.unknown", "allowed", names, "value", strconv.Quote(args[0]))
			}
			_, err := cmd.OutOrStdout().Write(write())
			return err
		},
	}
}

// taskTopic is what explain calls the task file. Fields follow as in task.source.host.
const taskTopic = "task"

// fieldPath returns the path of a field of a task file that explain is asked for.
func fieldPath(topic string) (path string, ok bool) {
	if topic == taskTopic {
		return "", true
	}
	return strings.CutPrefix(topic, taskTopic+schema.Path)
}

// fieldExplanation returns the text of a field of a task file, and of the fields that belong to it.
func fieldExplanation(lang, path string) (string, error) {
	f, err := schema.Find(path)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	topic := strings.TrimSuffix(taskTopic+schema.Path+path, schema.Path)
	fmt.Fprintf(&b, "# %s (%s)\n\n%s\n", topic, fieldKind(f).In(lang), f.Doc.In(lang))
	for _, part := range []struct {
		text  message.Text
		shown bool
	}{
		{message.New("cmd.explain.values", "values", f.Values), f.Values != nil},
		{message.New("cmd.explain.default", "value", f.Default), f.Default != ""},
	} {
		if part.shown {
			fmt.Fprintf(&b, "\n%s\n", part.text.In(lang))
		}
	}
	if len(f.Fields) > 0 {
		fmt.Fprintf(&b, "\n## %s\n\n", message.New("cmd.explain.fields").In(lang))
		for _, one := range f.Fields {
			fmt.Fprintf(&b, "- `%s` (%s): %s\n", one.Name, fieldKind(one).In(lang), one.Doc.In(lang))
		}
	}
	return b.String(), nil
}

// fieldKind returns the form of a field's value.
func fieldKind(f schema.Field) message.Text {
	kind := message.New("cmd.explain.kind.text")
	switch f.Kind {
	case schema.Flag:
		kind = message.New("cmd.explain.kind.flag")
	case schema.Number:
		kind = message.New("cmd.explain.kind.number")
	case schema.Duration:
		kind = message.New("cmd.explain.kind.duration")
	case schema.Size:
		kind = message.New("cmd.explain.kind.size")
	case schema.Object:
		kind = message.New("cmd.explain.kind.object")
	case schema.Variable:
		kind = message.New("cmd.explain.kind.variable", "form", "{env: NAME}")
	case schema.Password:
		kind = message.New("cmd.explain.kind.password", "forms",
			[]string{"{env: NAME}", "{file: PATH}", "{prompt: true}"})
	case schema.Flags:
		kind = message.New("cmd.explain.kind.flags")
	case schema.Texts:
		kind = message.New("cmd.explain.kind.texts")
	}
	if f.List {
		kind = message.New("cmd.explain.kind.list", "kind", kind)
	}
	if f.Required {
		kind = message.New("cmd.explain.kind.required", "kind", kind)
	}
	return kind
}

// completeFields completes to the fields of a task file.
func completeFields(lang string) []string {
	var all []string
	for _, path := range append([]string{""}, schema.Paths()...) {
		if f, err := schema.Find(path); err == nil {
			topic := strings.TrimSuffix(taskTopic+schema.Path+path, schema.Path)
			all = append(all, topic+"\t"+f.Doc.In(lang))
		}
	}
	return all
}

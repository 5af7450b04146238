package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dbprecheck/precheck/datasource/message"
)

// usageError returns an error of a flag. It repeats what the user typed only where that is a typing error, because
// it may be a password, as in -phunter2.
func usageError(cmd *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	var unknown *pflag.NotExistError
	switch {
	case errors.As(err, &value):
		return flagError(value.GetFlag().Name, expected(value.GetFlag().Value.Type()))
	case errors.As(err, &missing):
		return flagError(missing.GetFlag().Name, message.Err("cmd.flag.value_required"))
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "":
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if name := unknown.GetSpecifiedName(); message.Resembles(name, names) {
			return message.Err("cmd.flag.similar", "flag", strconv.Quote("--"+name),
				"hint", message.DidYouMean(name, names))
		}
	}
	return message.Err("cmd.flag.unknown", "command", cmd.CommandPath())
}

// checkFlags checks the flags that every command has, and that no flag is empty.
func checkFlags(cmd *cobra.Command, args []string) error {
	if err := noEmptyFlags(cmd, args); err != nil {
		return err
	}
	_, err := flagLanguage(cmd)
	return err
}

// noEmptyFlags returns an error if a flag is given without a value, as with a variable of a shell that is not set. The
// default would mean something else than the user intends. Without a value, --defaults-file reads no file.
func noEmptyFlags(cmd *cobra.Command, _ []string) (err error) {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		list, ok := f.Value.(pflag.SliceValue)
		if err == nil && f.Name != "defaults-file" && (f.Value.String() == "" || ok && len(list.GetSlice()) == 0) {
			err = flagError(f.Name, message.Err("cmd.flag.value_required"))
		}
	})
	return err
}

// expected returns the error of a value that is not of a flag's type.
func expected(valueType string) error {
	switch valueType {
	case "int":
		return message.Err("cmd.flag.integer")
	case "duration":
		return message.Err("cmd.flag.duration")
	case "bool":
		return message.Err("cmd.flag.boolean")
	}
	return message.Err("cmd.flag.value")
}

// exactly accepts that many arguments.
func exactly(count int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != count {
			return message.Err("language.arguments.exactly", "command", cmd.CommandPath(), "count", count,
				"given", len(args))
		}
		return nil
	}
}

// atMost accepts at most that many arguments.
func atMost(count int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > count {
			return message.Err("language.arguments.at_most", "command", cmd.CommandPath(), "count", count,
				"given", len(args))
		}
		return nil
	}
}

// noArguments rejects arguments. It repeats one only where it is a typing error of a subcommand.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if strings.Contains(args[0], "://") {
		return message.Err("cmd.root.url_argument")
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	if message.Resembles(args[0], names) {
		return message.Err("cmd.root.similar_command", "command", strconv.Quote(args[0]),
			"hint", message.DidYouMean(args[0], names))
	}
	return message.Err("cmd.root.argument", "command", cmd.CommandPath())
}

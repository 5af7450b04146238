// Command precheck checks before a database migration whether it will work, and what must change.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// The exit statuses.
const (
	exitPassed      = 0   // everything was checked and nothing failed
	exitFailed      = 1   // something failed
	exitUsage       = 2   // the command line or the task is wrong
	exitUnknown     = 3   // nothing failed, but something could not be checked
	exitInterrupted = 130 // SIGINT or SIGTERM
)

// status is an exit status other than exitUsage that a subcommand returns. It is not printed.
type status int

func (s status) Error() string { return "exit status " + strconv.Itoa(int(s)) }

// run runs the command line and returns its exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	root := &cobra.Command{
		Use:           "precheck",
		Short:         message.New("cmd.root.short").String(),
		Long:          message.New("cmd.root.long").String(),
		SilenceErrors: true, SilenceUsage: true,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.AddCommand(runCommand(), listCommand(), explainCommand(), initCommand(), versionCommand())

	err := root.ExecuteContext(ctx)
	var ended status
	switch {
	case err == nil:
		return exitPassed
	case errors.As(err, &ended):
		return int(ended)
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, message.New("cmd.interrupted"))
		return exitInterrupted
	}
	fmt.Fprintln(stderr, withoutURLs(err.Error(), args))
	return exitUsage
}

// withoutURLs removes the URLs of a command line from a text, because they may contain passwords.
func withoutURLs(text string, args []string) string {
	for _, arg := range args {
		if scheme, rest, found := strings.Cut(arg, "://"); found && rest != "" {
			scheme = scheme[strings.LastIndexByte(scheme, '=')+1:]
			for _, shown := range []string{scheme + "://" + rest, strings.ToUpper(scheme + "://" + rest)} {
				text = strings.ReplaceAll(text, shown, scheme+"://…")
			}
		}
	}
	return text
}

// noArguments rejects arguments. It does not repeat a URL, which may contain a password.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 && strings.Contains(args[0], "://") {
		return message.Err("cmd.root.url_argument")
	}
	return cobra.NoArgs(cmd, args)
}

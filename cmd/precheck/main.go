// Command precheck tells before a database migration whether it will work, and what must change.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
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

// status is an exit status other than exitUsage that a subcommand ends with; it says nothing.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// run runs the command line and gives its exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	root := &cobra.Command{
		Use:   "precheck",
		Short: "Tells before a database migration whether it will work, and what must change",
		Long: `precheck connects to the source and the destination of a migration, changes nothing in either,
and says for each of its checks what is wrong, where, and which statement mends it.

Exit status: 0 nothing failed, 1 something failed, 2 usage or task error, 3 nothing failed but
something could not be checked, 130 interrupted.`,
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
		fmt.Fprintln(stderr, "interrupted")
		return exitInterrupted
	}
	fmt.Fprintln(stderr, withoutURLs(err.Error(), args))
	return exitUsage
}

// withoutURLs takes the URLs of a command line from a text, for they may hold passwords.
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

// noArguments refuses arguments. It does not repeat a URL, which may hold a password.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 && strings.Contains(args[0], "://") {
		return errors.New("there is no such command; a URL belongs to --source or --dest of precheck run")
	}
	return cobra.NoArgs(cmd, args)
}

// Command precheck checks before a database migration whether it will work, and what must change.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50) // a run keeps most of what it allocates: the facts
	}
	signal.Ignore(syscall.SIGPIPE) // so that a closed standard output is an error of writing
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// The exit statuses.
const (
	exitPassed      = 0   // everything was checked and nothing failed
	exitFailed      = 1   // something failed
	exitUsage       = 2   // the command line or the task is wrong
	exitUnknown     = 3   // nothing failed, but something could not be checked
	exitOutput      = 4   // the result could not be written
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
	lang := startLanguage(args)
	if wantsJSONLines(args) {
		lines := newJSONLines(stderr)
		defer lines.flush()
		stderr = lines
	}
	ctx = withLanguage(ctx, lang)
	root := &cobra.Command{
		Use:           "precheck",
		Short:         message.New("cmd.root.short").In(lang),
		Long:          message.New("cmd.root.long").In(lang),
		SilenceErrors: true, SilenceUsage: true,
		Args:              noArguments,
		PersistentPreRunE: checkFlags,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Version:           readBuild().text(lang),
	}
	root.SetVersionTemplate(message.New("cmd.version.line", "version", "{{.Version}}").In(lang) + "\n")
	root.SetArgs(args)
	root.SetIn(stdin)
	out := &standardOutput{Writer: stdout}
	root.SetOut(out)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(usageError)
	for _, cmd := range []*cobra.Command{runCommand(lang), rehearseCommand(lang), fixCommand(lang),
		grantsCommand(lang), captureCommand(lang), pruneCommand(lang)} {
		root.AddCommand(takesFile(cmd, lang))
	}
	root.AddCommand(diffCommand(lang), serveCommand(lang), submitCommand(lang), watchCommand(lang), runsCommand(lang),
		cancelCommand(lang), listCommand(lang), explainCommand(lang), schemaCommand(lang), initCommand(lang),
		versionCommand(lang))
	root.AddCommand(helpTopics(lang)...)
	completeTopics(root)
	registerLanguage(root, lang)
	writeHelp(root, lang)

	cmd, err := root.ExecuteContextC(ctx)
	lang = languageOf(cmd)
	if out.err != nil {
		err = outputError{out.err}
	}
	var ended status
	var unwritten outputError
	switch {
	case errors.As(err, &unwritten):
		printError(stderr, withoutURLs(unwritten.Message().In(lang), args))
		return exitOutput
	case err == nil:
		return exitPassed
	case errors.As(err, &ended):
		return int(ended)
	case ctx.Err() != nil:
		say(cmd, stderr, message.New("cmd.interrupted"))
		return exitInterrupted
	}
	printError(stderr, withoutURLs(errorText(lang, err), args))
	return exitUsage
}

// errorText returns the text of an error in a language. Only the errors of a task have more than one line.
func errorText(lang string, err error) string {
	var invalid engine.TaskErrors
	if errors.As(err, &invalid) {
		return strings.Join(invalid.In(lang), "\n")
	}
	return message.Of(err).In(lang)
}

// withoutURLs removes the URLs of a command line from a text, because they may contain passwords.
func withoutURLs(text string, args []string) string {
	for _, arg := range args {
		scheme, rest, found := strings.Cut(arg, "://")
		if !found || rest == "" {
			continue
		}
		scheme = scheme[strings.LastIndexByte(scheme, '=')+1:]
		for _, url := range []string{scheme + "://" + rest, strings.ToUpper(scheme + "://" + rest)} {
			for _, shown := range []string{strings.Trim(strconv.Quote(url), `"`), url} {
				text = strings.ReplaceAll(text, shown, scheme+"://…")
			}
		}
	}
	return text
}

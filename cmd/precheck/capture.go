package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/drivers"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/snapshot"
)

type captureFlags struct {
	task          taskFlags
	side, output  string
	redact, quiet bool
}

func captureCommand(lang string) *cobra.Command {
	var f captureFlags
	cmd := &cobra.Command{
		Use:   "capture --side SIDE task.yaml",
		Short: message.New("cmd.capture.short").In(lang),
		Long:  message.New("cmd.capture.long").In(lang),
		Args:  exactly(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.side, "side", "", message.New("cmd.capture.flag.side").In(lang))
	flags.StringVarP(&f.output, "output", "o", "", message.New("cmd.capture.flag.output").In(lang))
	flags.BoolVar(&f.redact, "redact", false, message.New("cmd.capture.flag.redact").In(lang))
	flags.BoolVar(&f.task.deep, "deep", false, message.New("cmd.task.flag.deep").In(lang))
	flags.BoolVarP(&f.quiet, "quiet", "q", false, message.New("cmd.run.flag.quiet").In(lang))
	_ = cmd.RegisterFlagCompletionFunc("side", cobra.FixedCompletions(fixSides, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (f *captureFlags) run(cmd *cobra.Command, args []string) error {
	sides := map[string]checks.Side{"source": checks.Source, "dest": checks.Dest}
	side, ok := sides[f.side]
	if !ok {
		return message.Err("cmd.flag.one_of", "flag", "side", "allowed", fixSides, "value", strconv.Quote(f.side))
	}
	path := f.output
	switch _, terminal := terminal(cmd.OutOrStdout()); {
	case path == "":
		path = f.side + ".snapshot"
	case path == "-" && terminal:
		return flagError("output", message.Err("cmd.capture.terminal"))
	case path == "-":
		path = ""
	}
	e, err := engine.New()
	if err != nil {
		return err
	}
	f.task.capture = side
	task, err := f.task.load(cmd, args, e)
	if err != nil {
		return err
	}
	out, err := openOutput(cmd.Context(), path, cmd.OutOrStdout())
	if err != nil {
		return outputFlagError(err)
	}
	defer out.discard()
	if err := out.makePrivate(); err != nil {
		return outputError{err}
	}
	captured, err := e.Capture(cmd.Context(), task, side)
	var invalid engine.TaskErrors
	switch {
	case errors.As(err, &invalid) || cmd.Context().Err() != nil:
		return err
	case err != nil:
		fmt.Fprintln(cmd.ErrOrStderr(), visible.Line(errorText(languageOf(cmd), err)))
		return status(exitFailed)
	}
	if f.redact {
		if err := captured.Snapshot.Redact(os.Getenv("PRECHECK_REDACT_KEY")); err != nil {
			return err
		}
	}
	size, err := writeSnapshot(out, captured.Snapshot)
	if err != nil {
		return outputError{err}
	}
	if !f.quiet {
		f.report(cmd, path, size, captured)
	}
	return nil
}

// writeSnapshot writes a snapshot and makes it visible. It returns its size.
func writeSnapshot(out *output, s *snapshot.Snapshot) (int64, error) {
	counted := &counter{to: out}
	buffered := bufio.NewWriter(counted)
	if err := snapshot.Write(buffered, s); err != nil {
		return 0, err
	}
	if err := buffered.Flush(); err != nil {
		return 0, err
	}
	return counted.bytes, out.commit()
}

// counter counts the bytes that it writes.
type counter struct {
	to    io.Writer
	bytes int64
}

// Write writes to the writer.
func (c *counter) Write(data []byte) (int, error) {
	n, err := c.to.Write(data)
	c.bytes += int64(n)
	return n, err
}

// report says on the console what was written, and what could not be read.
func (f *captureFlags) report(cmd *cobra.Command, path string, size int64, c *engine.Capture) {
	if path == "" {
		path = "-"
	}
	count, product := 0, ""
	for _, facts := range c.Snapshot.Facts {
		count += len(facts)
	}
	for _, fact := range c.Snapshot.Facts[checks.Master] {
		if server, ok := fact.Value.(datasource.Server); ok {
			product = server.String()
		}
	}
	for _, n := range c.NotRead {
		if _, has := drivers.Cost(n.Fact, c.Snapshot.Info.Databases[0].Type); !has {
			continue // no such database has it
		}
		say(cmd, cmd.ErrOrStderr(), message.New("cmd.capture.not_read", "fact", n.Fact.String(),
			"reason", visible.Line(message.Of(n.Err).In(languageOf(cmd)))))
	}
	schemas := message.New("cmd.capture.schemas", "count", len(c.Snapshot.Info.Databases[0].Scope))
	say(cmd, cmd.ErrOrStderr(), message.New("cmd.capture.written", "path", path, "count", count,
		"product", product, "schemas", schemas, "size", message.Bytes(size)))
}

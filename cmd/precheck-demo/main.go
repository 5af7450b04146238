// Command precheck-demo shows a precheck on a machine that has no database: it starts two
// embedded servers of the MySQL protocol in this process, with defects planted in them, and runs
// the real engine over them. With --oracle the source is an emulated Oracle listener.
package main

import (
	"context"
	"crypto/rand"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// task is the task file of the demo; its two numbers are the servers' ports.
//
//go:embed task.yaml
var task string

// run runs the demo and gives the exit status: 0 where it could be shown, whatever was found.
func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("precheck-demo", flag.ContinueOnError)
	flags.SetOutput(stderr)
	keep := flags.Bool("keep", false, "leave the two servers up until interrupted, and say how to run precheck over them by hand")
	oracle := flags.Bool("oracle", false, "take an emulated Oracle listener for the source; it is a stand-in for a database, not one")
	format := flags.String("format", "table", "table, json (the documented records), json-ce or full")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := demo(ctx, *oracle, *format, *keep, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "precheck-demo:", err)
		return 2
	}
	return 0
}

func demo(ctx context.Context, oracle bool, format string, keep bool, stdout, stderr io.Writer) error {
	destination, err := startDatabase(ctx, "shop_new", destinationSQL)
	if err != nil {
		return fmt.Errorf("destination: %w", err)
	}
	defer func() { _ = destination.Close() }()

	var text, flags string
	if oracle {
		flags = " --oracle"
		source, err := startOracle()
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		defer source.Close()
		text = fmt.Sprintf(oracleTask, source.Port, source.Service, source.User, source.Password, destination.port)
	} else {
		source, err := startDatabase(ctx, "shop", sourceSQL)
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		defer func() { _ = source.Close() }()
		text = fmt.Sprintf(task, source.port, destination.port)
	}
	t, _, err := engine.ParseTask("demo.yaml", []byte(text), engine.FileOptions{})
	if err != nil {
		return err
	}
	e, err := engine.New()
	if err != nil {
		return err
	}
	started := time.Now()
	report, err := e.Run(ctx, t)
	if err != nil {
		return err
	}
	if err := render.Write(stdout, render.Format(format), report, render.Options{RequestID: rand.Text(), Cost: time.Since(started)}); err != nil {
		return err
	}
	if format == "table" {
		fmt.Fprintln(stderr, "\nThe defects were planted. The documented JSON: go run ./cmd/precheck-demo"+flags+" --format json")
	}
	if keep {
		return leaveUp(ctx, text, stderr)
	}
	return nil
}

// leaveUp says how to use the servers, and waits until the demo is interrupted.
func leaveUp(ctx context.Context, text string, stderr io.Writer) error {
	file, err := os.CreateTemp("", "precheck-demo-*.yaml")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	if _, err := file.WriteString(text); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	fmt.Fprintf(stderr, "\nThe servers stay up until Ctrl-C. In another terminal:\n\n    go run ./cmd/precheck run %s\n", file.Name())
	<-ctx.Done()
	return nil
}

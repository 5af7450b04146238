// Command precheck-demo runs a precheck on a machine without a database. It starts two embedded
// servers of the MySQL protocol in this process, with planted defects, and runs the real engine on
// them. With --oracle, the source is an emulated Oracle listener.
package main

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	database "github.com/dbprecheck/precheck/cmd/internal/demo"
	"github.com/dbprecheck/precheck/cmd/internal/demoprogram"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// task is the task file of the demo. Its two verbs are the ports of the servers.
//
//go:embed task.yaml
var task string

// run runs the demo and returns the exit status: 0 if the demo ran, regardless of its findings.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("precheck-demo", flag.ContinueOnError)
	flags.SetOutput(stderr)
	keep := flags.Bool("keep", false, message.New("cmd.demo.flag.keep").String())
	oracle := flags.Bool("oracle", false, message.New("cmd.demo.flag.oracle").String())
	format := flags.String("format", "table", message.New("cmd.demo.flag.format").String())
	databases := flags.Bool(demoprogram.Flag, false, message.New("cmd.demo.flag.databases").String())
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if *databases {
		signal.Ignore(os.Interrupt) // which a terminal also sends to the program that reads them
		if err := serve(context.Background(), stdin, stdout); err != nil {
			fmt.Fprintln(stderr, message.New("cmd.demo.error", "error", err))
			return 2
		}
		return 0
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := demo(ctx, *oracle, *format, *keep, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, message.New("cmd.demo.error", "error", err))
		return 2
	}
	return 0
}

// serve starts both databases, prints their addresses, and ends with stdin.
func serve(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
	source, err := database.StartSource(ctx)
	if err != nil {
		return message.Wrap(err, "cmd.demo.start_source")
	}
	defer func() { _ = source.Close() }()
	destination, err := database.StartDestination(ctx)
	if err != nil {
		return message.Wrap(err, "cmd.demo.start_destination")
	}
	defer func() { _ = destination.Close() }()
	addresses := demoprogram.Addresses{Source: source.Address(), Destination: destination.Address()}
	if err := json.NewEncoder(stdout).Encode(addresses); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, stdin)
	return err
}

func demo(ctx context.Context, oracle bool, format string, keep bool, stdout, stderr io.Writer) error {
	destination, err := database.StartDestination(ctx)
	if err != nil {
		return message.Wrap(err, "cmd.demo.start_destination")
	}
	defer func() { _ = destination.Close() }()

	var text, flags string
	if oracle {
		flags = " --oracle"
		source, err := startOracle()
		if err != nil {
			return message.Wrap(err, "cmd.demo.start_source")
		}
		defer source.Close()
		text = fmt.Sprintf(oracleTask, source.Port, source.Service, source.User, source.Password, destination.Port)
	} else {
		source, err := database.StartSource(ctx)
		if err != nil {
			return message.Wrap(err, "cmd.demo.start_source")
		}
		defer func() { _ = source.Close() }()
		text = fmt.Sprintf(task, source.Port, destination.Port)
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
	options := render.Options{RequestID: rand.Text(), Cost: time.Since(started)}
	if err := render.Write(stdout, render.Format(format), report, options); err != nil {
		return err
	}
	if format == "table" {
		command := "go run ./cmd/precheck-demo" + flags + " --format json"
		fmt.Fprintf(stderr, "\n%s\n", message.New("cmd.demo.planted", "command", command))
	}
	if keep {
		return keepRunning(ctx, text, stderr)
	}
	return nil
}

// keepRunning prints how to use the servers, and waits until the demo is interrupted.
func keepRunning(ctx context.Context, text string, stderr io.Writer) error {
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
	command := "go run ./cmd/precheck run " + file.Name()
	fmt.Fprintf(stderr, "\n%s\n\n    %s\n", message.New("cmd.demo.running"), command)
	<-ctx.Done()
	return nil
}

// Package demoprogram gets the databases of the demonstration from the program precheck-demo. Linked into another
// program, they would delay each of its starts by 0.6 s: they compile a library at start.
package demoprogram

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
)

// Flag is the flag with which the program prints Addresses, a line of JSON, and runs until its standard input ends.
const Flag = "databases"

// Addresses are the addresses of the two databases, host:port.
type Addresses struct{ Source, Destination string }

// name is that of the program.
const name = "precheck-demo"

// path returns where the program is: beside this one, or on the path of the system.
func path() (string, error) {
	if own, err := os.Executable(); err == nil {
		if found, err := exec.LookPath(filepath.Join(filepath.Dir(own), name)); err == nil {
			return found, nil
		}
	}
	found, err := exec.LookPath(name)
	if err != nil {
		return "", message.Err("cmd.demo.not_found", "program", name,
			"command", "go install github.com/dbprecheck/precheck/cmd/"+name+"@latest")
	}
	return found, nil
}

// Start starts the databases. They run until stop is called, or this process ends.
func Start(ctx context.Context) (a Addresses, stop func(), err error) {
	program, err := path()
	if err != nil {
		return a, nil, err
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), program, "--"+Flag)
	cmd.Stderr = os.Stderr
	cmd.WaitDelay = time.Second
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return a, nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return a, nil, err
	}
	if err := cmd.Start(); err != nil {
		return a, nil, message.Wrap(err, "cmd.demo.start_program", "program", program)
	}
	stop = func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	}
	if err := json.NewDecoder(stdout).Decode(&a); err != nil {
		stop()
		return a, nil, message.Wrap(err, "cmd.demo.start_program", "program", program)
	}
	return a, stop, nil
}

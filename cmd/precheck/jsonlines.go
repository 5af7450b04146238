package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"github.com/dbprecheck/precheck/datasource/message/visible"
)

// jsonLines makes each line that is written to it a JSON object, in the form of the log. Lines that are one already,
// those of the log itself, stay as they are.
type jsonLines struct {
	to  io.Writer
	log *slog.Logger

	mu   sync.Mutex
	line []byte // a line that is not complete
}

// wantsJSONLines reports whether a command line has --log-format json. It is read before the command line is parsed,
// whose errors are lines, too.
func wantsJSONLines(args []string) bool {
	i := slices.Index(args, "--log-format")
	return slices.Contains(args, "--log-format=json") || i >= 0 && i+1 < len(args) && args[i+1] == "json"
}

func newJSONLines(to io.Writer) *jsonLines {
	return &jsonLines{to: to, log: slog.New(slog.NewJSONHandler(visible.JSON(to), nil))}
}

// Write writes the complete lines.
func (j *jsonLines) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.line = append(j.line, b...)
	for {
		line, rest, complete := bytes.Cut(j.line, []byte("\n"))
		if !complete {
			return len(b), nil
		}
		if err := j.write(slog.LevelInfo, line); err != nil {
			return 0, err
		}
		j.line = rest
	}
}

func (j *jsonLines) write(level slog.Level, line []byte) error {
	if bytes.HasPrefix(line, []byte("{")) && json.Valid(line) {
		_, err := j.to.Write(append(line, '\n'))
		return err
	}
	if text := strings.TrimSpace(string(line)); text != "" {
		j.log.Log(context.Background(), level, text)
	}
	return nil
}

// flush writes a line that is not complete, such as a prompt.
func (j *jsonLines) flush() {
	j.mu.Lock()
	defer j.mu.Unlock()
	_ = j.write(slog.LevelInfo, j.line)
	j.line = nil
}

// fail writes the lines of an error.
func (j *jsonLines) fail(text string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for line := range strings.Lines(text) {
		_ = j.write(slog.LevelError, []byte(line))
	}
}

// printError writes the error with which the program ends.
func printError(stderr io.Writer, text string) {
	if lines, ok := stderr.(*jsonLines); ok {
		lines.fail(text)
		return
	}
	_, _ = io.WriteString(stderr, text+"\n")
}

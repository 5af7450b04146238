package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/dbprecheck/precheck/engine"
)

// console receives logs and progress, one at a time. On a terminal, its last line is a live line
// that is overwritten and stays below the logs.
type console struct {
	mu   sync.Mutex
	w    io.Writer
	line string
}

const eraseLine = "\r\x1b[K"

// Write writes whole lines.
func (c *console) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.line == "" {
		return c.w.Write(b)
	}
	if _, err := fmt.Fprintf(c.w, "%s%s%s", eraseLine, b, c.line); err != nil {
		return 0, err
	}
	return len(b), nil
}

// live replaces the live line. An empty line removes it.
func (c *console) live(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.line = line
	fmt.Fprint(c.w, eraseLine+line)
}

// progress shows the progress of a run: on a terminal as a live line, otherwise as one line for
// each item that is done.
type progress struct {
	console  *console
	terminal bool
	width    int
	all      int
	done     int
	running  []string
}

func (p *progress) Planned(_ context.Context, _ engine.Task, plan engine.Plan) {
	p.all = len(plan.Items)
	p.draw()
}

func (p *progress) Started(_ context.Context, i engine.Item) {
	p.running = append(p.running, i.Check.Type)
	p.draw()
}

func (p *progress) Finished(_ context.Context, res engine.Result, done, all int) {
	if at := slices.Index(p.running, res.Item.Check.Type); at >= 0 {
		p.running = slices.Delete(p.running, at, at+1)
	}
	p.done, p.all = done, all
	if !p.terminal {
		fmt.Fprintf(p.console, "%d/%d %3d%% %-7s %s %s\n", done, all, p.percent(), res.Outcome, res.Item.Check.Type,
			strings.ToLower(string(res.Item.Side)))
	}
	p.draw()
}

func (p *progress) percent() int { return p.done * 100 / max(p.all, 1) }

// draw shows the live line, truncated to the width of the terminal. It removes the line when all
// items are done.
func (p *progress) draw() {
	switch {
	case !p.terminal:
		return
	case p.done == p.all:
		p.console.live("")
		return
	}
	line := fmt.Sprintf("%d/%d %d%% %s", p.done, p.all, p.percent(), strings.Join(p.running, " "))
	if p.width > 0 && len(line) >= p.width {
		line = line[:max(p.width-1, 0)]
	}
	p.console.live(line)
}

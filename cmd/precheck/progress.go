package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
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

// progressInterval is the longest time between two lines of progress where there is no terminal.
const progressInterval = 10 * time.Second

// progress shows the progress of a run: on a terminal as a live line, otherwise as a line for each tenth of the checks
// and at least one every ten seconds.
type progress struct {
	console  *console
	terminal bool
	width    int

	mu      sync.Mutex
	lang    string // of the task
	all     int
	objects bool // of a rehearsal, not checks
	done    int
	failed  int
	running []string
	ticker  *time.Ticker // nil on a terminal
	ended   chan struct{}
}

// Planned shows that nothing is done yet.
func (p *progress) Planned(_ context.Context, t engine.Task, plan engine.Plan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all, p.lang = len(plan.Items), t.Lang
	if p.terminal {
		p.draw()
		return
	}
	p.ticker, p.ended = time.NewTicker(progressInterval), make(chan struct{})
	go func() {
		for {
			select {
			case <-p.ticker.C:
				p.mu.Lock()
				p.line()
				p.mu.Unlock()
			case <-p.ended:
				return
			}
		}
	}()
}

// Started shows which item runs.
func (p *progress) Started(_ context.Context, _ string, i engine.Item) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = append(p.running, i.Check.Type)
	p.draw()
}

// Finished shows how much is done.
func (p *progress) Finished(_ context.Context, _ string, res engine.Result, done, all int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := slices.Index(p.running, res.Item.Check.Type); at >= 0 {
		p.running = slices.Delete(p.running, at, at+1)
	}
	if res.Outcome == engine.Failed {
		p.failed++
	}
	tenths := p.percent() / 10
	p.done, p.all = done, all
	if p.percent()/10 > tenths {
		p.line()
	}
	p.draw()
}

// rehearsed shows how many of the objects of a rehearsal are done.
func (p *progress) rehearsed(done, all int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.objects, p.running = true, nil
	tenths := p.percent() / 10
	if p.done, p.all = done, all; p.percent()/10 > tenths {
		p.line()
	}
	p.draw()
}

// end stops the lines that depend on the time, and removes the live line of what was not finished.
func (p *progress) end() {
	p.console.mu.Lock()
	live := p.console.line != ""
	p.console.mu.Unlock()
	if live {
		p.console.live("")
	}
	if p.ended != nil {
		p.ticker.Stop()
		close(p.ended)
	}
}

func (p *progress) percent() int { return p.done * 100 / max(p.all, 1) }

// line writes a line of progress where there is no terminal.
func (p *progress) line() {
	if p.terminal {
		return
	}
	text := message.New("cmd.progress", "done", p.done, "all", p.all, "percent", p.percent(), "failed", p.failed)
	if p.objects {
		text = message.New("cmd.progress.objects", "done", p.done, "all", p.all, "percent", p.percent())
	}
	if len(p.running) > 0 && p.done < p.all {
		text = message.New("cmd.progress.running", "progress", text, "types", p.running)
	}
	fmt.Fprintln(p.console, text.In(p.lang))
	if p.ticker != nil {
		p.ticker.Reset(progressInterval)
	}
}

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
	if p.width > 0 {
		line = render.Truncate(line, max(p.width-1, 0), "")
	}
	p.console.live(line)
}

package render

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
)

// HTMLTimeline is a picture of when the items ran, in units of an SVG that is 1000 wide.
type HTMLTimeline struct {
	Title, Label          string
	Height, Bottom, TextY int
	Ticks                 []HTMLTick
	Bars                  []HTMLBar
}

// HTMLTick is a line at a time.
type HTMLTick struct {
	X      int
	Anchor string
	Text   string
}

// HTMLBar is an item.
type HTMLBar struct {
	Name, Title, Status string
	X, Y, TextY, Width  int
}

// Sizes of the timeline.
const (
	timelineBars  = 25  // at most: the items that took longest
	timelineLeft  = 320 // where the bars begin, right of their names
	timelineRight = 1000
	timelineLine  = 20 // the height of an item
)

// newTimeline returns the timeline of a run: the items that took longest, in the order in which they started. It has
// no bars if no item ran.
func newTimeline(r *engine.Report) HTMLTimeline {
	ran := slices.DeleteFunc(slices.Clone(r.Results), func(res engine.Result) bool { return res.Duration == 0 })
	slices.SortStableFunc(ran, func(a, b engine.Result) int { return cmp.Compare(b.Duration, a.Duration) })
	ran = ran[:min(len(ran), timelineBars)]
	slices.SortStableFunc(ran, func(a, b engine.Result) int { return cmp.Compare(a.Start, b.Start) })
	end := r.Duration
	for _, res := range ran {
		end = max(end, res.Start+res.Duration)
	}
	t := HTMLTimeline{Title: message.New("render.timeline").In(r.Task.Lang),
		Label:  message.New("render.timeline.label", "count", len(ran), "duration", end).In(r.Task.Lang),
		Bottom: len(ran) * timelineLine, TextY: len(ran)*timelineLine + 14, Height: len(ran)*timelineLine + 20}
	if len(ran) == 0 {
		return t
	}
	at := func(d time.Duration) int {
		return timelineLeft + int(float64(timelineRight-timelineLeft)*float64(d)/float64(max(end, 1)))
	}
	for i, anchor := range []string{"start", "middle", "end"} {
		d := end * time.Duration(i) / 2
		t.Ticks = append(t.Ticks, HTMLTick{at(d), anchor, message.Duration(d)})
	}
	for i, res := range ran {
		name := visible.Line(res.Item.Check.Type) + " " + strings.ToLower(string(res.Item.Side))
		t.Bars = append(t.Bars, HTMLBar{Name: name, Status: string(sectionOf(res.Outcome)), X: at(res.Start),
			Y: i*timelineLine + 2, TextY: i*timelineLine + 13, Width: max(at(res.Start+res.Duration)-at(res.Start), 2),
			Title: message.New("render.timeline.bar", "name", name, "duration", res.Duration,
				"start", res.Start).In(r.Task.Lang)})
	}
	return t
}

package render

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
)

// The elements of JUnit's XML that continuous integration reads: a suite for each database, a case for each item
// (https://github.com/testmoapp/junitxml describes what its consumers agree on).
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Time     string       `xml:"time,attr"`
		Stamp    string       `xml:"timestamp,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Stamp      string          `xml:"timestamp,attr"`
		Properties junitProperties `xml:"properties"`
		Cases      []junitCase     `xml:"testcase"`
		time       time.Duration
	}
	junitProperties struct {
		All []junitProperty `xml:"property"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name       string          `xml:"name,attr"`
		Class      string          `xml:"classname,attr"`
		Time       string          `xml:"time,attr"`
		Properties junitProperties `xml:"properties"`
		Failure    *junitProblem   `xml:"failure"`
		Error      *junitProblem   `xml:"error"`
		Skipped    *junitProblem   `xml:"skipped"`
		Out        *junitText      `xml:"system-out"`
	}
	junitProblem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
	junitText struct {
		Text string `xml:",chardata"`
	}
)

// writeJUnit writes a report as JUnit XML. An item that could not be checked is an error; a warning is a failure if
// o.Strict is set, otherwise text of a case that passed.
func writeJUnit(w io.Writer, r *engine.Report, o Options) error {
	root := junitSuites{Name: visible.Line(r.Task.Name), Tests: len(r.Results), Time: seconds(r.Duration),
		Stamp: r.Started.UTC().Format("2006-01-02T15:04:05")}
	for _, side := range checks.BothSides {
		for _, role := range []checks.Role{checks.Master, checks.Slave, checks.MasterSlave} {
			suite := junitSuite{Stamp: root.Stamp}
			for i := range r.Results {
				res := &r.Results[i]
				if res.Item.Side == side && res.Item.Role == role {
					suite.add(&r.Task, res, o)
				}
			}
			if len(suite.Cases) == 0 {
				continue
			}
			suite.Name = strings.ToLower(string(side)) + "." + strings.ToLower(string(role))
			suite.Time, suite.Tests = seconds(suite.time), len(suite.Cases)
			suite.Properties = suiteProperties(r, side, role)
			root.Failures, root.Errors = root.Failures+suite.Failures, root.Errors+suite.Errors
			root.Skipped += suite.Skipped
			root.Suites = append(root.Suites, suite)
		}
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(root); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// suiteProperties returns the task and the database of a suite.
func suiteProperties(r *engine.Report, side checks.Side, role checks.Role) junitProperties {
	end := r.Task.Source
	if side == checks.Dest {
		end = r.Task.Destination
	}
	database := end.Endpoint
	if role == checks.Slave && end.Standby != nil {
		database = *end.Standby
	}
	all := []junitProperty{{"task.id", r.Task.ID}, {"task.name", r.Task.Name},
		{"task.phases", r.Task.Phases.String()}, {"endpoint.side", string(side)}, {"endpoint.role", string(role)},
		{"endpoint.type", string(database.Type)}, {"endpoint.address", database.WithDefaults().Address()}}
	for _, d := range r.Databases {
		if d.Side == side && d.Role == role {
			all = append(all, junitProperty{"endpoint.product", d.Server.String()},
				junitProperty{"endpoint.account", d.Server.Account})
		}
	}
	for _, warning := range r.Warnings {
		all = append(all, junitProperty{"task.warning", warning})
	}
	for i := range all {
		all[i].Value = visible.Line(all[i].Value)
	}
	return junitProperties{all}
}

// add adds an item to a suite.
func (s *junitSuite) add(t *engine.Task, res *engine.Result, o Options) {
	item := newItem(t, *res)
	s.time += res.Duration
	c := junitCase{Name: visible.Line(res.Item.Check.Type + ": " + res.Item.Check.PageIn(t.Lang).Title),
		Class: "precheck." + strings.ToLower(string(res.Item.Side)), Time: seconds(res.Duration),
		Properties: junitProperties{[]junitProperty{{"outcome", string(res.Outcome)}}}}
	text := junitBody(t.Lang, &item)
	problem := &junitProblem{Message: junitMessage(t.Lang, &item), Text: text}
	switch {
	case res.Outcome == engine.Failed, res.Outcome == engine.Warned && o.Strict:
		s.Failures++
		if len(item.Groups) > 0 {
			problem.Type = item.Groups[0].rule()
		}
		c.Failure = problem
	case sectionOf(res.Outcome) == engine.Unknown:
		s.Errors++
		problem.Type = string(res.Outcome)
		c.Error = problem
	case res.Outcome == engine.Skipped:
		s.Skipped++
		c.Skipped = &junitProblem{Message: problem.Message}
		c.Out = &junitText{text}
	case text != "":
		c.Out = &junitText{text}
	}
	s.Cases = append(s.Cases, c)
}

// rule returns the rule of a group, with the type of its check.
func (g *Group) rule() string { return visible.Line(g.check.Type + "/" + g.Rule) }

// junitMessage returns the one line that a list of cases shows.
func junitMessage(lang string, item *Item) string {
	text := item.Reason.In(lang)
	switch outcome := item.Result().Outcome; {
	case outcome == engine.Skipped:
		text = item.Accepted.In(lang)
	case sectionOf(outcome) != engine.Unknown && len(item.Groups) > 0:
		text = item.Groups[0].Message()
		if more := len(item.Groups) - 1; more > 0 {
			text = message.New("render.junit.more", "text", message.Verbatim(text), "count", more).In(lang)
		}
	}
	return visible.Line(text)
}

// junitBody returns everything of an item as text.
func junitBody(lang string, item *Item) string {
	t := table{Options: Options{All: true}, lang: lang}
	t.reason(item)
	t.details(item)
	return strings.TrimRight(t.String(), "\n")
}

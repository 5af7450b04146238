package rehearsal

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

// Verdict is how the precheck and the server compare for an object.
type Verdict string

// The verdicts.
const (
	Agreed     Verdict = "agreed"
	Missed     Verdict = "missed"      // the server refuses what the precheck does not report
	Warned     Verdict = "warned"      // the server refuses what the precheck only warns of
	FalseAlarm Verdict = "false alarm" // the server creates what the precheck reports as a failure
	// Consequence: the server refuses it because it has refused another object that it names.
	Consequence Verdict = "consequence"
	// Undecided: the precheck does not report what the server refuses, but could not make all checks.
	Undecided Verdict = "undecided"
	// NotCompared: the destination already has the object, about which the precheck speaks, or the source does not show
	// it.
	NotCompared Verdict = "not compared"
)

// Reported is a finding of the precheck about an object.
type Reported struct {
	Check, Rule string
	Level       checks.Level
	Message     string
}

// String returns the check and its rule.
func (r Reported) String() string { return r.Check + "/" + r.Rule }

// family is the kind of an object, as far as its name is unique among others.
type family string

func familyOf(kind string) family {
	switch kind {
	case "TRIGGER", "EVENT":
		return family(kind)
	case "PROCEDURE", "FUNCTION", "PACKAGE", "PACKAGE BODY":
		return "ROUTINE"
	}
	return "TABLE"
}

// namedObject is an object in the words of a finding.
type namedObject struct {
	family family
	name   datasource.TableName
}

// judge compares the outcome of each object with the findings of the precheck.
func (r *rehearsal) judge() {
	reported := map[namedObject][]Reported{}
	complete := true
	for i := range r.result.Precheck.Results {
		res := &r.result.Precheck.Results[i]
		if r.fromOracle() && res.Item.Check.Type == "RDB_READ_PRIVILEGE" {
			continue // of rows: the dictionary shows tables that the account may not read
		}
		complete = complete && res.Outcome != engine.Unknown && res.Outcome != engine.Blocked
		for _, f := range res.Findings {
			// The accounts of a disposable or another server have other privileges.
			if f.Level == checks.Info || len(f.Privileges) > 0 && r.options.On != Scratch {
				continue
			}
			name := cmp.Or(f.Object.Table, f.Object.Name)
			if f.Object.Kind == "TRIGGER" {
				name = f.Object.Name
			}
			object := namedObject{familyOf(f.Object.Kind), datasource.TableName{Schema: f.Object.Schema, Name: name}}
			reported[object] = append(reported[object], Reported{res.Item.Check.Type, f.Rule, f.Level, f.Message})
		}
	}
	refused := r.refused()
	for _, o := range r.result.Objects {
		of := familyOf(o.Kind)
		o.Reported = reported[namedObject{of, o.Source}]
		if o.Dest != o.Source {
			o.Reported = slices.Concat(o.Reported, reported[namedObject{of, o.Dest}])
		}
		exists := of == "TABLE" && r.options.On != Container && r.destination.tables.Find(o.Dest) != nil
		if o.Verdict = verdict(o, exists, complete); o.Verdict == Missed && namesRefused(o, refused) {
			o.Verdict = Consequence
		}
	}
}

// verdict compares an object with what the precheck reported of it.
func verdict(o *Object, exists, complete bool) Verdict {
	level := checks.Info
	for _, f := range o.Reported {
		level = max(level, f.Level)
	}
	switch refused := o.Outcome == Refused; {
	case o.Outcome == NotShown, o.Outcome == NotConverted, exists,
		!refused && level == checks.Fail && o.Omitted != nil: // it may be about a part that was not created
		return NotCompared
	case refused == (level == checks.Fail):
		return Agreed
	case !refused:
		return FalseAlarm
	case level == checks.Warn:
		return Warned
	case !complete:
		return Undecided
	}
	return Missed
}

// refused returns the names of the objects that the server has refused, as its errors write them.
func (r *rehearsal) refused() []string {
	var names []string
	for _, o := range r.result.Objects {
		if o.Outcome == Refused {
			names = append(names, strings.ToLower(o.Dest.String()))
		}
	}
	return names
}

// missingObject matches the errors of a server about an object that does not exist: 1146 a table, 1305 a routine.
var missingObject = regexp.MustCompile(`^(?:Table '(.+)' doesn't exist|(?:FUNCTION|PROCEDURE) (.+) does not exist)$`)

// namesRefused reports whether the server refuses an object because one that it has refused does not exist.
func namesRefused(o *Object, refused []string) bool {
	m := missingObject.FindStringSubmatch(o.Err.Message)
	return m != nil && slices.Contains(refused, strings.ToLower(m[1]+m[2]))
}

// failures returns what of the findings is a failure, or all of them if none is.
func failures(all []Reported) string {
	var texts []string
	for _, level := range []checks.Level{checks.Fail, checks.Warn} {
		for _, f := range all {
			if text := f.String(); f.Level == level && !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
		if texts != nil {
			break
		}
	}
	return strings.Join(texts, ", ")
}

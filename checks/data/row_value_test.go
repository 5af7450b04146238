package data_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/data"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// A test that finds rows is a failure where the destination refuses them, and a warning where it changes them. What was
// not read is said.
func TestRowValue(t *testing.T) {
	t.Parallel()
	const strict = "STRICT_TRANS_TABLES"
	found := datasource.RowAnswers{Tested: []datasource.TestedRows{{Read: 5, All: true,
		Found: []datasource.FoundRows{{Count: 2, Keys: []string{"1", "4"}}}}}}
	sampled := datasource.RowAnswers{Tested: []datasource.TestedRows{{Read: 5}}}
	denied := message.New("datasource.cancelled")
	lost := errors.New("connection lost")
	for _, tc := range []struct {
		name       string
		mode       string
		from, to   datasource.Column
		answer     any
		want       []string
		notes      int
		notChecked string
	}{
		{"nothing to read", strict, checktest.Typed("int", ""), checktest.Typed("bigint", ""), lost, nil, 0, ""},
		{"refused", strict, checktest.Typed("int", ""), checktest.Typed("smallint", ""), found,
			[]string{"failure out_of_range"}, 1, ""},
		{"changed", "", checktest.Typed("int", ""), checktest.Typed("smallint", ""), found,
			[]string{"warning out_of_range"}, 1, ""},
		{"no negative numbers", strict, checktest.Typed("smallint", ""),
			checktest.Typed("int(10) unsigned", ""), found, []string{"failure out_of_range"}, 1, ""},
		{"an error of an ENUM that becomes ''", "", checktest.Typed("enum('a')", ""),
			checktest.Typed("enum('a')", ""), lost, nil, 0, ""},
		{"the ends of a large table", strict, checktest.Typed("int", ""), checktest.Typed("tinyint", ""),
			sampled, nil, 2, ""},
		{"the budget", strict, checktest.Typed("int", ""), checktest.Typed("tinyint", ""),
			datasource.RowAnswers{Untested: []datasource.UntestedTable{{}}}, nil, 1, "budget"},
		{"a table that cannot be read", strict, checktest.Typed("int", ""), checktest.Typed("tinyint", ""),
			datasource.RowAnswers{Untested: []datasource.UntestedTable{{Reason: denied}}}, nil, 1, denied.String()},
		{"no answer", strict, checktest.Typed("int", ""), checktest.Typed("tinyint", ""), lost, nil, 0,
			lost.Error()},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.WithColumns(checktest.MariaDB1011, datasource.Variables{}, tc.from)
			source[datasource.FactRowTests] = tc.answer
			source[datasource.FactTableSizes] = datasource.TableRows[datasource.TableSize]{}
			source[datasource.FactCharsets] = datasource.Charsets{}
			source[datasource.FactTimeZone] = datasource.TimeZone{}
			source[datasource.FactIndexes] = datasource.TableRows[datasource.Index]{}
			source[datasource.FactForeignKeys] = datasource.TableRows[datasource.ForeignKey]{}
			source[datasource.FactCheckConstraints] = datasource.TableRows[datasource.CheckConstraint]{}
			dest := checktest.WithColumns(checktest.MySQL97, datasource.Variables{"sql_mode": tc.mode,
				"max_allowed_packet": "67108864"}, tc.to)
			dest[datasource.FactCharsets] = datasource.Charsets{}
			dest[datasource.FactTimeZone] = datasource.TimeZone{}
			dest[datasource.FactTimeGaps] = []datasource.TimeGap(nil)
			dest[datasource.FactIndexes] = datasource.TableRows[datasource.Index]{}
			facts := checktest.Facts{Source: source, Dest: dest, Settings: checks.Settings{Deep: true}}
			findings, notes, err := facts.Run(t, data.RowValue)
			if (err == nil) != (tc.notChecked == "") || err != nil && !strings.Contains(err.Error(), tc.notChecked) {
				t.Errorf("error %v, want %q", err, tc.notChecked)
			}
			if len(notes) != tc.notes {
				t.Errorf("notes %q, want %d", notes, tc.notes)
			}
			var got []string
			for _, f := range findings {
				got = append(got, f.Level.String()+" "+f.Rule)
				if !strings.Contains(f.Message, "has 2 rows") || !strings.HasSuffix(f.Actual, "key 1, 4") {
					t.Errorf("message %q, actual %q", f.Message, f.Actual)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

package common_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

func TestReservedWord(t *testing.T) {
	t.Parallel()
	none := &datasource.Error{Class: datasource.ErrUnsupported, Cause: "it does not list its keywords"}
	hidden := &datasource.Error{Class: datasource.ErrPrivilege, Cause: "the account may not read V$RESERVED_WORDS"}
	server := func(f datasource.Flavor, version ...int) datasource.Server {
		s := datasource.Server{Flavor: f}
		s.Version.Major, s.Version.Minor, s.Version.Patch = version[0], version[1], version[2]
		return s
	}
	asked := datasource.Keywords{Authoritative: true, Words: map[string]bool{"RANK": true, "NEWER": true, "ACCOUNT": false, "SELECT": true}}
	for _, tc := range []struct {
		name, column                 string
		source, dest                 datasource.Server
		sourceKeywords, destKeywords any
		want                         []string
		notes                        int
		fails                        bool
	}{
		{name: "the destination tells", column: "newer", source: server(datasource.FlavorMySQL, 5, 7, 40), sourceKeywords: none, dest: server(datasource.FlavorMySQL, 9, 9, 0), destKeywords: asked, want: []string{"reserved_word s.t.newer"}},
		{name: "a keyword that is not reserved", column: "account", source: server(datasource.FlavorMySQL, 5, 7, 40), sourceKeywords: none, dest: server(datasource.FlavorMySQL, 9, 9, 0), destKeywords: asked},
		{name: "reserved on both", column: "select", source: server(datasource.FlavorMySQL, 5, 6, 40), sourceKeywords: none, dest: server(datasource.FlavorMySQL, 9, 9, 0), destKeywords: asked},
		{name: "new in 8.0", column: "Rank", source: server(datasource.FlavorMySQL, 5, 7, 40), sourceKeywords: none, dest: server(datasource.FlavorMySQL, 8, 0, 12), destKeywords: none, want: []string{"reserved_word s.t.Rank"}},
		{name: "not yet in 5.7", column: "rank", source: server(datasource.FlavorMySQL, 5, 6, 40), sourceKeywords: none, dest: server(datasource.FlavorMySQL, 5, 7, 12), destKeywords: none},
		{name: "new in 5.7", column: "stored", source: server(datasource.FlavorMySQL, 5, 6, 40), sourceKeywords: none, dest: server(datasource.FlavorMySQL, 5, 7, 12), destKeywords: none, want: []string{"reserved_word s.t.stored"}},
		{name: "MariaDB", column: "offset", source: server(datasource.FlavorMySQL, 9, 9, 0), sourceKeywords: asked, dest: server(datasource.FlavorMariaDB, 10, 6, 0), destKeywords: datasource.Keywords{}, want: []string{"reserved_word s.t.offset"}},
		{name: "not yet in MariaDB 10.5", column: "offset", source: server(datasource.FlavorMySQL, 9, 9, 0), sourceKeywords: asked, dest: server(datasource.FlavorMariaDB, 10, 5, 0), destKeywords: none},
		{name: "given up by MariaDB 10.6", column: "schema", source: server(datasource.FlavorMariaDB, 10, 5, 0), sourceKeywords: datasource.Keywords{}, dest: server(datasource.FlavorMariaDB, 10, 6, 0), destKeywords: datasource.Keywords{}},
		{name: "not yet given up by MariaDB 10.5", column: "schema", source: server(datasource.FlavorMariaDB, 10, 6, 0), sourceKeywords: datasource.Keywords{}, dest: server(datasource.FlavorMariaDB, 10, 5, 0), destKeywords: datasource.Keywords{}, want: []string{"reserved_word s.t.schema"}},
		{name: "new in MariaDB 11.7", column: "vector", source: server(datasource.FlavorMySQL, 9, 9, 0), sourceKeywords: asked, dest: server(datasource.FlavorMariaDB, 11, 8, 0), destKeywords: datasource.Keywords{}, want: []string{"reserved_word s.t.vector"}},
		{name: "not yet in MariaDB 10.11", column: "vector", source: server(datasource.FlavorMySQL, 9, 9, 0), sourceKeywords: asked, dest: server(datasource.FlavorMariaDB, 10, 11, 0), destKeywords: datasource.Keywords{}},
		{name: "a later MariaDB", column: "a", source: server(datasource.FlavorMySQL, 9, 9, 0), sourceKeywords: asked, dest: server(datasource.FlavorMariaDB, 12, 3, 0), destKeywords: datasource.Keywords{}, notes: 1},
		{name: "OceanBase", column: "rank", source: server(datasource.FlavorMySQL, 5, 7, 0), sourceKeywords: none, dest: server(datasource.FlavorOceanBase, 4, 3, 0), destKeywords: none, want: []string{"reserved_word s.t.rank"}, notes: 1},
		{name: "Oracle tells", column: "LEVEL", source: obOracle43, sourceKeywords: none, dest: oracle19, destKeywords: datasource.Keywords{Authoritative: true, Words: map[string]bool{"LEVEL": true}}},
		{name: "Oracle tells what a tenant does not have", column: "NEWER", source: obOracle43, sourceKeywords: none, dest: oracle23, destKeywords: datasource.Keywords{Authoritative: true, Words: map[string]bool{"NEWER": true}}, want: []string{"reserved_word s.t.NEWER"}},
		{name: "Oracle does not let its words be read", column: "COMMENT", source: oracle19, sourceKeywords: datasource.Keywords{Authoritative: true}, dest: oracle19, destKeywords: hidden, want: []string{"reserved_word s.t.COMMENT"}, notes: 1},
		{name: "a tenant", column: "COMMENT", source: oracle19, sourceKeywords: datasource.Keywords{Authoritative: true}, dest: obOracle43, destKeywords: none, want: []string{"reserved_word s.t.COMMENT"}, notes: 1},
		{name: "new on the way from Oracle", column: "RANK", source: oracle19, sourceKeywords: hidden, dest: server(datasource.FlavorMySQL, 9, 9, 0), destKeywords: asked, want: []string{"reserved_word s.t.RANK"}},
		{name: "reserved on Oracle, too", column: "SELECT", source: oracle19, sourceKeywords: hidden, dest: server(datasource.FlavorMySQL, 9, 9, 0), destKeywords: asked},
		{name: "the destination cannot be asked", column: "a", source: server(datasource.FlavorMySQL, 5, 7, 0), sourceKeywords: none, dest: server(datasource.FlavorMySQL, 9, 9, 0), destKeywords: errors.New("lost"), fails: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := withNames("s", "t", tc.column, "", "")
			source[datasource.FactServer], source[datasource.FactKeywords] = tc.source, tc.sourceKeywords
			findings, notes, err := checktest.Facts{Source: source, Dest: datasource.Snapshot{datasource.FactServer: tc.dest, datasource.FactKeywords: tc.destKeywords}}.Run(t, common.ReservedWord)
			if (err != nil) != tc.fails {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, rulesAndObjects(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(notes) != tc.notes {
				t.Errorf("remarks %q, want %d", notes, tc.notes)
			}
		})
	}
}

// Every keyword that either server lists is tried on both, unquoted, as a column's name: those
// that are refused by the destination and not by the source are exactly those that are reported.
func TestReservedWordOnRealServers(t *testing.T) {
	t.Parallel()
	directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		words := map[string]bool{}
		for _, s := range []*dbtest.Server{source, dest} {
			for _, word := range columnOf(t, s, "SELECT UPPER(word) FROM information_schema.KEYWORDS WHERE word REGEXP '^[A-Za-z_0-9]+$'") {
				words[word] = true
			}
		}
		if len(words) < 500 {
			t.Fatalf("only %d keywords", len(words))
		}
		from, to := source.Database(t), dest.Database(t)
		atSource, atDest := refusedNames(t, source, from, words), refusedNames(t, dest, to, words)
		var columns, want []string
		for word := range words {
			columns = append(columns, "`"+word+"` INT")
			if atDest[word] && !atSource[word] {
				want = append(want, "reserved_word "+to+".t."+word)
			}
		}
		source.Exec(t, "CREATE TABLE "+from+".t ("+strings.Join(columns, ", ")+")")
		got := rulesAndObjects(checktest.Real{Source: checktest.End{Server: source, Schema: from}, Dest: checktest.End{Server: dest, Schema: to}, Phases: checks.Schema}.Run(t, common.ReservedWord).Findings)
		if diff := cmp.Diff(sorted(want), sorted(got)); diff != "" || len(want) < 5 {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// refusedNames gives the words that the server does not take as a column's name without quotes.
func refusedNames(t *testing.T, s *dbtest.Server, schema string, words map[string]bool) map[string]bool {
	t.Helper()
	refused := map[string]bool{}
	conn, err := s.DB(t).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for word := range words {
		if _, err := conn.ExecContext(t.Context(), "CREATE TEMPORARY TABLE "+schema+".x ("+word+" INT)"); err != nil {
			refused[word] = true
		} else if _, err := conn.ExecContext(t.Context(), "DROP TEMPORARY TABLE "+schema+".x"); err != nil {
			t.Fatal(err)
		}
	}
	return refused
}

// A word of a release's own list, reserved always or in some statements, is reported to Oracle unless the source has it.
func TestReservedWordOnOracleEmulated(t *testing.T) {
	t.Parallel()
	type row = oracletest.Row
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			from, source := emulatedOracle(t, release, "T")
			srv, dest := emulatedOracle(t, release)
			for i, name := range []string{"ALWAYS", "SOMETIMES", "NEVER", "OLD"} {
				from.Insert("DBA_TAB_COLS", row{"OWNER": "SHOP", "TABLE_NAME": "T", "COLUMN_NAME": name, "COLUMN_ID": i + 1, "DATA_TYPE": "DATE", "HIDDEN_COLUMN": "NO"})
			}
			from.Insert("V$RESERVED_WORDS", row{"KEYWORD": "OLD", "RESERVED": "Y", "RES_SEMI": "N"})
			srv.Insert("V$RESERVED_WORDS", row{"RESERVED": "Y", "RES_SEMI": "N"}, row{"KEYWORD": "OLD", "RESERVED": "Y", "RES_SEMI": "N"}, row{"KEYWORD": "ALWAYS", "RESERVED": "Y", "RES_SEMI": "N"},
				row{"KEYWORD": "SOMETIMES", "RESERVED": "N", "RES_SEMI": "Y"}, row{"KEYWORD": "NEVER", "RESERVED": "N", "RES_SEMI": "N"})
			got := checktest.Real{Source: source, Dest: dest, Phases: checks.Schema}.Run(t, common.ReservedWord)
			if diff := cmp.Diff([]string{"reserved_word SHOP.T.ALWAYS", "reserved_word SHOP.T.SOMETIMES"}, rulesAndObjects(got.Findings)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", got.Outcome, diff)
			}
		})
	}
}

package naming_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/naming"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestReservedWord(t *testing.T) {
	t.Parallel()
	none := &datasource.Error{Class: datasource.ErrUnsupported,
		Cause: message.Verbatim("the server does not list its keywords")}
	hidden := &datasource.Error{Class: datasource.ErrPrivilege,
		Cause: message.Verbatim("the account cannot read V$RESERVED_WORDS")}
	server := func(f datasource.Flavor, version ...int) datasource.Server {
		s := datasource.Server{Flavor: f}
		s.Version.Major, s.Version.Minor, s.Version.Patch = version[0], version[1], version[2]
		return s
	}
	listed := datasource.Keywords{Authoritative: true,
		Words: map[string]bool{"RANK": true, "NEWER": true, "ACCOUNT": false, "SELECT": true}}
	for _, tc := range []struct {
		name, column                 string
		source, dest                 datasource.Server
		sourceKeywords, destKeywords any
		want                         []string
		notes                        int
		fails                        bool
	}{
		{name: "the destination lists its words", column: "newer", source: server(datasource.FlavorMySQL, 5, 7, 40),
			sourceKeywords: none, dest: server(datasource.FlavorMySQL, 9, 9, 0), destKeywords: listed,
			want: []string{"reserved_word s.t.newer"}},
		{name: "a keyword that is not reserved", column: "account", source: server(datasource.FlavorMySQL, 5, 7, 40),
			sourceKeywords: none, dest: server(datasource.FlavorMySQL, 9, 9, 0), destKeywords: listed},
		{name: "reserved on both", column: "select", source: server(datasource.FlavorMySQL, 5, 6, 40),
			sourceKeywords: none,
			dest:           server(datasource.FlavorMySQL, 9, 9, 0), destKeywords: listed},
		{name: "new in 8.0", column: "Rank", source: server(datasource.FlavorMySQL, 5, 7, 40), sourceKeywords: none,
			dest: server(datasource.FlavorMySQL, 8, 0, 12), destKeywords: none,
			want: []string{"reserved_word s.t.Rank"}},
		{name: "not yet in 5.7", column: "rank", source: server(datasource.FlavorMySQL, 5, 6, 40), sourceKeywords: none,
			dest: server(datasource.FlavorMySQL, 5, 7, 12), destKeywords: none},
		{name: "new in 5.7", column: "stored", source: server(datasource.FlavorMySQL, 5, 6, 40), sourceKeywords: none,
			dest: server(datasource.FlavorMySQL, 5, 7, 12), destKeywords: none,
			want: []string{"reserved_word s.t.stored"}},
		{name: "MariaDB", column: "offset", source: server(datasource.FlavorMySQL, 9, 9, 0), sourceKeywords: listed,
			dest: server(datasource.FlavorMariaDB, 10, 6, 0), destKeywords: datasource.Keywords{},
			want: []string{"reserved_word s.t.offset"}},
		{name: "not yet in MariaDB 10.5", column: "offset", source: server(datasource.FlavorMySQL, 9, 9, 0),
			sourceKeywords: listed, dest: server(datasource.FlavorMariaDB, 10, 5, 0), destKeywords: none},
		{name: "no longer reserved in MariaDB 10.6", column: "schema",
			source:         server(datasource.FlavorMariaDB, 10, 5, 0),
			sourceKeywords: datasource.Keywords{}, dest: server(datasource.FlavorMariaDB, 10, 6, 0),
			destKeywords: datasource.Keywords{}},
		{name: "still reserved in MariaDB 10.5", column: "schema", source: server(datasource.FlavorMariaDB, 10, 6, 0),
			sourceKeywords: datasource.Keywords{}, dest: server(datasource.FlavorMariaDB, 10, 5, 0),
			destKeywords: datasource.Keywords{}, want: []string{"reserved_word s.t.schema"}},
		{name: "new in MariaDB 11.7", column: "vector", source: server(datasource.FlavorMySQL, 9, 9, 0),
			sourceKeywords: listed, dest: server(datasource.FlavorMariaDB, 11, 8, 0),
			destKeywords: datasource.Keywords{},
			want:         []string{"reserved_word s.t.vector"}},
		{name: "not yet in MariaDB 10.11", column: "vector", source: server(datasource.FlavorMySQL, 9, 9, 0),
			sourceKeywords: listed, dest: server(datasource.FlavorMariaDB, 10, 11, 0),
			destKeywords: datasource.Keywords{}},
		{name: "a later MariaDB", column: "a", source: server(datasource.FlavorMySQL, 9, 9, 0), sourceKeywords: listed,
			dest: server(datasource.FlavorMariaDB, 12, 3, 0), destKeywords: datasource.Keywords{}, notes: 1},
		{name: "OceanBase", column: "rank", source: server(datasource.FlavorMySQL, 5, 7, 0), sourceKeywords: none,
			dest: server(datasource.FlavorOceanBase, 4, 3, 0), destKeywords: none},
		{name: "a word of OceanBase's own", column: "tablegroup", source: server(datasource.FlavorMySQL, 5, 7, 0),
			sourceKeywords: none, dest: server(datasource.FlavorOceanBase, 4, 3, 0), destKeywords: none,
			want: []string{"reserved_word s.t.tablegroup"}},
		{name: "a later OceanBase", column: "a", source: server(datasource.FlavorMySQL, 5, 7, 0), sourceKeywords: none,
			dest: server(datasource.FlavorOceanBase, 4, 4, 2), destKeywords: none, notes: 1},
		{name: "TiDB", column: "rank", source: server(datasource.FlavorMySQL, 5, 7, 0), sourceKeywords: none,
			dest: server(datasource.FlavorTiDB, 7, 5, 0), destKeywords: none,
			want:  []string{"reserved_word s.t.rank"},
			notes: 1},
		{name: "Oracle lists its words", column: "LEVEL", source: checktest.OBOracle43, sourceKeywords: none,
			dest:         checktest.OracleServer19,
			destKeywords: datasource.Keywords{Authoritative: true, Words: map[string]bool{"LEVEL": true}}},
		{name: "Oracle lists a word that OceanBase does not reserve", column: "NEWER", source: checktest.OBOracle43,
			sourceKeywords: none, dest: checktest.OracleServer23,
			destKeywords: datasource.Keywords{Authoritative: true, Words: map[string]bool{"NEWER": true}},
			want:         []string{"reserved_word s.t.NEWER"}},
		{name: "Oracle hides its words from the account", column: "COMMENT", source: checktest.OracleServer19,
			sourceKeywords: datasource.Keywords{Authoritative: true}, dest: checktest.OracleServer19,
			destKeywords: hidden,
			want:         []string{"reserved_word s.t.COMMENT"}, notes: 1},
		{name: "OceanBase Oracle mode", column: "COMMENT", source: checktest.OracleServer19,
			sourceKeywords: datasource.Keywords{Authoritative: true}, dest: checktest.OBOracle43, destKeywords: none,
			want: []string{"reserved_word s.t.COMMENT"}},
		{name: "OceanBase Oracle mode reserves what Oracle does not", column: "DUAL", source: checktest.OracleServer19,
			sourceKeywords: datasource.Keywords{Authoritative: true}, dest: checktest.OBOracle43, destKeywords: none,
			want: []string{"reserved_word s.t.DUAL"}},
		{name: "not reserved on OceanBase in Oracle mode", column: "MLSLABEL", source: checktest.OracleServer19,
			sourceKeywords: datasource.Keywords{Authoritative: true}, dest: checktest.OBOracle43, destKeywords: none},
		{name: "not reserved on Oracle", column: "RANK", source: checktest.OracleServer19, sourceKeywords: hidden,
			dest: server(datasource.FlavorMySQL, 9, 9, 0), destKeywords: listed,
			want: []string{"reserved_word s.t.RANK"}},
		{name: "also reserved on Oracle", column: "SELECT", source: checktest.OracleServer19, sourceKeywords: hidden,
			dest: server(datasource.FlavorMySQL, 9, 9, 0), destKeywords: listed},
		{name: "the words of the destination cannot be read", column: "a",
			source:         server(datasource.FlavorMySQL, 5, 7, 0),
			sourceKeywords: none, dest: server(datasource.FlavorMySQL, 9, 9, 0), destKeywords: errors.New("lost"),
			fails: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := withNames("s", "t", tc.column, "", "")
			source[datasource.FactServer], source[datasource.FactKeywords] = tc.source, tc.sourceKeywords
			findings, notes, err := checktest.Facts{Source: source,
				Dest: datasource.Snapshot{datasource.FactServer: tc.dest,
					datasource.FactKeywords: tc.destKeywords}}.Run(t,
				naming.ReservedWord)
			if (err != nil) != tc.fails {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.RulesAndObjects(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(notes) != tc.notes {
				t.Errorf("notes %q, want %d", notes, tc.notes)
			}
		})
	}
}

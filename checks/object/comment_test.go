package object_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestComment(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, table, column string
		dest                datasource.Type
		want                []string
	}{
		{name: "plain", table: "größe\tin m", column: "表", dest: datasource.MySQL},
		{name: "the longest", table: strings.Repeat("é", 2048), column: strings.Repeat("é", 1024),
			dest: datasource.MySQL},
		{name: "too long", table: strings.Repeat("é", 2049), column: strings.Repeat("é", 1025),
			dest: datasource.MariaDB,
			want: []string{"failure too_long s.t", "failure too_long s.t.c"}},
		{name: "long, to OceanBase", table: strings.Repeat("é", 2049), dest: datasource.OceanBaseMySQL},
		{name: "control characters", table: "a\x00", column: "\a", dest: datasource.OceanBaseMySQL,
			want: []string{"warning control_characters s.t", "warning control_characters s.t.c"}},
		{name: "invalid bytes", table: "a\xff", dest: datasource.MySQL,
			want: []string{"warning control_characters s.t"}},
		{name: "beyond U+FFFF", table: "a😀", dest: datasource.MySQL, want: []string{"warning four_bytes s.t"}},
		{name: "beyond U+FFFF, to OceanBase", table: "a😀", dest: datasource.OceanBaseMySQL},
		{name: "line breaks", column: "a\nb", dest: datasource.MySQL, want: []string{"info line_break s.t.c"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			name := datasource.TableName{Schema: "s", Name: "t"}
			source := datasource.Snapshot{
				datasource.FactServer:  datasource.Server{},
				datasource.FactSchemas: []datasource.Schema{{Name: "s"}},
				datasource.FactTables: datasource.Tables{{TableName: name, Kind: datasource.BaseTable,
					Comment: tc.table}},
				datasource.FactColumns: datasource.GroupByTable(datasource.RowsOf[datasource.Column]{Table: name,
					Rows: []datasource.Column{{Name: "b"}, {Name: "c", Comment: &tc.column}}}),
			}
			findings, _, err := checktest.Facts{Source: source, Route: checks.Route{Dest: tc.dest}}.Run(t,
				object.Comment)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range findings {
				got = append(got, fmt.Sprintf("%s %s %s", f.Level, f.Rule, f.Object))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			source[datasource.FactColumns] = errors.New("lost")
			if _, _, err := (checktest.Facts{Source: source}).Run(t, object.Comment); err == nil {
				t.Error("the check passes although the columns are unknown")
			}
		})
	}
}

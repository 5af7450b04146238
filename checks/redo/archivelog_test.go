package redo_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestArchivelog(t *testing.T) {
	t.Parallel()
	archived := datasource.ArchivedLogs{Threads: []datasource.ArchivedThread{{Thread: "1", Logs: 1}}}
	for _, tc := range []struct {
		name  string
		mode  string
		logs  any
		want  []string
		fails bool
	}{
		{"archiving", "ARCHIVELOG", archived, nil, false},
		{"not archiving", "NOARCHIVELOG", archived, []string{"off"}, false},
		{"archiving by hand (MANUAL)", "MANUAL", archived, []string{"off"}, false},
		{"log never switched", "ARCHIVELOG", datasource.ArchivedLogs{}, []string{"none_archived"}, false},
		{"unreadable view", "ARCHIVELOG", checktest.ErrRefusedView, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Oracle19With(
				datasource.Snapshot{datasource.FactOracleDatabase: datasource.OracleDatabase{LogMode: tc.mode},
					datasource.FactArchivedLogs: tc.logs})
			findings, _, err := checktest.Facts{Source: source,
				Route: checktest.OracleToOceanBase(checks.Incremental)}.Run(t,
				redo.Archivelog)
			if (err != nil) != tc.fails {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

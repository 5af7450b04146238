package column_test

import (
	"errors"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// OceanBase Oracle mode does not list its identity columns.
func TestColumnDiffOfATenant(t *testing.T) {
	t.Parallel()
	number := checktest.ColumnOfType("C", "NUMBER")
	tenant := checktest.ServerAt(datasource.FlavorOceanBase, "4.3.3")
	tenant.Mode = "ORACLE"
	nls := datasource.NLS{"NLS_CHARACTERSET": "AL32UTF8", "NLS_NCHAR_CHARACTERSET": "AL16UTF16"}
	end := func(more datasource.Snapshot) datasource.Snapshot {
		return checktest.Snapshot(tenant, []datasource.Column{number}, nil, more)
	}
	unlisted := &datasource.Error{Class: datasource.ErrUnsupported, Cause: message.Verbatim("not listed")}
	f := checktest.Facts{Source: end(datasource.Snapshot{datasource.FactNLS: nls}),
		Dest:  end(datasource.Snapshot{datasource.FactNLS: nls, datasource.FactIdentityColumns: unlisted}),
		Route: checks.Route{Source: datasource.OceanBaseOracle, Dest: datasource.OceanBaseOracle}}
	checktest.WantRules(t, f, column.ColumnDiff)
	if _, notes, _ := f.Run(t, column.ColumnDiff); len(notes) != 1 {
		t.Errorf("notes %q", notes)
	}
	for _, lacking := range []any{unlisted, datasource.NLS{"NLS_CHARACTERSET": "AL32UTF8"}} {
		f.Dest[datasource.FactNLS] = lacking
		if _, _, err := f.Run(t, column.ColumnDiff); err == nil {
			t.Error("no error without the character sets of the destination")
		}
	}
}

func TestColumnDiffUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	dest := checktest.Snapshot(checktest.MySQL97, nil, nil, datasource.Snapshot{datasource.FactColumns: lost})
	if _, _, err := (checktest.Facts{Source: checktest.Snapshot(checktest.MySQL97, nil, nil, nil), Dest: dest}).Run(t,
		column.ColumnDiff); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
	dest = checktest.Snapshot(checktest.MySQL97, nil, nil,
		datasource.Snapshot{datasource.FactTables: datasource.Tables{},
			datasource.FactGrants: datasource.Grants{
				Rights: datasource.Rights{Grants: []datasource.Grant{{All: true}}}}})
	if findings, notes, err := (checktest.Facts{Source: checktest.Snapshot(checktest.MySQL97, nil, nil, nil),
		Dest: dest}).Run(t, column.ColumnDiff); err != nil || findings != nil || len(notes) != 1 {
		t.Errorf("without a table on the destination: %v, %q, %v, want only a note", findings, notes, err)
	}
}

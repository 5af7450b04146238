package charset_test

import (
	"errors"
	"testing"

	"github.com/dbprecheck/precheck/checks/charset"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestUTF8MB3Unknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	source := datasource.Snapshot{datasource.FactServer: checktest.MySQL80,
		datasource.FactSchemas: []datasource.Schema{{Name: "shop"}}, datasource.FactColumns: lost,
		datasource.FactTables: datasource.Tables{{TableName: datasource.TableName{Schema: "shop", Name: "t"},
			Kind: datasource.BaseTable}}}
	if _, _, err := (checktest.Facts{Source: source}).Run(t, charset.UTF8MB3); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
}

package settings_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource"
)

func TestLocalInfile(t *testing.T) {
	t.Parallel()
	runPairs(t, settings.LocalInfile, []pairCase{
		{name: "on", dest: datasource.Variables{"local_infile": "ON"}},
		{name: "off", dest: datasource.Variables{"local_infile": "OFF"}, want: []string{"info off"},
			sql: []string{"SET PERSIST local_infile = ON"}},
		{name: "variable missing", dest: datasource.Variables{}, unknown: true},
	})
}

package settings_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestMaxAllowedPacket(t *testing.T) {
	t.Parallel()
	packet := func(n string) datasource.Variables { return datasource.Variables{"max_allowed_packet": n} }
	columns := func(c ...datasource.Column) []datasource.Column { return c }
	runPairs(t, settings.MaxAllowedPacket, []pairCase{
		{name: "equal", source: packet("67108864"), dest: packet("67108864"),
			columns: columns(checktest.BytesOf("longtext", 1<<32-1))},
		{name: "lower, with long values", source: packet("67108864"), dest: packet("16777216"),
			columns: columns(checktest.BytesOf("longtext", 1<<32-1)), want: []string{"warning below_source"},
			sql: []string{"SET PERSIST max_allowed_packet = 67108864"}},
		{name: "lower, with short values", source: packet("67108864"), dest: packet("16777216"),
			columns: columns(checktest.BytesOf("text", 65535), checktest.BytesOf("enum", 4))},
		{name: "below 64 MiB, with JSON", source: packet("16777216"), dest: packet("16777216"),
			columns: columns(checktest.BytesOf("json", 0)), want: []string{"warning small"}},
		{name: "64 KiB, with TEXT", source: packet("65536"), dest: packet("65536"),
			columns: columns(checktest.BytesOf("text", 65535)), want: []string{"warning small"}},
		{name: "higher than the source", source: packet("1048576"), dest: packet("134217728"),
			columns: columns(checktest.BytesOf("json", 0))},
		{name: "variable missing", source: datasource.Variables{}, dest: packet("1"), unknown: true},
	})
}

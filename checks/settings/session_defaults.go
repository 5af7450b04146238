package settings

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// SessionDefaults is MYSQL_SESSION_DEFAULTS.
var SessionDefaults = &checks.Check{
	Type:     "MYSQL_SESSION_DEFAULTS",
	Page:     checks.ReadPage(pages, "session_defaults.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Schema | checks.Full,
	Sources:  checks.MySQLFamily,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{datasource.FactServer, datasource.FactVariables},
		Dest:   checks.Facts{datasource.FactServer, datasource.FactVariables},
	},
	Run: runSessionDefaults,
}

// sessionDefaults are the settings that every new session starts with and that change what is stored or what
// a query gives. absent is what a server without the setting does; empty: it has no such thing.
var sessionDefaults = []struct {
	names  []string // one setting's names, the latest first
	level  checks.Level
	absent string
	text   bool // its value is written in quotes
}{
	{names: []string{"explicit_defaults_for_timestamp"}, level: checks.Warn, absent: "OFF"},
	{names: []string{"innodb_strict_mode"}, level: checks.Warn},
	{names: []string{"block_encryption_mode"}, level: checks.Warn, absent: "aes-128-ecb", text: true},
	{names: []string{"transaction_isolation", "tx_isolation"}, text: true},
	{names: []string{"innodb_snapshot_isolation"}, absent: "OFF"}, // MariaDB 10.6.18; ON since 11.6.2
	{names: []string{"group_concat_max_len"}},
	{names: []string{"default_week_format"}},
	{names: []string{"div_precision_increment"}},
}

func runSessionDefaults(ctx context.Context, p *checks.Pass) error {
	_, source, err := sysvar.WithServer(ctx, p.Source())
	if err != nil {
		return err
	}
	dest, destVariables, err := sysvar.WithServer(ctx, p.Dest())
	if err != nil {
		return err
	}
	for _, s := range sessionDefaults {
		from, to := lookup(source, s.names, s.absent), lookup(destVariables, s.names, s.absent)
		if from == "" || to == "" {
			p.Inform("%s is not compared: one of the servers does not have it", s.names[0])
			continue
		}
		if strings.EqualFold(from, to) {
			continue
		}
		f := checks.Finding{Rule: "differs_default", Level: s.level, Object: checks.VariableObject(s.names[0]), Actual: to, Expected: from}
		for _, name := range s.names {
			if _, ok := destVariables.Lookup(name); ok && f.SQL == nil {
				f.SQL = setDefault(dest, name, from, s.text)
			}
		}
		p.Report(f)
	}
	return nil
}

// lookup gives the value of a setting, or absent.
func lookup(v datasource.Variables, names []string, absent string) string {
	value, ok := v.Lookup(names...)
	if !ok {
		return absent
	}
	return value
}

func setDefault(s datasource.Server, name, value string, text bool) []string {
	if text {
		value = checks.QuoteString(value)
	}
	return checks.SetGlobal(s, name, value)
}

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

// sessionDefaults are the settings with which every new session starts and that change what is stored or what a query
// returns.
var sessionDefaults = []struct {
	names  []string // of the setting, the latest first
	level  checks.Level
	absent string // the value that a server without the setting behaves as; empty where there is none
	text   bool   // the value is quoted in a statement
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
			p.Note("not_compared", "name", s.names[0])
			continue
		}
		if strings.EqualFold(from, to) {
			continue
		}
		f := checks.Finding{Rule: "differs_default", Level: s.level, Object: checks.VariableObject(s.names[0]),
			Actual: to, Expected: from}
		for _, name := range s.names {
			if _, ok := destVariables.Lookup(name); ok && f.SQL == nil {
				f.SQL = setDefault(dest, name, from, s.text)
			}
		}
		p.Report(f)
	}
	return nil
}

// lookup returns the value of a setting, or absent.
func lookup(v datasource.Variables, names []string, absent string) string {
	value, ok := v.Lookup(names...)
	if !ok {
		return absent
	}
	return value
}

// setDefault returns the statements that set a variable for new sessions.
func setDefault(s datasource.Server, name, value string, text bool) []string {
	if text {
		value = checks.QuoteString(value)
	}
	return checks.SetGlobal(s, name, value)
}

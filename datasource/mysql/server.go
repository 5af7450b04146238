package mysql

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/datasource"
)

const (
	identityQuery = "SELECT VERSION(), @@version_comment, CURRENT_USER(), @@lower_case_table_names"
	obModeQuery   = "SHOW VARIABLES LIKE 'ob_compatibility_mode'"
	obVersion     = "SELECT OB_VERSION()"
	auroraQuery   = "SHOW GLOBAL VARIABLES WHERE variable_name IN ('aurora_version', 'polardb_version', 'tidb_version')"
	clockQuery    = "SELECT UTC_TIMESTAMP(6)"
)

// readServer reads the product and version of the server. OceanBase, MariaDB and TiDB are named in VERSION(),
// Percona in @@version_comment; Aurora and PolarDB have a variable with their own version.
func (r *Reader) readServer(ctx context.Context) (datasource.Server, error) {
	if r.variant.Identify != nil {
		return r.variant.Identify(ctx, r)
	}
	var (
		s    datasource.Server
		fold int
	)
	if err := r.one(ctx, identityQuery, &s.VersionText, &s.Comment, &s.Account, &fold); err != nil {
		return s, err
	}
	s.NameCase = nameCase(fold)
	s.Transport = r.Transport()
	s.Flavor, s.Version = identifyVersion(s.VersionText, s.Comment)
	switch s.Flavor {
	case datasource.FlavorOceanBase:
		return r.identifyOceanBase(ctx, s)
	case datasource.FlavorMySQL:
		var name, value string
		err := r.one(ctx, auroraQuery, &name, &value)
		if errors.Is(err, sql.ErrNoRows) || denied(err) {
			return s, nil
		}
		switch name {
		case "aurora_version":
			s.Flavor = datasource.FlavorAurora
		case "polardb_version":
			s.Flavor = datasource.FlavorPolarDB
		case "tidb_version":
			s.Flavor = datasource.FlavorTiDB
		}
		return s, err
	}
	return s, nil
}

// identifyOceanBase adds the tenant's mode and OceanBase's own version. Versions before 4.0 do not have
// OB_VERSION(): there VERSION() or the comment contains it.
func (r *Reader) identifyOceanBase(ctx context.Context, s datasource.Server) (datasource.Server, error) {
	var name, version string
	if err := r.one(ctx, obModeQuery, &name, &s.Mode); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return s, err
	}
	if s.Mode = strings.ToUpper(s.Mode); s.Mode == "ORACLE" {
		return s, inOracleMode()
	}
	err := r.one(ctx, obVersion, &version)
	if absent(err) {
		return s, nil
	}
	if v, ok := datasource.ParseVersion(version); ok {
		s.Version = v
	}
	return s, err
}

// identifyVersion returns the product and its version from VERSION() and @@version_comment.
func identifyVersion(version, comment string) (datasource.Flavor, datasource.Version) {
	lead, _ := datasource.ParseVersion(version)
	lower, note := strings.ToLower(version), strings.ToLower(comment)
	switch {
	case strings.Contains(lower, "oceanbase"), strings.HasPrefix(note, "oceanbase"):
		for _, text := range []string{after(lower, "oceanbase"), after(note, "oceanbase")} {
			if v, ok := datasource.ParseVersion(firstNumber(text)); ok {
				return datasource.FlavorOceanBase, v
			}
		}
		if lead.Major >= 5 { // the MySQL that it resembles, not its own
			lead = datasource.Version{}
		}
		return datasource.FlavorOceanBase, lead
	case strings.Contains(lower, "mariadb"):
		// Replication-safe form of MariaDB 10 and later: 5.5.5-10.6.12-MariaDB.
		if rest, ok := strings.CutPrefix(version, "5.5.5-"); ok {
			lead, _ = datasource.ParseVersion(rest)
		}
		return datasource.FlavorMariaDB, lead
	case strings.Contains(lower, "tidb"), strings.HasPrefix(note, "tidb"):
		own, _ := datasource.ParseVersion(firstNumber(after(lower, "tidb")))
		return datasource.FlavorTiDB, own
	case strings.Contains(note, "percona"):
		return datasource.FlavorPercona, lead
	case strings.Contains(note, "dolt"):
		return datasource.FlavorDolt, lead
	}
	return datasource.FlavorMySQL, lead
}

func after(s, mark string) string {
	_, rest, _ := strings.Cut(s, mark)
	return rest
}

func firstNumber(s string) string {
	if i := strings.IndexAny(s, "0123456789"); i >= 0 {
		return s[i:]
	}
	return ""
}

func nameCase(lowerCaseTableNames int) datasource.NameCase {
	switch lowerCaseTableNames {
	case 1:
		return datasource.CaseLower
	case 2:
		return datasource.CaseFolded
	}
	return datasource.CaseSensitive
}

// roundTrips is how many round trips are timed.
const roundTrips = 5

// latency measures round trips over one connection and compares the server's clock with this machine's. The
// shortest counts: a longer one indicates load, not distance.
func (r *Reader) latency(ctx context.Context) (datasource.Latency, error) {
	var best datasource.Latency
	err := r.inSession(ctx, func(s session) error {
		for i := range roundTrips {
			var clock string
			start := time.Now()
			if err := s.rows(ctx, clockQuery, nil,
				func(rows *sql.Rows) error { return rows.Scan(&clock) }); err != nil {
				return err
			}
			trip := time.Since(start)
			server, err := time.Parse("2006-01-02 15:04:05.999999", clock)
			if err != nil {
				return err
			}
			if i == 0 || trip < best.RoundTrip {
				best = datasource.Latency{RoundTrip: trip, ClockOffset: server.Sub(start.Add(trip / 2))}
			}
		}
		return nil
	})
	return best, err
}

const variablesQuery = "SHOW GLOBAL VARIABLES"

// variables reads all settings at once: one statement, some 30 KB.
func (r *Reader) variables(ctx context.Context) (datasource.Variables, error) {
	v := datasource.Variables{}
	err := r.query(ctx, variablesQuery, nil, func(scan row) error {
		var name string
		var value sql.NullString
		if err := scan(&name, &value); err != nil {
			return err
		}
		v[strings.ToLower(name)] = value.String
		return nil
	})
	return v, err
}

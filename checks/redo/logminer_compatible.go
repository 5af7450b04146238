package redo

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// demand is something that a table uses, and the COMPATIBLE from which LogMiner supports it.
type demand struct {
	used  string
	since datasource.Version
	level checks.Level
}

// demandsOf returns what a table uses that LogMiner supports only from some COMPATIBLE on. Sources: Oracle Database
// Utilities 12.1, "Compatibility Requirements", "SecureFiles LOB Considerations", "Supported Data Types and Table
// Storage Attributes".
func demandsOf(p *checks.Pass, t datasource.OracleTable, columns []datasource.Column) []demand {
	var all []demand
	add := func(used string, level checks.Level, since ...int) {
		all = append(all, demand{used, datasource.MakeVersion(since...), level})
	}
	named := func(term string, names []string, level checks.Level, since ...int) {
		if len(names) > 0 {
			add(p.Term(term, "names", strings.Join(names, ", ")), level, since...)
		}
	}
	named("securefiles", t.SecureFiles, checks.Fail, 11, 2)
	if hybrid := t.HybridColumnar(); hybrid != nil {
		named("compressed", hybrid, checks.Fail, 11, 2)
	} else {
		named("compressed", t.Compression, checks.Fail, 11, 1)
	}
	named("encrypted", t.Encrypted, checks.Fail, 11, 1)
	var large bool
	var xml []string
	for _, c := range columns {
		large = large || c.LOB()
		if c.DataType == "XMLTYPE" {
			xml = append(xml, c.Name)
		}
	}
	named("xml", xml, checks.Warn, 11, 2, 0, 3) // stored as text, it needs only 11.0
	switch {
	case t.IOT && (large || t.Overflow):
		add(p.Term("index_organized_large"), checks.Fail, 10, 2)
	case t.IOT:
		add(p.Term("index_organized"), checks.Fail, 10, 1)
	}
	return all
}

// leastCompatible returns the lowest COMPATIBLE of a release, as far as it matters here (Oracle Database Reference 18c
// and 21c, "COMPATIBLE").
func leastCompatible(release datasource.Version) datasource.Version {
	switch {
	case release.AtLeast(21):
		return datasource.MakeVersion(12, 2)
	case release.AtLeast(18):
		return datasource.MakeVersion(11, 2)
	}
	return datasource.Version{}
}

// compatible returns the findings about what a table uses that needs a later COMPATIBLE. It fails if COMPATIBLE decides
// that and is not known.
func (m mined) compatible(
	ctx context.Context, p *checks.Pass, kinds []datasource.OracleTable,
) ([]checks.Finding, error) {
	var found []checks.Finding
	for _, t := range kinds {
		for _, d := range demandsOf(p, t, m.columns) {
			if leastCompatible(m.server.Version).Compare(d.since) >= 0 {
				continue
			}
			variables, err := datasource.FactVariables.Of(ctx, p.Facts())
			if err != nil {
				return nil, err
			}
			version, known := datasource.ParseVersion(variables["compatible"])
			switch {
			case !known:
				return nil, p.NotChecked("compatible_unknown", "value", variables["compatible"])
			case version.Compare(d.since) < 0:
				found = append(found, checks.Finding{Rule: "compatible", Level: d.level,
					Object: checks.TableObject(m.table), Actual: "COMPATIBLE " + variables["compatible"],
					Expected: "COMPATIBLE ≥ " + d.since.String(), Args: checks.Args{"used": d.used}})
			}
		}
	}
	return found, nil
}

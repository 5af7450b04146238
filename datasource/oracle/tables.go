package oracle

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// ownSchemas are the schemas that Oracle 11.2 creates itself (Oracle Database 2 Day + Security Guide 11.2, "Predefined
// User Accounts Provided by Oracle Database", without the sample schemas; Oracle Database Vault Administrator's Guide,
// "Oracle Database Vault Schemas"); later releases mark theirs (ALL_USERS.ORACLE_MAINTAINED, from 12.1.0.2).
var ownSchemas = strings.Fields(`ANONYMOUS APEX_PUBLIC_USER APPQOSSYS CTXSYS DBSNMP DIP DMSYS DVF DVSYS EXFSYS
FLOWS_FILES LBACSYS MDDATA MDSYS MGMT_VIEW OLAPSYS ORACLE_OCM ORDDATA ORDPLUGINS ORDSYS OUTLN OWBSYS OWBSYS_AUDIT
SI_INFORMTN_SCHEMA SPATIAL_CSW_ADMIN_USR SPATIAL_WFS_ADMIN_USR SYS SYSMAN SYSTEM TSMSYS WKPROXY WKSYS WK_TEST WMSYS XDB
XS$NULL`)

// apexSchema matches the schemas of Oracle Application Express, each named after its version.
var apexSchema = regexp.MustCompile(`^(APEX|FLOWS)_\d{6}$`)

// ownOceanBaseSchemas are the schemas that an Oracle-mode tenant of OceanBase creates itself; it marks none
// of them.
var ownOceanBaseSchemas = strings.Fields("LBACSYS ORAAUDITOR SYS")

func (r *Reader) schemas(ctx context.Context) ([]datasource.Schema, error) {
	server, err := r.server(ctx)
	if err != nil {
		return nil, err
	}
	query, own := "SELECT username, oracle_maintained FROM all_users", []string(nil)
	if server.IsOceanBase() || server.Version.Before(12, 1, 0, 2) {
		query, own = "SELECT username, 'N' FROM all_users", ownSchemas
	}
	if server.IsOceanBase() {
		own = ownOceanBaseSchemas
	}
	var list []datasource.Schema
	err = r.query(ctx, query, func(c cells) error {
		if c[1] != "Y" && !slices.Contains(own, c[0]) && (server.IsOceanBase() || !apexSchema.MatchString(c[0])) {
			list = append(list, datasource.Schema{Name: strings.Clone(c[0])})
		}
		return nil
	})
	slices.SortFunc(list, func(a, b datasource.Schema) int { return strings.Compare(a.Name, b.Name) })
	return list, err
}

// Auxiliary tables are not listed: nested tables, overflow and mapping tables of index-organized tables,
// those of domain indexes, logs of materialized views, and tables in the recycle bin.
//
// DBA_ALL_TABLES lists relational and object tables, DBA_TABLES the relational ones (Oracle Database Reference). An
// account that may read only the latter sees the object tables on which it has a privilege. DBA_OBJECTS lists every
// view, too.
const (
	tablesQuery = `SELECT owner, table_name, temporary FROM {tables} WHERE {scope:owner}
AND NVL(nested, 'NO') = 'NO' AND NVL(secondary, 'N') = 'N' AND NVL(dropped, 'NO') = 'NO'
AND (iot_type IS NULL OR iot_type = 'IOT')`
	ofObjectTables = " AND table_type IS NOT NULL"
	viewsQuery     = "SELECT owner, view_name FROM {p}_VIEWS WHERE {scope:owner}"
	viewsOfObjects = "SELECT owner, object_name FROM dba_objects WHERE {scope:owner} AND object_type = 'VIEW'"
	mviewsQuery    = "SELECT owner, mview_name FROM {p}_MVIEWS WHERE {scope:owner}"
	mviewLogs      = "SELECT log_owner, log_table FROM {p}_MVIEW_LOGS WHERE {scope:log_owner}"
	commentsQuery  = "SELECT owner, table_name, comments FROM {p}_TAB_COMMENTS WHERE {scope:owner} AND comments IS " +
		"NOT NULL"
)

func (r *Reader) tables(ctx context.Context) (datasource.Tables, error) {
	server, err := r.server(ctx)
	if err != nil {
		return nil, err
	}
	queries, err := r.ofTables(ctx, server, tablesQuery)
	if err != nil {
		return nil, err
	}
	views, err := r.firstReadable(ctx, "DBA_VIEWS", "DBA_OBJECTS", "ALL_VIEWS")
	if err != nil {
		return nil, err
	}
	ofViews := viewsQuery
	if views == "DBA_OBJECTS" {
		ofViews = viewsOfObjects
	}
	logs, err := r.materializedViewLogs(ctx, server)
	if err != nil {
		return nil, err
	}
	in := intern.Strings{}
	var list []datasource.Table
	err = r.eachInScope(ctx, queries, func(c cells) error {
		if logs[datasource.TableName{Schema: c[0], Name: c[1]}] {
			return nil
		}
		t := datasource.Table{TableName: datasource.TableName{Schema: in.String(c[0]), Name: strings.Clone(c[1])},
			Kind: datasource.BaseTable}
		if c[2] == "Y" {
			t.Kind = datasource.TemporaryTable
		}
		list = append(list, t)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := r.inScope(ctx, ofViews, func(c cells) error {
		list = append(list, datasource.Table{TableName: datasource.TableName{Schema: in.String(c[0]),
			Name: strings.Clone(c[1])}, Kind: datasource.View})
		return nil
	}); err != nil {
		return nil, err
	}
	tables := datasource.SortTables(list)
	// A materialized view is also listed as the table that holds its rows. OceanBase has them in 4.3 and
	// later.
	if !server.IsOceanBase() || server.Version.AtLeast(4, 3) {
		if err := r.inScope(ctx, mviewsQuery, func(c cells) error {
			if t := tables.Find(datasource.TableName{Schema: c[0], Name: c[1]}); t != nil {
				t.Kind = datasource.MaterializedView
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return tables, r.inScope(ctx, commentsQuery, func(c cells) error {
		if t := tables.Find(datasource.TableName{Schema: c[0], Name: c[1]}); t != nil {
			t.Comment = strings.Clone(c[2])
		}
		return nil
	})
}

// ofTables returns the queries that read {tables} of every table, and {type}, its object type.
func (r *Reader) ofTables(ctx context.Context, server datasource.Server, query string) ([]string, error) {
	from := func(view, objectType string) string {
		return strings.NewReplacer("{tables}", view, "{type}", objectType).Replace(query)
	}
	if server.IsOceanBase() { // which has no object tables and no view that includes them
		return []string{from("{p}_TABLES", "NULL")}, nil
	}
	view, err := r.firstReadable(ctx, "DBA_ALL_TABLES", "DBA_TABLES", "ALL_ALL_TABLES")
	if err != nil || view != "DBA_TABLES" {
		return []string{from(view, "table_type")}, err
	}
	return []string{from(view, "NULL"), from("ALL_ALL_TABLES", "table_type") + ofObjectTables}, nil
}

// eachInScope runs several queries like inScope.
func (r *Reader) eachInScope(ctx context.Context, queries []string, each func(cells) error) error {
	for _, query := range queries {
		if err := r.inScope(ctx, query, each); err != nil {
			return err
		}
	}
	return nil
}

// materializedViewLogs returns the tables that hold the changes of others for materialized views, MLOG$_ and
// the table's name, and those that are created with them if the table has a primary key. Whether a tenant of
// OceanBase lists its own is not known.
func (r *Reader) materializedViewLogs(ctx context.Context,
	server datasource.Server) (map[datasource.TableName]bool, error) {
	if server.IsOceanBase() {
		return nil, nil
	}
	in := intern.Strings{}
	logs := map[datasource.TableName]bool{}
	return logs, r.inScope(ctx, mviewLogs, func(c cells) error {
		name := datasource.TableName{Schema: in.String(c[0]), Name: strings.Clone(c[1])}
		logs[name] = true
		if of, ok := strings.CutPrefix(name.Name, "MLOG$_"); ok {
			logs[datasource.TableName{Schema: name.Schema, Name: "RUPD$_" + of}] = true
		}
		return nil
	})
}

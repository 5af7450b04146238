package oracle

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// LOGGING is a column of DBA_TABLES only; it is empty for a partitioned table, whose partitions have their
// own. HYBRID was added in 19c. The names of objects in the recycle bin start with BIN$.
const (
	kindsQuery = `SELECT owner, table_name, temporary, iot_type, cluster_name, {type}, compress_for,
tablespace_name,
partitioned, {hybrid}, row_movement, iot_name
FROM {tables} WHERE {scope:owner} AND NVL(nested, 'NO') = 'NO' AND NVL(dropped, 'NO') = 'NO'`
	// OceanBase has only temporary and external tables, the latter in V4.2 and later (OceanBase manual, V4.3,
	// "DBA_TABLES": the columns for other kinds are empty).
	kindsOfOceanBase = "SELECT owner, table_name, temporary, {external} FROM {p}_TABLES WHERE {scope:owner} AND " +
		"NVL(dropped, 'NO') = 'NO'"

	noLoggingQuery   = "SELECT owner, table_name FROM {p}_TABLES WHERE {scope:owner} AND logging = 'NO'"
	partitionStorage = `SELECT DISTINCT table_owner, table_name, logging, compress_for, tablespace_name FROM (
SELECT table_owner, table_name, logging, compress_for, tablespace_name FROM {p}_TAB_PARTITIONS UNION ALL
SELECT table_owner, table_name, logging, compress_for, tablespace_name FROM {p}_TAB_SUBPARTITIONS)
WHERE {scope:table_owner} AND (logging = 'NO' OR compress_for IS NOT NULL)`
	lobsQuery = `SELECT DISTINCT owner, table_name, column_name, tablespace_name FROM (
SELECT owner, table_name, column_name, tablespace_name, logging FROM {p}_LOBS UNION ALL
SELECT table_owner, table_name, column_name, tablespace_name, logging FROM {p}_LOB_PARTITIONS UNION ALL
SELECT table_owner, table_name, column_name, tablespace_name, logging FROM {p}_LOB_SUBPARTITIONS)
WHERE {scope:owner} AND logging = 'NO'`
	secureFilesQuery = "SELECT owner, table_name, column_name FROM {p}_LOBS WHERE {scope:owner} AND securefile = 'YES'"
	encryptedQuery   = "SELECT owner, table_name, column_name FROM {p}_ENCRYPTED_COLUMNS WHERE {scope:owner}"
	externalQuery    = "SELECT owner, table_name FROM {p}_EXTERNAL_TABLES WHERE {scope:owner}"
	queuesQuery      = "SELECT owner, queue_table FROM {p}_QUEUE_TABLES WHERE {scope:owner}"
	nestedQuery      = "SELECT owner, parent_table_name FROM {p}_NESTED_TABLES WHERE {scope:owner}"
	modesQuery       = "SELECT tablespace_name, encrypted, force_logging FROM dba_tablespaces WHERE " +
		"encrypted = 'YES' OR force_logging = 'YES'"
	objectsQuery = `SELECT owner, object_name, object_type, status FROM {p}_OBJECTS WHERE {scope:owner}
AND NVL("GENERATED", 'N') = 'N' AND NVL(secondary, 'N') = 'N' AND object_name NOT LIKE 'BIN$%'
AND (status = 'INVALID' OR object_type NOT IN ('TABLE', 'TABLE PARTITION', 'TABLE SUBPARTITION', 'INDEX',
'INDEX PARTITION', 'INDEX SUBPARTITION', 'LOB', 'LOB PARTITION', 'LOB SUBPARTITION'))`
)

func (r *Reader) tableKinds(ctx context.Context) (datasource.TableRows[datasource.OracleTable], error) {
	var b datasource.TableRowsBuilder[datasource.OracleTable]
	server, err := r.server(ctx)
	if err != nil {
		return b.Build(nil), err
	}
	if server.IsOceanBase() {
		return r.oceanBaseKinds(ctx, server)
	}
	hybrid := "'NO'"
	if server.Version.AtLeast(19) {
		hybrid = "hybrid"
	}
	in := intern.Strings{}
	name := func(c cells) datasource.TableName {
		return datasource.TableName{Schema: in.String(c[0]), Name: strings.Clone(c[1])}
	}
	tables := map[datasource.TableName]*datasource.OracleTable{}
	var overflown []datasource.TableName
	queries, err := r.ofTables(ctx, server, strings.Replace(kindsQuery, "{hybrid}", hybrid, 1))
	if err != nil {
		return b.Build(nil), err
	}
	if err := r.eachInScope(ctx, queries, func(c cells) error {
		t := &datasource.OracleTable{Temporary: c[2] == "Y", IOT: c[3] == "IOT", Cluster: in.String(c[4]),
			Type: in.String(c[5]), Tablespace: in.String(c[7]), Partitioned: c[8] == "YES", Hybrid: c[9] == "YES",
			RowMovement: c[10] == "ENABLED"}
		if c[6] != "" {
			t.Compression = []string{in.String(c[6])}
		}
		tables[name(c)] = t
		if c[3] == "IOT_OVERFLOW" {
			overflown = append(overflown, datasource.TableName{Schema: in.String(c[0]), Name: strings.Clone(c[11])})
		}
		return nil
	}); err != nil {
		return b.Build(nil), err
	}
	for _, name := range overflown {
		if t := tables[name]; t != nil {
			t.Overflow = true
		}
	}
	partition := func(t *datasource.OracleTable, c cells) {
		if c[2] == "NO" && !slices.Contains(t.NoLogging, c[4]) {
			t.NoLogging = append(t.NoLogging, in.String(c[4]))
		}
		if c[3] != "" && !slices.Contains(t.Compression, c[3]) {
			t.Compression = append(t.Compression, in.String(c[3]))
		}
	}
	lob := func(t *datasource.OracleTable, c cells) {
		if l := (datasource.OracleLOB{Column: in.String(c[2]), Tablespace: in.String(c[3])}); !slices.Contains(
			t.NoLoggingLOBs, l) {
			t.NoLoggingLOBs = append(t.NoLoggingLOBs, l)
		}
	}
	type marked struct {
		query string
		mark  func(*datasource.OracleTable, cells)
	}
	attributes := []marked{
		{noLoggingQuery, func(t *datasource.OracleTable, _ cells) { t.NoLogging = []string{t.Tablespace} }},
		{externalQuery, func(t *datasource.OracleTable, _ cells) { t.External = true }},
		{queuesQuery, func(t *datasource.OracleTable, _ cells) { t.Queue = true }},
		{nestedQuery, func(t *datasource.OracleTable, _ cells) { t.Nested = true }},
		{partitionStorage, partition},
		{lobsQuery, lob},
		{encryptedQuery, func(t *datasource.OracleTable, c cells) {
			t.Encrypted = append(t.Encrypted, strings.Clone(c[2]))
		}},
	}
	if server.Version.Before(12, 2) { // later ones are always compatible with 11.2, which LogMiner needs for them
		attributes = append(attributes, marked{secureFilesQuery, func(t *datasource.OracleTable, c cells) {
			t.SecureFiles = append(t.SecureFiles, strings.Clone(c[2]))
		}})
	}
	for _, marked := range attributes {
		if err := r.inScope(ctx, marked.query, func(c cells) error {
			if t := tables[datasource.TableName{Schema: c[0], Name: c[1]}]; t != nil {
				marked.mark(t, c)
			}
			return nil
		}); err != nil {
			return b.Build(nil), err
		}
	}
	for name, t := range tables {
		slices.Sort(t.NoLogging)
		slices.Sort(t.Compression)
		slices.Sort(t.Encrypted)
		slices.Sort(t.SecureFiles)
		slices.SortFunc(t.NoLoggingLOBs, func(a, b datasource.OracleLOB) int {
			return cmp.Or(strings.Compare(a.Column, b.Column), strings.Compare(a.Tablespace, b.Tablespace))
		})
		b.Add(name, *t)
	}
	return b.Build(nil), nil
}

// oceanBaseKinds returns the kinds of the tables of a tenant.
func (r *Reader) oceanBaseKinds(ctx context.Context,
	server datasource.Server) (datasource.TableRows[datasource.OracleTable], error) {
	external := "'NO'"
	if server.Version.AtLeast(4, 2) {
		external = "external"
	}
	in := intern.Strings{}
	var b datasource.TableRowsBuilder[datasource.OracleTable]
	err := r.inScope(ctx, strings.Replace(kindsOfOceanBase, "{external}", external, 1), func(c cells) error {
		b.Add(datasource.TableName{Schema: in.String(c[0]), Name: strings.Clone(c[1])},
			datasource.OracleTable{Temporary: c[2] == "Y", External: c[3] == "YES"})
		return nil
	})
	return b.Build(nil), err
}

func (r *Reader) tablespaceModes(ctx context.Context) (map[string]datasource.TablespaceMode, error) {
	modes := map[string]datasource.TablespaceMode{}
	return modes, r.view(ctx, "DBA_TABLESPACES", modesQuery, func(c cells) error {
		modes[strings.Clone(c[0])] = datasource.TablespaceMode{Encrypted: c[1] == "YES", ForceLogging: c[2] == "YES"}
		return nil
	})
}

func (r *Reader) objects(ctx context.Context) ([]datasource.OracleObject, error) {
	in := intern.Strings{}
	var list []datasource.OracleObject
	err := r.inScope(ctx, objectsQuery, func(c cells) error {
		list = append(list, datasource.OracleObject{TableName: datasource.TableName{Schema: in.String(c[0]),
			Name: strings.Clone(c[1])}, Type: in.String(c[2]), Valid: c[3] != "INVALID"})
		return nil
	})
	slices.SortFunc(list, func(a, b datasource.OracleObject) int {
		if c := a.Compare(b.TableName); c != 0 {
			return c
		}
		return strings.Compare(a.Type, b.Type)
	})
	return list, err
}

// A partition may be redefined alone, with an interim table of its own.
const redefinitionsQuery = `SELECT DISTINCT base_table_owner, base_table_name, interim_object_owner, interim_object_name
FROM dba_redefinition_objects WHERE {scope:base_table_owner} AND object_type IN ('TABLE', 'PARTITION')`

func (r *Reader) redefinitions(ctx context.Context) ([]datasource.Redefinition, error) {
	schemas, err := r.scope(ctx)
	if err != nil || len(schemas) == 0 {
		return nil, err
	}
	query, _ := scoped(redefinitionsQuery, schemas)
	var list []datasource.Redefinition
	err = r.view(ctx, "DBA_REDEFINITION_OBJECTS", query, func(c cells) error {
		list = append(list, datasource.Redefinition{
			Table:   datasource.TableName{Schema: strings.Clone(c[0]), Name: strings.Clone(c[1])},
			Interim: datasource.TableName{Schema: strings.Clone(c[2]), Name: strings.Clone(c[3])}})
		return nil
	})
	slices.SortFunc(list, func(a, b datasource.Redefinition) int {
		return cmp.Or(a.Table.Compare(b.Table), a.Interim.Compare(b.Interim))
	})
	return list, err
}

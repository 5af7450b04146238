package oracle

import (
	"context"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
	"github.com/dbprecheck/precheck/datasource/message"
)

// The size of a table is that of its segments, its indexes and its large objects. The rows of an
// index-organized table are in its index; tables of a cluster share a segment, which is counted for the first
// of them. {parts} are the segments that do not have the name of their table. An index may lie in another schema than
// its table, and have the name of another table. {segments} is replaced by DBA_SEGMENTS, by the extents of the same
// segments (DBA_EXTENTS) or by the account's own segments: each of these is slow, and is read once.
const (
	sizesQuery = `SELECT NVL(p.owner, s.owner), NVL(p.table_name, s.segment_name), SUM(s.bytes),
COUNT(*) - COUNT(s.bytes)
FROM {segments} s LEFT JOIN ({parts}) p
ON p.segment_owner = s.owner AND p.segment_name = s.segment_name AND p.kind =
CASE WHEN s.segment_type LIKE 'INDEX%' OR s.segment_type = 'LOBINDEX' THEN 'INDEX'
WHEN s.segment_type IN ('LOBSEGMENT', 'LOB PARTITION', 'LOB SUBPARTITION') THEN 'LOB' ELSE s.segment_type END
WHERE p.table_name IS NOT NULL OR (s.segment_type LIKE 'TABLE%' AND {scope:s.owner})
GROUP BY NVL(p.owner, s.owner), NVL(p.table_name, s.segment_name)`
	indexParts = `SELECT 'INDEX' kind, owner segment_owner, index_name segment_name, table_owner owner, table_name
FROM {p}_INDEXES WHERE {scope:table_owner}`
	lobParts     = "SELECT 'LOB', owner, segment_name, owner, table_name FROM {p}_LOBS WHERE {scope:owner}"
	clusterParts = `SELECT 'CLUSTER', owner, cluster_name, owner, MIN(table_name) FROM {p}_TABLES
WHERE {scope:owner} AND cluster_name IS NOT NULL GROUP BY owner, cluster_name`
)

func (r *Reader) tableSizes(ctx context.Context) (datasource.TableRows[datasource.TableSize], error) {
	var b datasource.TableRowsBuilder[datasource.TableSize]
	segments, err := r.segments(ctx)
	if err != nil {
		return b.Build(nil), err
	}
	server, err := r.server(ctx)
	if err != nil {
		return b.Build(nil), err
	}
	parts := indexParts
	if !server.IsOceanBase() { // which has no view of large objects and no clusters
		parts = strings.Join([]string{indexParts, lobParts, clusterParts}, " UNION ALL ")
	}
	in := intern.Strings{}
	query := strings.NewReplacer("{segments}", segments, "{parts}", parts).Replace(sizesQuery)
	err = r.inScope(ctx, query, func(c cells) (err error) {
		size := datasource.TableSize{Rows: -1, Partial: c[3] != "0"}
		if c[2] != "" { // OceanBase: of no segment is it known
			size.Bytes, err = strconv.ParseInt(c[2], 10, 64)
		}
		b.Add(datasource.TableName{Schema: in.String(c[0]), Name: strings.Clone(c[1])}, size)
		return err
	})
	return b.Build(nil), err
}

// segments returns what a query reads the segments from.
func (r *Reader) segments(ctx context.Context) (string, error) {
	server, err := r.server(ctx)
	if err != nil {
		return "", err
	}
	if all, err := r.readable(ctx, "DBA_SEGMENTS"); all || err != nil {
		return "dba_segments", err
	}
	if !server.IsOceanBase() {
		if extents, err := r.readable(ctx, "DBA_EXTENTS"); extents || err != nil {
			return "(SELECT owner, segment_name, segment_type, bytes FROM dba_extents)", err
		}
	}
	schemas, err := r.scope(ctx)
	switch {
	case err != nil:
		return "", err
	case len(schemas) == 1 && schemas[0] == server.Account:
		return "(SELECT " + literal(server.Account) +
			" owner, segment_name, segment_type, bytes FROM user_segments)", nil
	}
	return "dba_segments", r.view(ctx, "DBA_SEGMENTS", "SELECT 1 FROM dba_segments WHERE 1 = 0",
		func(cells) error { return nil })
}

const (
	freeQuery   = "SELECT tablespace_name, SUM(bytes) FROM dba_free_space GROUP BY tablespace_name"
	growthQuery = "SELECT tablespace_name, SUM(CASE WHEN autoextensible = 'YES' AND maxbytes > bytes THEN maxbytes - " +
		"bytes ELSE 0 END) FROM dba_data_files GROUP BY tablespace_name"
)

func (r *Reader) tablespaces(ctx context.Context) (map[string]datasource.Tablespace, error) {
	if _, err := r.oracleOnly(ctx); err != nil {
		return nil, err
	}
	spaces := map[string]datasource.Tablespace{}
	read := func(view, query string, into func(*datasource.Tablespace) *int64) error {
		return r.view(ctx, view, query, func(c cells) (err error) {
			t := spaces[c[0]]
			if c[1] != "" {
				*into(&t), err = strconv.ParseInt(c[1], 10, 64)
			}
			spaces[strings.Clone(c[0])] = t
			return err
		})
	}
	if err := read("DBA_FREE_SPACE", freeQuery, func(t *datasource.Tablespace) *int64 { return &t.Free }); err != nil {
		return nil, err
	}
	return spaces, read("DBA_DATA_FILES", growthQuery, func(t *datasource.Tablespace) *int64 { return &t.Growth })
}

// The numbers of tablespaces are only unique within a container. CON_ID was added in 12.1; it is 1 in the root, where
// V$ views show every container.
const (
	freeExtentsQuery = `SELECT t.tablespace_name, SUM(f.blocks * t.block_size) FROM dba_lmt_free_space f
JOIN v$tablespace v ON v.ts# = f.tablespace_id JOIN dba_tablespaces t ON t.tablespace_name = v.name
WHERE t.contents = 'PERMANENT' AND t.status <> 'OFFLINE'{container} GROUP BY t.tablespace_name`
	ownContainer = " AND v.con_id = SYS_CONTEXT('USERENV', 'CON_ID') AND v.con_id <> 1"
)

func (r *Reader) freeExtents(ctx context.Context) (map[string]int64, error) {
	server, err := r.oracleOnly(ctx)
	if err != nil {
		return nil, err
	}
	container := ownContainer
	if server.Version.Before(12, 1) {
		container = ""
	}
	free := map[string]int64{}
	return free, r.view(ctx, "DBA_LMT_FREE_SPACE", strings.Replace(freeExtentsQuery, "{container}", container, 1),
		func(c cells) (err error) {
			free[strings.Clone(c[0])], err = strconv.ParseInt(c[1], 10, 64)
			return err
		})
}

const undoStatQuery = "SELECT COUNT(*), MIN(tuned_undoretention), SUM(ssolderrcnt) FROM v$undostat"

func (r *Reader) undo(ctx context.Context) (datasource.OracleUndo, error) {
	var u datasource.OracleUndo
	if _, err := r.oracleOnly(ctx); err != nil {
		return u, err
	}
	variables, err := r.variables(ctx)
	if err != nil {
		return u, err
	}
	u.Tablespace = variables["undo_tablespace"]
	found := false
	if err := r.view(ctx, "DBA_TABLESPACES",
		"SELECT retention FROM dba_tablespaces WHERE tablespace_name = "+literal(u.Tablespace), func(c cells) error {
			found, u.Guarantee = true, c[0] == "GUARANTEE"
			return nil
		}); err != nil {
		return u, err
	}
	if !found { // the pluggable databases of 12.1, and of later releases without local undo, use the root's
		return u, &datasource.Error{Class: datasource.ErrUnsupported,
			Cause: message.New("datasource.unsupported.undo_of_root", "tablespace", u.Tablespace)}
	}
	if err := r.view(ctx, "DBA_DATA_FILES",
		"SELECT file_id, bytes, autoextensible FROM dba_data_files WHERE tablespace_name = "+literal(u.Tablespace)+
			" ORDER BY file_id", func(c cells) error {
			files := &u.Fixed
			if c[2] == "YES" {
				files = &u.Growing
			}
			*files = append(*files, strings.Clone(c[0]))
			bytes, err := strconv.ParseInt(c[1], 10, 64)
			u.Bytes += bytes
			return err
		}); err != nil {
		return u, err
	}
	return u, r.view(ctx, "V$UNDOSTAT", undoStatQuery, func(c cells) (err error) {
		if u.Intervals, err = strconv.Atoi(c[0]); err != nil || u.Intervals == 0 {
			return err
		}
		if u.Retained, err = seconds(c[1]); err != nil {
			return err
		}
		u.TooOld, err = strconv.ParseInt(c[2], 10, 64)
		return err
	})
}

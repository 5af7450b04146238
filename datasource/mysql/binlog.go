package mysql

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// binaryLogStatusQuery returns the statement in the server's syntax: MySQL 8.4 removed SHOW MASTER STATUS,
// and has SHOW BINARY LOG STATUS since 8.2.0; MariaDB has SHOW BINLOG STATUS since 10.5.2 (MySQL 8.2 Release
// Notes; MariaDB, "SHOW MASTER STATUS").
func binaryLogStatusQuery(s datasource.Server) string {
	switch {
	case s.IsMySQL() && s.Version.AtLeast(8, 2):
		return "SHOW BINARY LOG STATUS"
	case s.IsMariaDB() && s.Version.AtLeast(10, 5, 2):
		return "SHOW BINLOG STATUS"
	}
	return "SHOW MASTER STATUS"
}

// binaryLogStatus reads columns by name: MySQL before 5.6 and MariaDB do not have Executed_Gtid_Set, MariaDB
// 12.3 has one more column. No row means that there is no binary log.
func (r *Reader) binaryLogStatus(ctx context.Context) (datasource.BinaryLogStatus, error) {
	var status datasource.BinaryLogStatus
	server, err := r.identify(ctx)
	if err != nil {
		return status, err
	}
	records, err := r.records(ctx, binaryLogStatusQuery(server))
	if err != nil {
		return status, lackingRight(r.classify(ctx, err), logStatusRight(server))
	}
	if len(records) == 0 {
		return status, nil
	}
	row := records[0]
	position, err := strconv.ParseUint(row["position"], 10, 64)
	if err != nil {
		return status, message.Err("datasource.mysql.log_position", "position", strconv.Quote(row["position"]))
	}
	return datasource.BinaryLogStatus{Enabled: true, File: row["file"], Position: position,
		DoDatabases: splitNames(row["binlog_do_db"]), IgnoreDatabases: splitNames(row["binlog_ignore_db"]),
		ExecutedGTID: strings.Join(strings.Fields(row["executed_gtid_set"]), "")}, nil
}

// logStatusRight returns the privilege that reading the status of the binary log requires.
func logStatusRight(s datasource.Server) string {
	if s.IsMariaDB() && s.Version.AtLeast(10, 5, 2) {
		return "BINLOG MONITOR"
	}
	return "REPLICATION CLIENT"
}

// lackingRight adds to an error of a missing privilege which one it is.
func lackingRight(err error, right string) error {
	var known *datasource.Error
	if !errors.As(err, &known) || known.Class != datasource.ErrPrivilege {
		return err
	}
	named := *known
	named.Cause = message.New("datasource.privilege.global", "privilege", right)
	named.Remedy = message.New("datasource.privilege.global.remedy", "privilege", right)
	return &named
}

func splitNames(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

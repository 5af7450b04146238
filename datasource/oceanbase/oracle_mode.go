package oceanbase

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	gomysql "github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/mysql"
	"github.com/dbprecheck/precheck/datasource/oracle"
)

// oracleMode is the difference between a tenant in Oracle mode and MySQL. OceanBase accepts a client only if
// bit 27 of the client's capability flags is set (OceanBase Connector/J, concepts: clientSupportOracleMode);
// in MySQL's own protocol that bit is CLIENT_QUERY_ATTRIBUTES. The attributes are those of OceanBase's own
// client; the manual does not require them. None of this has been tested on such a tenant.
var oracleMode = mysql.Variant{
	Capabilities: 1 << 27,
	Attributes: "__mysql_client_type:__ob_libobclient,__ob_client_name:OceanBase Connector/C," +
		"__ob_client_version:2.2.3," +
		"__proxy_capability_flag:311552,__ob_client_attribute_capability_flag:5,_client_name:libmariadb",
	Settings: settings,
	Identify: identify,
	Classify: classify,
	Rewrite:  rewrite,
}

// settings make a session read-only and limit its statements, if the tenant allows it: only queries are sent,
// and the client cancels them in time in any case.
func settings(limit time.Duration) []string {
	return []string{
		"ALTER SESSION SET tx_read_only = 1",
		fmt.Sprintf("ALTER SESSION SET ob_query_timeout = %d", limit.Microseconds()),
	}
}

// rewrite returns a query over OceanBase's own views in the syntax of Oracle mode, where SYS owns them
// (OceanBase manual, V4.3, system views of Oracle mode).
func rewrite(query string) string {
	words := strings.NewReplacer("oceanbase.", "SYS.", "CONCAT(svr_ip, ':', svr_port)", "svr_ip || ':' || svr_port")
	return words.Replace(query)
}

// oraNumber matches how the text of an error of a tenant in Oracle mode begins.
var oraNumber = regexp.MustCompile(`^ORA-(\d{5}):`)

// classify returns the meaning of an error in Oracle's format from a tenant in Oracle mode, or of one with
// which it rejects this client.
func classify(err *gomysql.MySQLError) *datasource.Error {
	if found := oraNumber.FindStringSubmatch(err.Message); found != nil {
		number, _ := strconv.Atoi(found[1])
		return oracle.Refusal(number, err.Message, err)
	}
	if err.Number == 1235 && strings.Contains(err.Message, "Oracle tenant") {
		return &datasource.Error{Class: datasource.ErrUnsupported, Code: "1235", Err: err,
			Cause:  message.New("datasource.oceanbase.not_admitted"),
			Remedy: message.New("datasource.oceanbase.not_admitted.remedy")}
	}
	return nil
}

const (
	modeQuery     = "SHOW VARIABLES LIKE 'ob_compatibility_mode'"
	identityQuery = "SELECT OB_VERSION(), SYS_CONTEXT('USERENV', 'SESSION_USER') FROM DUAL"
)

// identify reads which server it is: Oracle mode has no VERSION(). A server without the variable is not
// OceanBase.
func identify(ctx context.Context, r *mysql.Reader) (datasource.Server, error) {
	s := datasource.Server{Flavor: datasource.FlavorOceanBase}
	var name string
	if err := r.QueryRow(ctx, modeQuery, &name, &s.Mode); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return s, err
	}
	if s.Mode = strings.ToUpper(s.Mode); s.Mode != "ORACLE" {
		return s, &datasource.Error{Class: datasource.ErrUnsupported,
			Cause: message.New("datasource.oceanbase.not_oracle_mode"),
			Remedy: message.New("datasource.oceanbase.not_oracle_mode.remedy", "type",
				string(datasource.OceanBaseMySQL))}
	}
	if err := r.QueryRow(ctx, identityQuery, &s.VersionText, &s.Account); err != nil {
		return s, err
	}
	var known bool
	if s.Version, known = datasource.ParseVersion(s.VersionText); !known {
		return s, message.Err("datasource.oceanbase.version", "version", strconv.Quote(s.VersionText))
	}
	s.Transport = r.Transport()
	return s, nil
}

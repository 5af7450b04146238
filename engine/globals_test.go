package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// hostileGlobals are global settings that would change what a session reads that does not set them itself.
var hostileGlobals = map[dbtest.Product][]string{
	"": {
		"sql_select_limit = 10", "max_join_size = 1", "sql_big_selects = OFF", "sql_safe_updates = ON",
		"sql_auto_is_null = ON", "autocommit = OFF", "completion_type = 2", "div_precision_increment = 0",
		"group_concat_max_len = 4", "lc_messages = 'de_DE'", "lc_time_names = 'de_DE'", "sql_quote_show_create = OFF",
		"default_week_format = 3", "max_sort_length = 8", "tmp_table_size = 1024", "sql_buffer_result = ON",
		"init_connect = 'SET sql_select_limit = 5, sql_mode = ANSI'",
		"sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,HIGH_NOT_PRECEDENCE,PAD_CHAR_TO_FULL_LENGTH'",
	},
	dbtest.MySQL:   {"transaction_isolation = 'SERIALIZABLE'"},
	dbtest.MariaDB: {"tx_isolation = 'SERIALIZABLE'", "max_statement_time = 0.01", "old_mode = ''"},
}

// Items that judge one of these settings.
var judgesGlobals = map[string]bool{"MYSQL_SELECT_LIMIT": true, "MYSQL_SQL_MODE": true, "MYSQL_SESSION_DEFAULTS": true,
	"RDB_SQL_MODE": true, "RDB_TIMEOUTS": true}

// What a run finds does not depend on the global settings of a server that change what its sessions read.
func TestGlobalSettingsChangeNoVerdict(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, product)
			source, dest := s.Database(t), s.Database(t)
			createTables(t, s, source, 30)
			s.Exec(t, "CREATE TABLE "+source+".z (a INT, b DATE DEFAULT '1970-01-01', c ENUM('x', 'y'), d TEXT, "+
				"FULLTEXT KEY (d))",
				"CREATE VIEW "+source+".v AS SELECT a FROM "+source+".z")
			user, password := s.Account(t, "GRANT SELECT, SHOW VIEW, CREATE, INSERT ON *.* TO %s")
			end := func(schema string) checktest.Endpoint {
				return checktest.Endpoint{Server: s, User: user, Password: password, Schema: schema}
			}
			task := checktest.Real{Source: end(source), Dest: end(dest)}.Task(checks.Schema | checks.Full)
			e, err := engine.New()
			if err != nil {
				t.Fatal(err)
			}
			run := func() (found []string) {
				r, err := e.Run(t.Context(), task)
				if err != nil {
					t.Fatal(err)
				}
				for _, res := range r.Results {
					if judgesGlobals[res.Item.Check.Type] {
						continue
					}
					found = append(found, fmt.Sprint(res.Item.Name(), " ", res.Outcome, " ", res.Reason))
					for _, f := range res.Findings {
						found = append(found, fmt.Sprint("  ", f.Rule, " ", f.Object, " ", f.Actual, " ", f.Expected))
					}
				}
				return found
			}
			want := run()
			if product == dbtest.MariaDB { // what the test itself executes has time
				s.Exec(t, "ALTER USER CURRENT_USER() WITH MAX_STATEMENT_TIME 600")
			}
			var statements []string
			for _, setting := range append(hostileGlobals[""], hostileGlobals[product]...) {
				statements = append(statements, "SET GLOBAL "+setting)
			}
			s.Exec(t, strings.Join(statements, "; "))
			if diff := cmp.Diff(want, run()); diff != "" {
				t.Errorf("(-before +after the settings):\n%s", diff)
			}
		})
	}
}

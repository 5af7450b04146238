package table_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestRowFormatOnRealServer(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			from := dbtest.Get(t, product)
			to := dbtest.Start(t, product, "--innodb-default-row-format=compact", "--innodb-file-per-table=OFF")
			task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: from.Database(t)},
				Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}
			tables := map[string]bool{ // and whether the destination takes it
				"long (a VARCHAR(192) CHARACTER SET utf8mb4, KEY k (a))":               false,
				"isam (a VARCHAR(192) CHARACTER SET utf8mb4, KEY k (a)) ENGINE=MyISAM": true,
				"short (a VARCHAR(191) CHARACTER SET utf8mb4, KEY k (a))":              true,
				"packed (id INT PRIMARY KEY) ROW_FORMAT=COMPRESSED":                    false,
			}
			accepts := func(table string) bool {
				_, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+task.Dest.Schema+"."+table)
				return err == nil
			}
			for table, accepted := range tables {
				from.Exec(t, "CREATE TABLE "+task.Source.Schema+"."+table)
				if accepts(table) != accepted {
					t.Errorf("%s: accepted %t, want %t", table, !accepted, accepted)
				}
			}
			got := task.Run(t, table.RowFormat)
			var found []string
			for _, f := range got.Findings {
				found = append(found, f.Rule+" "+f.Object.Table)
			}
			if diff := cmp.Diff([]string{"compressed packed", "long_column long"}, found); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", got.Outcome, diff)
			}
			checktest.Fix(t, task, got.Findings)
			if got := task.Run(t, table.RowFormat); got.Outcome != engine.Passed {
				t.Errorf("after the fix, got %s:\n%s", got.Outcome, got.Message(20))
			}
			for table, accepted := range tables {
				if !accepted && !accepts(table) {
					t.Errorf("after the fix, the destination still refuses %s", table)
				}
			}
		})
	}
}

// A table is reported exactly if the default row format of the destination cannot store its rows or its index, and not
// after the given statements.
func TestOlderRowFormats(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		for format, most := range map[string]int{"compact": 203, "redundant": 191} { // bytes beside ten TEXT
			t.Run(string(product)+" "+format, func(t *testing.T) {
				t.Parallel()
				from, to := dbtest.Get(t, product), dbtest.Start(t, product, "--innodb-default-row-format="+format)
				task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: from.Database(t)},
					Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}
				texts := "id INT PRIMARY KEY, " + checktest.Repeat(10, "c%d TEXT NOT NULL") + ", p CHAR(%d) NOT NULL"
				long := "(a VARCHAR(192) CHARACTER SET utf8mb4, KEY k (a))"
				tables := map[string]string{
					"most":          "(" + fmt.Sprintf(texts, most) + ")",
					"more":          "(" + fmt.Sprintf(texts, most+1) + ")",
					"more_dynamic":  "(" + fmt.Sprintf(texts, most+1) + ") ROW_FORMAT=DYNAMIC",
					"strings":       "(" + checktest.Repeat(11, "c%d VARCHAR(768) NOT NULL") + ")",
					"short_strings": "(" + checktest.Repeat(31, "c%d VARCHAR(255)") + ")",
					"index_long":    long, "index_dynamic": long + " ROW_FORMAT=DYNAMIC",
					"index_compressed": long + " ROW_FORMAT=COMPRESSED",
				}
				from.Exec(t, "ALTER DATABASE "+task.Source.Schema+" CHARACTER SET latin1")
				var want []string
				for name, definition := range tables {
					from.Exec(t, "CREATE TABLE "+task.Source.Schema+"."+name+" "+definition)
					if checktest.Recreate(t, task, "TABLE", name) == nil {
						continue
					}
					if strings.HasPrefix(name, "index") {
						name = "long_column " + name + ".k"
					} else {
						name = "long_row " + name
					}
					want = append(want, name)
				}
				checktest.WantEqual(t, []string{"long_column index_long.k", "long_row more", "long_row strings"},
					checktest.Sorted(want))
				got := checktest.WantFound(t, task, table.RowFormat, want...)
				checktest.WantEqual(t, engine.Failed, got.Outcome)
				checktest.Fix(t, task, got.Findings)
				checktest.WantFound(t, task, table.RowFormat)
				checktest.WantRecreated(t, task, "more", "strings", "index_long")
			})
		}
	}
}

// An option of a MySQL table is reported exactly if the destination refuses the definition that MySQL shows.
func TestRowFormatOptionsOnRealServers(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(t *testing.T) *dbtest.Server{
		"MariaDB": func(t *testing.T) *dbtest.Server { return dbtest.Get(t, dbtest.MariaDB) },
		"one file": func(t *testing.T) *dbtest.Server {
			return dbtest.Start(t, dbtest.MySQL,
				"--innodb-file-per-table=OFF")
		},
		"small pages": func(t *testing.T) *dbtest.Server {
			return dbtest.Start(t, dbtest.MySQL,
				"--innodb-page-size=8k")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, to := dbtest.Get(t, dbtest.MySQL), start(t)
			task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: from.Database(t)},
				Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}
			other := to.Database(t)
			var want []string
			for _, table := range []string{"none (a INT) COMPRESSION='none'", "second (a INT) SECONDARY_ENGINE=rapid",
				"plain (a INT) MAX_ROWS=5 STATS_PERSISTENT=1", "blocks (a INT) KEY_BLOCK_SIZE=16",
				"small (a INT) KEY_BLOCK_SIZE=4"} {
				from.Exec(t, "USE "+task.Source.Schema, "CREATE TABLE "+table)
				if _, err := to.DB(t).ExecContext(t.Context(), "CREATE TABLE "+other+"."+table); err != nil {
					name, _, _ := strings.Cut(table, " ")
					want = append(want, name)
				}
			}
			got := task.Run(t, table.RowFormat)
			var found []string
			for _, f := range got.Findings {
				found = append(found, f.Object.Table)
			}
			if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(found))); diff != "" {
				t.Errorf("%s (-want +got):\n%s%s", got.Outcome, diff, got.Message(20))
			}
		})
	}
}

// An option in a definition of MariaDB is reported exactly if the destination refuses the definition, and not after the
// given statement.
func TestTableOptionsOfMariaDB(t *testing.T) {
	t.Parallel()
	for _, to := range []dbtest.Product{dbtest.MySQL, dbtest.MariaDB} {
		t.Run(string(to), func(t *testing.T) {
			t.Parallel()
			maria, _, task := checktest.PairOf(t, dbtest.MariaDB, to)
			maria.Exec(t, "ALTER DATABASE "+task.Source.Schema+" CHARACTER SET latin1") // which every server has
			tables := []string{
				"checksum (id INT PRIMARY KEY) PAGE_CHECKSUM=1", "no_checksum (id INT PRIMARY KEY) PAGE_CHECKSUM=0",
				"transactional (id INT PRIMARY KEY) TRANSACTIONAL=1",
				"packed (id INT PRIMARY KEY) PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=5",
				"unpacked (id INT PRIMARY KEY) PAGE_COMPRESSED=0", "plain_text (id INT PRIMARY KEY) ENCRYPTED=NO",
				"keyed (id INT PRIMARY KEY) ENCRYPTION_KEY_ID=1", "quoted (id INT NOT NULL) ENGINE=CSV IETF_QUOTES=YES",
				"unknown (id INT PRIMARY KEY) foo='bar'", "commented (id INT PRIMARY KEY) COMMENT='PAGE_CHECKSUM=1'",
				"known (id INT PRIMARY KEY) PACK_KEYS=1 CHECKSUM=1 DELAY_KEY_WRITE=1 AVG_ROW_LENGTH=100 MIN_ROWS=1 " +
					"MAX_ROWS=100 STATS_PERSISTENT=1",
				"fixed (id INT PRIMARY KEY) ROW_FORMAT=FIXED", "page (id INT PRIMARY KEY) ROW_FORMAT=PAGE",
				"isam (id INT PRIMARY KEY) ENGINE=MyISAM ROW_FORMAT=FIXED KEY_BLOCK_SIZE=32",
				"blocks (id INT PRIMARY KEY) ROW_FORMAT=DYNAMIC KEY_BLOCK_SIZE=8",
				"packed_blocks (id INT PRIMARY KEY) KEY_BLOCK_SIZE=8",
				"part (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (9) " +
					"PAGE_COMPRESSED=1, PARTITION b VALUES LESS THAN MAXVALUE)",
				"parts (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2",
			}
			// It is created without strict mode, and with options that only this mode allows.
			conn, err := maria.DB(t).Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			execute := func(statement string) {
				t.Helper()
				if _, err := conn.ExecContext(t.Context(), statement); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
			execute("USE " + task.Source.Schema)
			execute("SET innodb_strict_mode = OFF, sql_mode = IGNORE_BAD_TABLE_OPTIONS")
			var want []string
			for _, table := range tables {
				execute("CREATE TABLE " + table)
				name, _, _ := strings.Cut(table, " ")
				if checktest.Recreate(t, task, "TABLE", name) != nil {
					want = append(want, "option "+name)
				}
			}
			if len(want) < 3 {
				t.Errorf("the destination refuses only %v", want)
			}
			got := checktest.WantFound(t, task, table.RowFormat, checktest.Sorted(want)...)
			checktest.Fix(t, task, got.Findings)
			var rest []string
			if to == dbtest.MySQL {
				rest = append(rest, "option part")
			}
			checktest.WantFound(t, task, table.RowFormat, rest...)
			for _, finding := range want {
				if finding != "option part" {
					checktest.WantRecreated(t, task, strings.TrimPrefix(finding, "option "))
				}
			}
		})
	}
}

// A directory of MariaDB is reported as a failure if MySQL refuses it, and as a warning if MySQL lists it.
func TestDataDirectoriesOfMariaDB(t *testing.T) {
	t.Parallel()
	maria := dbtest.Get(t, dbtest.MariaDB)
	schema := maria.Database(t)
	maria.Exec(t, "USE "+schema, "ALTER DATABASE "+schema+" CHARACTER SET latin1",
		"CREATE TABLE away (id INT PRIMARY KEY) DATA DIRECTORY='/tmp'",
		"CREATE TABLE part (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (9) DATA "+
			"DIRECTORY '/tmp', PARTITION b VALUES LESS THAN MAXVALUE)", "CREATE TABLE home (id INT PRIMARY KEY)")
	for name, listed := range map[string]bool{"": false, "/tmp": true} {
		to := dbtest.Start(t, dbtest.MySQL, "--innodb-directories="+name)
		task := checktest.Real{Source: checktest.Endpoint{Server: maria, Schema: schema},
			Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}
		got := checktest.WantFound(t, task, table.RowFormat, "directory away", "directory part")
		for _, f := range got.Findings {
			if (f.Level == checks.Fail) == listed {
				t.Errorf("%s: level %s with innodb_directories=%s", f.Object, f.Level, name)
			}
			if err := checktest.Recreate(t, task, "TABLE", f.Object.Table); (err == nil) != listed {
				t.Errorf("innodb_directories=%s: %v", name, err)
			}
		}
	}
}

// A general tablespace is reported exactly if the destination does not have it.
func TestGeneralTablespaces(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MySQL), dbtest.Start(t, dbtest.MySQL)
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: from.Database(t)},
		Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}
	space := "space_" + task.Source.Schema
	from.Exec(t, "CREATE TABLESPACE "+space+" ADD DATAFILE '"+space+".ibd'")
	t.Cleanup(func() {
		from.Exec(t, "DROP TABLE "+task.Source.Schema+".`gen 中`", "DROP TABLESPACE "+space)
	})
	from.Exec(t, "USE "+task.Source.Schema,
		"CREATE TABLE `gen 中` (id INT PRIMARY KEY) CHARSET=latin1 TABLESPACE "+space,
		"CREATE TABLE shared (id INT PRIMARY KEY) TABLESPACE innodb_system", "CREATE TABLE own (id INT PRIMARY KEY)")
	if err := checktest.Recreate(t, task, "TABLE", "gen 中"); err == nil {
		t.Error("MySQL accepts a tablespace that it does not have")
	}
	checktest.WantRecreated(t, task, "shared", "own")
	got := checktest.WantFound(t, task, table.RowFormat, "tablespace gen 中")
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, table.RowFormat)
	checktest.WantRecreated(t, task, "gen 中")

	maria := dbtest.Get(t, dbtest.MariaDB)
	task.Dest = checktest.Endpoint{Server: maria, Schema: maria.Database(t)}
	checktest.WantFound(t, task, table.RowFormat)
	checktest.WantRecreated(t, task, "gen 中")
}

// A schema that encrypts new tables is reported exactly if MySQL has no keyring and refuses them.
func TestDefaultEncryption(t *testing.T) {
	t.Parallel()
	maria, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Start(t, dbtest.MySQL)
	task := checktest.Real{Source: checktest.Endpoint{Server: maria, Schema: maria.Database(t)},
		Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}
	maria.Exec(t, "CREATE TABLE "+task.Source.Schema+".plain (id INT PRIMARY KEY) CHARACTER SET latin1")
	to.Exec(t, "ALTER DATABASE "+task.Dest.Schema+" ENCRYPTION = 'Y'")
	if err := checktest.Recreate(t, task, "TABLE", "plain"); err == nil {
		t.Error("MySQL encrypts a table without a keyring")
	}
	got := checktest.WantFound(t, task, table.RowFormat, "keyring "+task.Dest.Schema)
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, table.RowFormat)
	checktest.WantRecreated(t, task, "plain")

	to.Exec(t, "SET GLOBAL default_table_encryption = ON")
	checktest.WantFound(t, task, table.RowFormat) // the schema keeps its own default
	task.Dest.Schema += "_new"
	got = checktest.WantFound(t, task, table.RowFormat, "keyring "+task.Dest.Schema)
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, table.RowFormat)
}

package common_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

func TestAutoIncrement(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		dataType, columnType string
		next                 uint64
		source, dest         datasource.Server
		deep                 bool
		want                 []string
		remark               bool
	}{
		{"int", "int(11)", 1932735282, mysql80, mysql97, false, nil, false},
		{"int", "int(11)", 1932735283, mysql80, mysql97, false, []string{"near_end"}, false},
		{"int", "int(11)", 1932735283, maria1011, mysql97, false, nil, true},
		{"int", "int(11)", 1932735283, maria1011, mysql97, true, []string{"near_end"}, false},
		{"int", "int unsigned", 1932735283, mysql80, mysql97, false, nil, false},
		{"tinyint", "tinyint unsigned", 255, mysql80, mysql97, false, []string{"near_end"}, false},
		{"mediumint", "mediumint", 7549746, mysql80, mysql97, false, nil, false},
		{"bigint", "bigint unsigned", 18446744073709551615, mysql80, mysql97, false, []string{"near_end"}, false},
		{"float", "float", 1, mysql80, mysql97, false, []string{"not_whole"}, false},
		{"double", "double", 1, mysql57, mysql80, true, []string{"not_whole"}, false},
		{"double", "double", 1, mysql80, maria1011, false, nil, false},
	} {
		t.Run(tc.columnType+" to "+tc.dest.String(), func(t *testing.T) {
			t.Parallel()
			source := snapshot(tc.source, []datasource.Column{{Name: "id", ColumnType: &datasource.ColumnType{DataType: tc.dataType, ColumnType: tc.columnType, Extra: "auto_increment"}}}, nil,
				datasource.Snapshot{datasource.FactAutoIncrements: datasource.GroupByTable(datasource.TableRows[uint64]{Table: shopT, Rows: []uint64{tc.next}})})
			f := checktest.Facts{Source: source, Dest: snapshot(tc.dest, nil, nil, nil), Settings: checks.Settings{Deep: tc.deep}}
			wantRules(t, f, common.AutoIncrement, tc.want...)
			if _, notes, _ := f.Run(t, common.AutoIncrement); (len(notes) > 0) != tc.remark {
				t.Errorf("remarks %q", notes)
			}
		})
	}
}

func TestAutoIncrementToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := pairOf(t, dbtest.MariaDB, dbtest.MySQL)
	at := "CREATE TABLE " + task.Source.Schema + "."
	maria.Exec(t, at+"whole (id INT AUTO_INCREMENT PRIMARY KEY)", at+"part (id FLOAT AUTO_INCREMENT PRIMARY KEY)", at+"half (id DOUBLE AUTO_INCREMENT PRIMARY KEY)")
	wantCreated(t, my, true, "CREATE TABLE whole (id INT AUTO_INCREMENT PRIMARY KEY)")
	wantCreated(t, my, false, "CREATE TABLE part (id FLOAT AUTO_INCREMENT PRIMARY KEY)")
	wantCreated(t, my, false, "CREATE TABLE half (id DOUBLE AUTO_INCREMENT PRIMARY KEY)")
	got := wantFound(t, task, common.AutoIncrement, "not_whole half.id", "not_whole part.id")
	checktest.Mend(t, maria, got.Findings)
	wantFound(t, task, common.AutoIncrement)
}

func TestAutoIncrementNearEnd(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+from+".full (id TINYINT AUTO_INCREMENT PRIMARY KEY COMMENT 'it''s')", "INSERT INTO "+from+".full VALUES (127)",
			"CREATE TABLE "+from+".near (id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY)", "INSERT INTO "+from+".near VALUES (58981)",
			"CREATE TABLE "+from+".free (id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY)", "INSERT INTO "+from+".free VALUES (58979)",
			"CREATE TABLE "+from+".fresh (id TINYINT AUTO_INCREMENT PRIMARY KEY)")
		task := checktest.Real{Source: checktest.End{Server: s, Schema: from}, Dest: checktest.End{Server: s, Schema: to}, Settings: checks.Settings{Deep: true}}
		got := wantFound(t, task, common.AutoIncrement, "near_end full.id", "near_end near.id")
		checktest.Mend(t, s, got.Findings)
		wantFound(t, task, common.AutoIncrement)
		s.Exec(t, "INSERT INTO "+from+".full VALUES (NULL)")
	})
}

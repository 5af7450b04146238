package common_test

import (
	"errors"
	"testing"

	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

func TestCheckConstraint(t *testing.T) {
	t.Parallel()
	columns := []datasource.Column{bytesOf("a", 1), bytesOf("b", 1)}
	ob := func(major, minor, patch int) datasource.Server {
		return datasource.Server{Flavor: datasource.FlavorOceanBase, Mode: "MYSQL", Version: datasource.Version{Major: major, Minor: minor, Patch: patch}}
	}
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		constraints  []datasource.CheckConstraint
		want         []string
	}{
		{"a plain one", maria1011, mysql97, []datasource.CheckConstraint{{Name: "k", Clause: "`a` > 1 and `a` in (1,2)", Enforced: true}}, nil},
		{"the destination forgets it", maria1011, mysql57, []datasource.CheckConstraint{{Name: "k", Clause: "nvl(`a`)", Enforced: true}}, []string{"ignored"}},
		{"OceanBase is not given it", mysql97, ob(3, 2, 2), []datasource.CheckConstraint{{Name: "k", Clause: "1", Enforced: true}}, []string{"ignored"}},
		{"OceanBase is given it", mysql97, ob(3, 2, 3), []datasource.CheckConstraint{{Name: "k", Clause: "1", Enforced: true}}, nil},
		{"one name twice", maria1011, mysql97, []datasource.CheckConstraint{{Name: "k", Clause: "1", Enforced: true}, {Name: "K", Clause: "1", Enforced: true}}, []string{"name_taken"}},
		{"one name twice on MariaDB", maria1011, maria1011, []datasource.CheckConstraint{{Name: "k", Clause: "1", Enforced: true}, {Name: "K", Clause: "1", Enforced: true}}, nil},
		{"a column's", maria1011, mysql97, []datasource.CheckConstraint{{Name: "a", Clause: "`a` > 1", Column: true, Enforced: true}}, nil},
		{"a column's that names another", maria1011, mysql97, []datasource.CheckConstraint{{Name: "a", Clause: "`a` > `b`", Enforced: true}}, []string{"other_column"}},
		{"a column's that quotes another", maria1011, mysql97, []datasource.CheckConstraint{{Name: "a", Clause: "`a` > '`b`' or `a` = 'it\\'s `b`'", Enforced: true}}, nil},
		{"a function of MariaDB", maria1011, mysql97, []datasource.CheckConstraint{{Name: "k", Clause: "nvl(`a`,1) > 1", Enforced: true}}, []string{"function_refused"}},
		{"a function that MySQL dropped", maria1011, mysql97, []datasource.CheckConstraint{{Name: "k", Clause: "md5(`a`) > 1", Enforced: true}}, []string{"function_refused"}},
		{"a function that MySQL had", maria1011, mysql80, []datasource.CheckConstraint{{Name: "k", Clause: "md5(`a`) > 1", Enforced: true}}, nil},
		{"a function in a string", maria1011, mysql97, []datasource.CheckConstraint{{Name: "k", Clause: "`a` <> 'nvl(1)'", Enforced: true}}, nil},
		{"a function of MySQL", mysql97, maria1011, []datasource.CheckConstraint{{Name: "k", Clause: `regexp_like(_utf8mb4\'x\', 1)`, Enforced: true}}, []string{"function_refused"}},
		{"a function in a string of MySQL", mysql97, maria1011, []datasource.CheckConstraint{{Name: "k", Clause: `(_utf8mb4\'regexp_like(1)\' <> 'x')`, Enforced: true}}, nil},
		{"a function that is not known", mysql97, maria1011, []datasource.CheckConstraint{{Name: "k", Clause: "frobnicate(`a`)", Enforced: true}}, []string{"function_unknown"}},
		{"not enforced", mysql97, maria1011, []datasource.CheckConstraint{{Name: "k", Clause: "1"}}, []string{"becomes_enforced"}},
		{"not enforced on either", mysql97, mysql80, []datasource.CheckConstraint{{Name: "k", Clause: "1"}}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := snapshot(tc.source, columns, nil, datasource.Snapshot{
				datasource.FactCheckConstraints: datasource.GroupByTable(datasource.TableRows[datasource.CheckConstraint]{Table: shopT, Rows: tc.constraints})})
			wantRules(t, checktest.Facts{Source: source, Dest: snapshot(tc.dest, nil, nil, nil)}, common.CheckConstraint, tc.want...)
		})
	}
}

func TestCheckConstraintUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	source := snapshot(maria1011, nil, nil, datasource.Snapshot{datasource.FactCheckConstraints: lost})
	if _, _, err := (checktest.Facts{Source: source, Dest: snapshot(mysql97, nil, nil, nil)}).Run(t, common.CheckConstraint); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
}

func TestCheckConstraintMariaDBToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := pairOf(t, dbtest.MariaDB, dbtest.MySQL)
	use := "USE " + task.Source.Schema
	for table, accepted := range map[string]bool{
		"plain (a INT CHECK (a > 1), b INT, CONSTRAINT both_set CHECK (a < b AND COALESCE(b, 0) > 1))": true,
		"across (a INT CHECK (a > b), b INT)":                                   false,
		"inside (a JSON, CONSTRAINT has_id CHECK (JSON_EXISTS(a, '$.id')))":     false,
		"hashed (a CHAR(9), CONSTRAINT with_md5 CHECK (MD5(a) > ''))":           false,
		"valid (a JSON, s VARCHAR(9), CONSTRAINT quoted CHECK (s <> 'nvl(1)'))": true,
	} {
		maria.Exec(t, use, "CREATE TABLE "+table)
		wantCreated(t, my, accepted, "CREATE TABLE "+table)
	}
	maria.Exec(t, use, "CREATE TABLE unnamed1 (a INT, CHECK (a <> 'it''s'))", "CREATE TABLE unnamed2 (a INT, CHECK (a <> 'it''s'))")
	wantCreated(t, my, false, "CREATE TABLE unnamed1 (a INT, CONSTRAINT CONSTRAINT_1 CHECK (a > 0))", "CREATE TABLE unnamed2 (a INT, CONSTRAINT CONSTRAINT_1 CHECK (a > 0))")

	got := wantFound(t, task, common.CheckConstraint, "function_refused hashed.with_md5", "function_refused inside.has_id", "name_taken unnamed2.CONSTRAINT_1", "other_column across.a")
	checktest.Mend(t, maria, got.Findings)
	wantFound(t, task, common.CheckConstraint, "function_refused hashed.with_md5", "function_refused inside.has_id", "other_column across.a")
}

func TestCheckConstraintMySQLToMariaDB(t *testing.T) {
	t.Parallel()
	my, maria, task := pairOf(t, dbtest.MySQL, dbtest.MariaDB)
	use := "USE " + task.Source.Schema
	my.Exec(t, use, "CREATE TABLE plain (a INT CHECK (a > 1), s VARCHAR(9) CHECK (s <> 'regexp_like(1)'))",
		"CREATE TABLE matched (s VARCHAR(9), CONSTRAINT matches CHECK (REGEXP_LIKE(s, 'it''s')))",
		"CREATE TABLE loose (a INT, CONSTRAINT idle CHECK (a > 1) NOT ENFORCED)")
	wantCreated(t, maria, false, "CREATE TABLE matched (s VARCHAR(9), CONSTRAINT matches CHECK (REGEXP_LIKE(s, 'a')))")
	wantCreated(t, maria, false, "CREATE TABLE loose (a INT, CONSTRAINT idle CHECK (a > 1) /*!80016 NOT ENFORCED */)", "INSERT INTO loose VALUES (1)")
	got := wantFound(t, task, common.CheckConstraint, "function_refused matched.matches", "becomes_enforced loose.idle")
	checktest.Mend(t, my, got.Findings)
	wantFound(t, task, common.CheckConstraint, "function_refused matched.matches")
}

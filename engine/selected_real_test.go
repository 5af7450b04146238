package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
	"github.com/dbprecheck/precheck/engine/fixscript"
)

// ofTables are the facts of which a run reads only selected tables.
var ofTables = []datasource.AnyFact{datasource.FactAutoIncrements, datasource.FactCheckConstraints,
	datasource.FactColumns, datasource.FactCreateOptions, datasource.FactDescendingIndexes, datasource.FactIndexes,
	datasource.FactPartitions, datasource.FactTableSizes, datasource.FactTriggers, datasource.FactViews}

// selecting is a reader that records of which facts it reads selected tables.
type selecting struct {
	datasource.Reader
	mu  sync.Mutex
	few map[datasource.AnyFact]bool
}

func (s *selecting) Select(selected datasource.Selected) {
	selective, ok := s.Reader.(datasource.Selective)
	if !ok {
		return
	}
	selective.Select(func(ctx context.Context, fact datasource.AnyFact) ([]datasource.TableName, bool) {
		tables, ok := selected(ctx, fact)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.few[fact] = ok
		return tables, ok
	})
}

// wholeSchemas is a reader that cannot select tables.
type wholeSchemas struct{ datasource.Reader }

// shownBy runs a task with the readers that wrap makes, and returns all that is shown of it.
func shownBy(t *testing.T, task engine.Task, wrap func(datasource.Reader) datasource.Reader) string {
	t.Helper()
	var types []string
	all, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range all.Plan(task).Items {
		reads := slices.Concat(item.Check.Of(checks.Source), item.Check.Of(checks.Dest))
		if slices.ContainsFunc(reads, func(f datasource.AnyFact) bool { return slices.Contains(ofTables, f) }) {
			types = append(types, item.Check.Type)
		}
	}
	slices.Sort(types)
	types = slices.Compact(types)
	if len(types) < 20 {
		t.Fatalf("only %d checks read facts of tables", len(types))
	}
	e, err := engine.New(engine.WithOnly(types...),
		engine.WithOpener(func(at datasource.Endpoint, scope datasource.Scope) (datasource.Reader, error) {
			r, err := engine.Open(at, scope)
			if err != nil {
				return nil, err
			}
			return wrap(r), nil
		}))
	if err != nil {
		t.Fatal(err)
	}
	report, err := e.Run(t.Context(), task)
	if err != nil {
		t.Fatal(err)
	}
	var shown strings.Builder
	for _, res := range report.Results {
		res.Start, res.Duration, res.VolatileNotes = 0, 0, nil
		data, err := engine.EncodeResult(res)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&shown, "%s\n", strings.ReplaceAll(string(data), `},{`, "},\n{"))
	}
	for _, script := range fixscript.New(report).Scripts {
		shown.WriteString(script.SQL)
	}
	return shown.String()
}

// objectsAround are the objects of a schema, of which a task selects few.
func objectsAround(product dbtest.Product) []string {
	all := []string{
		"CREATE TABLE parent (id INT NOT NULL, code VARCHAR(9), UNIQUE (id), KEY (code)) ENGINE = InnoDB",
		"CREATE TABLE child (id INT PRIMARY KEY, p INT, c VARCHAR(9), CONSTRAINT to_parent FOREIGN KEY (p) " +
			"REFERENCES parent (id) ON DELETE CASCADE, CONSTRAINT to_code FOREIGN KEY (c) REFERENCES parent (code), " +
			"CONSTRAINT positive CHECK (p > 0)) ENGINE = InnoDB",
		"CREATE TABLE grandchild (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES child (id)) ENGINE = InnoDB",
		"CREATE TABLE computed (id INT PRIMARY KEY, twice INT AS (id * 2) VIRTUAL, thrice INT AS (id * 3) STORED, " +
			"name VARCHAR(300) CHARACTER SET latin1 DEFAULT 'a', at DATETIME DEFAULT '2024-01-01', KEY (name DESC))",
		"CREATE TABLE parts (id INT PRIMARY KEY, d DATE) ROW_FORMAT = COMPRESSED PARTITION BY HASH (id) PARTITIONS 3",
		"CREATE TABLE plain (a INT, b GEOMETRY, c JSON, d BIT(3), e ENUM('x', 'y'))",
		"CREATE TABLE words (id INT PRIMARY KEY AUTO_INCREMENT, w TEXT, FULLTEXT (w)) AUTO_INCREMENT = 2147483640",
		"CREATE TABLE memory (a INT, KEY (a) USING HASH) ENGINE = MEMORY",
		"CREATE TABLE old (a INT PRIMARY KEY, KEY (a)) ENGINE = MyISAM",
		"CREATE TABLE twin (a INT PRIMARY KEY)", "CREATE TABLE Twin (a VARCHAR(9) PRIMARY KEY, CHECK (a <> ''))",
		"CREATE TABLE `o'k \\\\ \"it``s\"` (a INT PRIMARY KEY, `%s` INT, CHECK (`%s` < 9))",
		"CREATE TABLE `заказы%s` (a INT, `ключ` VARCHAR(20), UNIQUE (`ключ`))",
		"CREATE TABLE orders (id INT PRIMARY KEY, n INT)", "CREATE TABLE _orders_new (id INT PRIMARY KEY, n INT)",
		"CREATE TRIGGER pt_osc_shop_orders_ins AFTER INSERT ON orders FOR EACH ROW SET @a = 1",
		"CREATE TRIGGER on_plain BEFORE INSERT ON plain FOR EACH ROW SET NEW.a = 1",
		"CREATE VIEW shown AS SELECT a FROM plain WHERE a > 1",
		"CREATE FUNCTION f() RETURNS INT NO SQL RETURN 1",
	}
	for i := range 40 {
		all = append(all, fmt.Sprintf("CREATE TABLE filler%d (id INT PRIMARY KEY, a VARCHAR(20), j JSON, KEY (a), "+
			"CONSTRAINT limited%d CHECK (id > %d))", i, i, i))
	}
	if product == dbtest.MySQL {
		set := "SET SESSION restrict_fk_on_non_standard_key = "
		return slices.Concat([]string{set + "OFF"}, all, []string{set + "DEFAULT"})
	}
	return append(all, "CREATE SEQUENCE numbers")
}

// A task of few tables shows the same whether the facts are those of its tables or of all tables of the schemas.
func TestFewTablesShowTheSame(t *testing.T) {
	t.Parallel()
	const created, present = checks.Schema | checks.Full, checks.AllPhases &^ checks.Schema
	checktest.Directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		phases := []checks.Phases{created}
		if dest.Product == dbtest.MySQL { // where more facts are read of all tables
			phases = append(phases, present)
		}
		wantSameOfFew(t, source, dest, phases...)
	})
	t.Run("to lower case", func(t *testing.T) {
		t.Parallel()
		wantSameOfFew(t, dbtest.Get(t, dbtest.MySQL), dbtest.Start(t, dbtest.MariaDB, "--lower-case-table-names=1"),
			present)
	})
}

func wantSameOfFew(t *testing.T, source, dest *dbtest.Server, all ...checks.Phases) {
	t.Helper()
	from, to := source.Database(t), dest.Database(t)
	source.Exec(t, append([]string{"USE " + from}, objectsAround(source.Product)...)...)
	dest.Exec(t, "USE "+to,
		"CREATE TABLE parent (id BIGINT PRIMARY KEY, code VARCHAR(3))",
		"CREATE TABLE other (id INT PRIMARY KEY, CONSTRAINT positive CHECK (id > 1))",
		"CREATE TABLE other_child (id INT PRIMARY KEY, p BIGINT, CONSTRAINT to_code FOREIGN KEY (p) "+
			"REFERENCES parent (id))",
		"CREATE TABLE plain (a INT, c LONGTEXT, z INT NOT NULL, CONSTRAINT at_least CHECK (a > 7))",
		"CREATE TABLE twin (a INT PRIMARY KEY, b INT)", "INSERT INTO twin VALUES (1, 1)",
		"CREATE TABLE computed (id SMALLINT, name VARCHAR(10) PRIMARY KEY)",
		"CREATE TRIGGER fires BEFORE INSERT ON twin FOR EACH ROW SET NEW.b = 1",
		"CREATE TRIGGER fires_elsewhere BEFORE INSERT ON other FOR EACH ROW SET NEW.id = 1")
	for i := range 40 {
		dest.Exec(t, fmt.Sprintf("CREATE TABLE %s.filler%d (id INT)", to, i))
	}
	include := func(patterns ...string) checks.Selection {
		s := checks.Selection{Mode: checks.Wildcard, Databases: []checks.SelectedDatabase{
			{Name: from, MappedName: to, NameOnly: true}}}
		for _, p := range patterns {
			s.Include = append(s.Include, from+"."+p)
		}
		return s
	}
	but := func(s checks.Selection, excluded string) checks.Selection {
		s.Exclude = []string{from + "." + excluded}
		return s
	}
	named := func(tables ...checks.SelectedTable) checks.Selection {
		return checks.Selection{Mode: checks.Specific, Databases: []checks.SelectedDatabase{
			{Name: from, MappedName: to, Tables: tables}}}
	}
	of := func(s checks.Selection, c checks.TableCategory) checks.Selection {
		s.Category = c
		return s
	}
	everything := []datasource.AnyFact{datasource.FactColumns, datasource.FactIndexes, datasource.FactPartitions}
	for name, one := range map[string]struct {
		selection checks.Selection
		few       []datasource.AnyFact // facts of which selected tables must be read on the source
	}{
		"child":      {include("child"), everything},
		"parent":     {include("parent"), everything},
		"family":     {include("*child", "paren?"), everything},
		"kinds":      {include("computed", "parts", "plain", "words", "memory", "old"), everything},
		"twins":      {include("twin", "Twin"), everything},
		"one twin":   {include("twin"), everything},
		"characters": {include("o'k*", "заказы%s"), everything},
		"fillers":    {but(include("filler1*"), "filler11"), everything},
		"shadow":     {include("_orders_new"), everything},
		"copied":     {include("orders"), append(slices.Clone(everything), datasource.FactTriggers)},
		"missing":    {include("absent", "plain"), everything},
		"nothing":    {include("absent"), nil},
		"renamed": {named(checks.SelectedTable{Name: "child", MappedName: "plain"},
			checks.SelectedTable{Name: "words", MappedName: "Twin"}, checks.SelectedTable{Name: "Twin"}), everything},
		"merged": {named(checks.SelectedTable{Name: "twin"}, checks.SelectedTable{Name: "Twin", MappedName: "twin"}),
			everything},
		"view":     {include("shown", "twin"), nil},
		"keyed":    {of(include("child", "plain"), checks.WithUniqueRowID), nil},
		"all":      {include("*"), nil},
		"sequence": {include("numbers", "plain"), everything},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, phases := range all {
				task := checktest.Real{Source: checktest.Endpoint{Server: source},
					Dest: checktest.Endpoint{Server: dest}, Selection: &one.selection,
					Settings: checks.Settings{Deep: true, Routines: true}}.Task(phases)
				task.ID = "t_few"
				whole := shownBy(t, task, func(r datasource.Reader) datasource.Reader { return wholeSchemas{r} })
				var readers []*selecting // source, destination
				few := shownBy(t, task, func(r datasource.Reader) datasource.Reader {
					readers = append(readers, &selecting{Reader: r, few: map[datasource.AnyFact]bool{}})
					return readers[len(readers)-1]
				})
				if diff := cmp.Diff(whole, few); diff != "" {
					t.Errorf("a run over selected tables differs (-all +selected):\n%s", diff)
				}
				if one.few == nil && readers[0].few[datasource.FactColumns] {
					t.Error("only some tables are read")
				}
				for _, fact := range one.few {
					if read, asked := readers[0].few[fact]; asked && !read {
						t.Errorf("%s: all tables are read", fact)
					}
				}
				if one.few != nil && !readers[1].few[datasource.FactColumns] && phases&checks.Full != 0 {
					t.Error("all columns of the destination are read")
				}
			}
		})
	}
}

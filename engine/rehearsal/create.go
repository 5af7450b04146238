package rehearsal

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// creator creates objects on a target.
type creator struct {
	conn     *sql.Conn
	reset    string            // the statement that sets the session up again
	schemas  map[string]string // of the target, by the destination schemas of the task
	renamed  map[string]string // of the target, by their names in definitions
	current  string
	keys     []*foreignKeys
	rewrites bool   // definitions
	done     func() // is called for each object
	rate     int    // the most statements per second; 0 is no limit
	started  time.Time
	count    int
	dropped  []datasource.TableName // of the target, because a foreign key of theirs is refused
}

// foreignKeys are the foreign keys of a table, which are created when all tables are there.
type foreignKeys struct {
	of    *Object
	keys  []string
	added bool
}

// all creates the objects, foreign keys after the tables, and those that name each other in the order in which the
// target accepts them. Only an error that is not about an object is returned.
func (c *creator) all(ctx context.Context, objects []*Object) error {
	var pending []*Object
	for i, o := range objects {
		if o.Kind != "SEQUENCE" && o.Kind != "TABLE" && (i == 0 || objects[i-1].Kind == "TABLE") {
			if err := c.addKeys(ctx); err != nil {
				return err
			}
		}
		if err := c.create(ctx, o); err != nil {
			return err
		}
		c.done()
		if o.Outcome == Refused {
			pending = append(pending, o)
		}
	}
	if err := c.addKeys(ctx); err != nil {
		return err
	}
	for tried := len(pending) + 1; len(pending) > 0 && len(pending) < tried; {
		tried = len(pending)
		var still []*Object
		for _, o := range pending {
			if err := c.create(ctx, o); err != nil {
				return err
			}
			if o.Outcome == Refused {
				still = append(still, o)
			}
		}
		pending = still
		if err := c.addKeys(ctx); err != nil {
			return err
		}
	}
	return nil
}

// create creates an object and sets its outcome.
func (c *creator) create(ctx context.Context, o *Object) error {
	d := o.definition
	if d.unconverted {
		o.Outcome = NotConverted
		return nil
	}
	if d.sql == "" {
		o.Outcome, o.Err = NotShown, d.err
		return nil
	}
	statements := []string{"USE " + quote(c.schemas[o.Dest.Schema])}
	if statements[0] == c.current {
		statements = nil
	}
	if d.sqlMode != "" || d.collation != "" {
		if !c.rewrites {
			statements = append(statements, sessionOf(d)...)
		} else if err := c.knownSession(ctx, d); err != nil {
			return err
		}
		defer func() { _, _ = c.conn.ExecContext(ctx, c.reset) }()
	}
	create, keys := c.statement(o)
	err := c.execute(ctx, o, append(statements, create)...)
	c.current = "USE " + quote(c.schemas[o.Dest.Schema])
	if o.Outcome == Created && len(keys) > 0 {
		c.keys = append(c.keys, &foreignKeys{of: o, keys: keys})
	}
	return err
}

// statement returns the statement that creates an object, and those that add its foreign keys.
func (c *creator) statement(o *Object) (create string, keys []string) {
	create = o.definition.sql
	if c.rewrites {
		create = rewrite(create, o.Kind)
	}
	switch o.Kind {
	case "TABLE":
		create, keys = withoutForeignKeys(create)
	case "EVENT":
		create = disabled(create)
	}
	if o.Dest.Name != o.Source.Name {
		create = named(create, o.Kind, o.Dest.Name)
	}
	for i, key := range keys {
		keys[i] = "ALTER TABLE " + quote(c.schemas[o.Dest.Schema], o.Dest.Name) + " ADD " + withSchemas(key, c.renamed)
	}
	return withSchemas(create, c.renamed), keys
}

// addKeys adds the foreign keys of the tables that were created. A table whose foreign key is refused is not there for
// what depends on it, as if it had been created in one statement: it is dropped, and the foreign keys that refer to it
// are refused, too.
func (c *creator) addKeys(ctx context.Context) error {
	keys := c.keys
	c.keys = nil
	for again := true; again; {
		again = false
		for _, k := range keys {
			if k.of.Outcome != Created || k.added && !c.refersToDropped(k) {
				continue
			}
			if k.added { // the table that it refers to has been dropped since
				if err := c.recreate(ctx, k.of); err != nil {
					return err
				}
			}
			if err := c.execute(ctx, k.of, k.keys...); err != nil {
				return err
			}
			if k.added = true; k.of.Outcome == Refused {
				again = true
				if err := c.drop(ctx, k.of); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// target returns the name of a table on the target.
func (c *creator) target(o *Object) datasource.TableName {
	return datasource.TableName{Schema: c.schemas[o.Dest.Schema], Name: o.Dest.Name}
}

// drop drops a table that was created.
func (c *creator) drop(ctx context.Context, o *Object) error {
	at := c.target(o)
	c.dropped = append(c.dropped, at)
	for _, s := range []string{"SET SESSION foreign_key_checks = 0", "DROP TABLE " + quote(at.Schema, at.Name),
		"SET SESSION foreign_key_checks = 1"} {
		if _, err := c.conn.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// recreate drops a table and creates it without its foreign keys.
func (c *creator) recreate(ctx context.Context, o *Object) error {
	if err := c.drop(ctx, o); err != nil {
		return err
	}
	c.dropped = c.dropped[:len(c.dropped)-1]
	create, _ := c.statement(o)
	c.current = "USE " + quote(c.target(o).Schema)
	return c.execute(ctx, o, c.current, create)
}

// refersToDropped reports whether a foreign key refers to a table that was dropped.
func (c *creator) refersToDropped(k *foreignKeys) bool {
	return slices.ContainsFunc(k.keys, func(key string) bool {
		return slices.Contains(c.dropped, parentOf(key, c.schemas[k.of.Dest.Schema]))
	})
}

// fullDisk are the errors of a server without space: 1021 the disk, 1114 a table.
var fullDisk = []uint16{1021, 1114}

// execute runs the statements of an object until the server refuses one.
func (c *creator) execute(ctx context.Context, o *Object, statements ...string) error {
	o.Outcome, o.Statement, o.Err = Created, "", nil
	for _, s := range statements {
		if err := c.pace(ctx); err != nil {
			return err
		}
		_, err := c.conn.ExecContext(ctx, s)
		number, text, ok := mysql.ServerError(err)
		if slices.Contains(fullDisk, number) {
			return message.Err("engine.rehearsal.disk", "error", message.Verbatim(text))
		}
		if ok {
			o.Outcome, o.Statement, o.Err = Refused, c.inTask(s), &ServerError{number, c.inTask(oneLine(text))}
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// oneLine returns the error of a server that quotes several lines as one.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// inTask returns a text of the target with the schemas of the task.
func (c *creator) inTask(text string) string { return inTask(text, c.schemas) }

func inTask(text string, schemas map[string]string) string {
	for schema, name := range schemas {
		text = strings.ReplaceAll(text, name, schema)
	}
	return text
}

// pace waits until the next statement may run.
func (c *creator) pace(ctx context.Context) error {
	if c.rate == 0 {
		return nil
	}
	if c.count == 0 {
		c.started = time.Now()
	}
	next := c.started.Add(time.Duration(c.count) * time.Second / time.Duration(c.rate))
	c.count++
	select {
	case <-time.After(time.Until(next)):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// sessionOf returns the settings with which a trigger, routine or event was created, as a dump has them.
func sessionOf(d *definition) []string {
	statements := []string{"SET SESSION sql_mode = " + checks.QuoteString(d.sqlMode)}
	if d.collation != "" {
		statements = append(statements, "SET SESSION collation_connection = "+d.collation)
	}
	if d.timeZone != "" {
		statements = append(statements, "SET SESSION time_zone = "+checks.QuoteString(d.timeZone))
	}
	return statements
}

// targetSession returns the statement that sets up a session that creates objects. MariaDB 11.5 and later otherwise
// have a default collation that does not fit the tables of older servers.
func targetSession(s datasource.Server) string {
	names := "SET NAMES utf8mb4"
	if s.IsMariaDB() {
		names += " COLLATE utf8mb4_general_ci"
	}
	return names + ", SESSION sql_mode = DEFAULT, SESSION time_zone = DEFAULT"
}

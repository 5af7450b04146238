package rehearsal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/disposable"
	"github.com/dbprecheck/precheck/datasource/drivers"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/mysql"
	"github.com/dbprecheck/precheck/engine"
)

// Setting is a setting of the destination that decides what it accepts, and whether the target of the rehearsal has it.
type Setting struct {
	Name, Value string // of the destination
	Target      string // the value of the target, if it differs
	Differs     bool
}

// startSettings are the settings that a server has from its first start.
var startSettings = []string{"lower_case_table_names", "innodb_page_size", "disabled_storage_engines"}

// settings are the settings that decide which definitions a server accepts and what it makes of them (MySQL 8.4
// Reference Manual and MariaDB Server Documentation, "Server System Variables" and "InnoDB System Variables"). A server
// does not have all of them.
var settings = append([]string{
	"sql_mode", "character_set_server", "collation_server", "default_collation_for_utf8mb4", "character_set_collations",
	"old_mode", "default_storage_engine", "explicit_defaults_for_timestamp", "default_table_encryption", "time_zone",
	"innodb_strict_mode", "innodb_default_row_format", "innodb_file_per_table", "innodb_large_prefix",
	"innodb_file_format", "innodb_compression_default", "innodb_read_only_compressed", "innodb_force_primary_key",
	"innodb_encrypt_tables", "sql_require_primary_key", "sql_generate_invisible_primary_key",
	"restrict_fk_on_non_standard_key", "table_encryption_privilege_check", "log_bin_trust_function_creators",
	"system_versioning_alter_history", "max_allowed_packet", "thread_stack",
	"log_bin", "ft_min_word_len", "innodb_ft_min_token_size", "check_constraint_checks",
}, startSettings...)

// products are the products of disposable servers, by the type of the destination.
var products = map[datasource.Type]disposable.Product{
	datasource.MySQL: disposable.MySQL, datasource.MariaDB: disposable.MariaDB,
	datasource.OceanBaseMySQL: disposable.OceanBase,
}

// target is the server on which objects are created.
type target struct {
	endpoint   datasource.Endpoint
	origin     string // of a disposable server
	disposable *disposable.Server
	settings   []Setting
}

// openTarget returns the server on which a task is rehearsed.
func openTarget(ctx context.Context, t engine.Task, d *destination, o Options) (*target, error) {
	switch {
	case o.On == Container:
		return startTarget(ctx, t, d, o)
	case o.On == Scratch:
		return &target{endpoint: t.Destination.Endpoint}, nil
	}
	return &target{endpoint: o.Server}, nil
}

// startTarget starts a disposable server of the product, the version and the settings of the destination.
func startTarget(ctx context.Context, t engine.Task, d *destination, o Options) (*target, error) {
	images := o.Images
	if images == nil {
		images = publicImages(t.Destination.Type, d.server.Version)
	}
	var args []string
	for _, name := range startSettings {
		value, has := d.variables[name]
		if arg := "--" + strings.ReplaceAll(name, "_", "-") + "=" + value; has && name == "disabled_storage_engines" {
			args = append(args, "--loose-"+strings.TrimPrefix(arg, "--"))
		} else if has {
			args = append(args, arg)
		}
	}
	if on, has := d.variables.On("log_bin"); has && !on { // decides which functions may be created
		args = append(args, "--skip-log-bin")
	}
	started, err := disposable.Start(ctx, products[t.Destination.Type],
		disposable.Options{Images: images, Args: args, Disk: cmp.Or(o.Disk, DefaultDisk)})
	if err != nil {
		return nil, message.Err("engine.rehearsal.no_server", "reason", message.Verbatim(err.Error()))
	}
	at := &target{origin: started.Origin, disposable: started, endpoint: endpointOf(t.Destination.Type, started)}
	if at.settings, err = apply(ctx, at.endpoint, d.variables); err != nil {
		return nil, errors.Join(err, started.Stop())
	}
	return at, nil
}

// publicImages returns the names of the public images of a version, the last one without its patch level. Nil is the
// newest image of OceanBase, the names of whose images end with a build.
func publicImages(t datasource.Type, v datasource.Version) []string {
	if t == datasource.OceanBaseMySQL {
		return nil
	}
	name := strings.ToLower(string(products[t])) + ":"
	parts := strings.Split(v.String(), ".")
	return []string{name + v.String(), name + strings.Join(parts[:min(2, len(parts))], ".")}
}

// destination is what a rehearsal knows of the destination of a task.
type destination struct {
	server    datasource.Server
	variables datasource.Variables
	schemas   []datasource.Schema
	tables    datasource.Tables // of the schemas of the task
}

// readDestination reads the destination, from its snapshot if the task has one.
func readDestination(ctx context.Context, facts *datasource.Facts) (d *destination, err error) {
	d = &destination{}
	if d.server, err = datasource.FactServer.Of(ctx, facts); err != nil {
		return nil, err
	}
	if d.variables, err = datasource.FactVariables.Of(ctx, facts); err != nil {
		return nil, err
	}
	if d.schemas, err = datasource.FactSchemas.Of(ctx, facts); err != nil {
		return nil, err
	}
	d.tables, err = datasource.FactTables.Of(ctx, facts)
	return d, err
}

// apply sets the settings of the destination on a server, and returns them with those that the server has now.
func apply(ctx context.Context, e datasource.Endpoint, variables datasource.Variables) ([]Setting, error) {
	db, err := mysql.Connect(e)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	for _, name := range settings {
		value, has := variables[name]
		if !has || name == "log_bin" || slices.Contains(startSettings, name) {
			continue
		}
		if _, err := db.ExecContext(ctx, fmt.Sprintf("SET GLOBAL %s = %s", name, literal(value))); err != nil {
			if _, _, refused := mysql.ServerError(err); !refused {
				return nil, err
			}
		}
	}
	reader, err := drivers.Open(e, func(context.Context) ([]string, error) { return nil, nil })
	if err != nil {
		return nil, err
	}
	defer func() { _ = reader.Close() }()
	now, err := datasource.FactVariables.Of(ctx, datasource.NewFacts(ctx, reader))
	if err != nil {
		return nil, err
	}
	var all []Setting
	for _, name := range settings {
		value, has := variables[name]
		if !has {
			continue
		}
		s := Setting{Name: name, Value: value}
		if got := now[name]; got != value {
			s.Target, s.Differs = got, true
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Setting) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// dying is how long a server may take to end after its connections have.
const dying = 5 * time.Second

// ended returns why a disposable server has ended on its own, if that can be the reason of an error; nil if it has not.
func (t *target) ended(err error) error {
	if t == nil || t.disposable == nil || !mysql.Lost(err) {
		return nil
	}
	for started := time.Now(); time.Since(started) < dying; time.Sleep(dying / 50) {
		if reason := t.disposable.Ended(); reason != nil {
			return reason
		}
	}
	return nil
}

// close stops a disposable server.
func (t *target) close() error {
	if t.disposable == nil {
		return nil
	}
	return t.disposable.Stop()
}

// literal returns the value of a setting as SQL.
func literal(value string) string {
	if _, err := strconv.ParseFloat(value, 64); err == nil {
		return value
	}
	return checks.QuoteString(value)
}

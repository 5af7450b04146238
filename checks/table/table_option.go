package table

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/limits"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// tableOption matches an option in TABLES.create_options, where MariaDB quotes those of a storage engine.
var tableOption = regexp.MustCompile("(?i)(`[^`]+`|(?:DATA|INDEX) DIRECTORY|[A-Z_]+)=" +
	`('(?:[^']|'')*'|"[^"]*"|[^ ]*)`)

// mariadbOptions are options that MariaDB writes into the definition of a table and that MySQL does not parse (error
// 1064; tried on MariaDB 10.11 and 11.8 and on MySQL 9.7). Options that a table has only because its engine is not
// known to MySQL are not listed.
var mariadbOptions = strings.Fields(`ENCRYPTED ENCRYPTION_KEY_ID IETF_QUOTES PAGE_CHECKSUM PAGE_COMPRESSED
PAGE_COMPRESSION_LEVEL TRANSACTIONAL`)

// optionsRun judges the options of the tables of a source for a destination, both with the MySQL dialect.
type optionsRun struct {
	*checks.Pass
	source, dest datasource.Server
	settings     datasource.Variables // of the destination
	engines      datasource.StorageEngines
	modes        []string // of the destination's sql_mode
	strict       bool     // InnoDB refuses options instead of ignoring them
	page         int64    // InnoDB's page size
	options      datasource.TableRows[string]
	keyring      keyring
}

// tableOptions reports options of tables that the destination refuses or ignores.
func tableOptions(
	ctx context.Context, p *checks.Pass, mapping *checks.Mapping, formats formats, dest datasource.Server,
	settings datasource.Variables,
) (err error) {
	o := optionsRun{Pass: p, dest: dest, settings: settings, options: formats.options}
	if o.source, err = datasource.FactServer.Of(ctx, p.Source()); err != nil {
		return err
	}
	if !o.source.IsMySQL() && !o.source.IsMariaDB() {
		return nil
	}
	mode, _ := settings.Lookup("sql_mode")
	o.modes = sysvar.SQLModes(mode)
	strict, known := settings.On("innodb_strict_mode")
	o.strict = strict || !known
	size, _ := settings.Int("innodb_page_size")
	o.page = int64(size)
	all, err := datasource.FactStorageEngines.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	o.engines = limits.Engines(all, settings)
	tables := mapping.BaseTables()
	if err := o.defaultEncryption(ctx, mapping); err != nil {
		return err
	}
	for _, pair := range tables {
		for _, all := range o.options.Of(pair.Source) {
			if err := o.table(ctx, pair, all); err != nil {
				return err
			}
		}
		if o.isAria(pair) && o.options.Of(pair.Source) == nil && o.dest.IsMySQL() {
			o.refused(pair, []string{"PAGE_CHECKSUM=1"}, checks.Fail) // Aria always writes it
		}
	}
	return o.placements(ctx, mapping)
}

// isAria reports whether a table of Aria is not already refused for its engine.
func (o *optionsRun) isAria(pair checks.TablePair) bool {
	return strings.EqualFold(pair.Table.Engine, "Aria") && !slices.Contains(o.modes, "NO_ENGINE_SUBSTITUTION")
}

// table reports the options of a table; all is TABLES.create_options.
func (o *optionsRun) table(ctx context.Context, pair checks.TablePair, all string) error {
	if !o.engines.Usable(pair.Table.Engine) && slices.Contains(o.modes, "NO_ENGINE_SUBSTITUTION") {
		return nil // refused for its engine
	}
	options := map[string]string{}
	var names []string
	for _, m := range tableOption.FindAllStringSubmatch(all, -1) {
		name := strings.ToUpper(strings.Trim(m[1], "`"))
		names, options[name] = append(names, name), strings.Trim(m[2], `'"`)
	}
	var unknown, ignored []string // to the destination; without strict mode
	for _, name := range names {
		value := options[name]
		written := name + "=" + value
		innoDB := limits.BecomesInnoDB(pair.Table.Engine, o.engines)
		switch {
		case o.dest.IsMySQL() && slices.Contains(mariadbOptions, name):
			unknown = append(unknown, written)
		case name == "ROW_FORMAT" && strings.EqualFold(value, "PAGE") && o.dest.IsMySQL():
			unknown = append(unknown, written)
		case name == "ROW_FORMAT" && innoDB && (strings.EqualFold(value, "PAGE") || strings.EqualFold(value, "FIXED")):
			ignored = append(ignored, written)
		case name == "KEY_BLOCK_SIZE" && innoDB:
			o.blockSize(pair, value, options["ROW_FORMAT"])
		case name == "COMPRESSION" || name == "SECONDARY_ENGINE":
			o.ofMySQL(pair, name, value)
		case name == "ENCRYPTION" && strings.EqualFold(value, "Y"):
			if err := o.encryption(ctx, pair); err != nil {
				return err
			}
		}
	}
	o.refused(pair, unknown, checks.Fail)
	level := checks.Fail
	if !o.strict {
		level = checks.Warn
	}
	o.refused(pair, ignored, level)
	return nil
}

// refused reports options that the destination refuses and that the source can remove.
func (o *optionsRun) refused(pair checks.TablePair, written []string, level checks.Level) {
	if len(written) == 0 {
		return
	}
	var clauses []string
	if o.isAria(pair) {
		clauses = append(clauses, ToInnoDB)
	}
	for _, option := range written {
		name, _, _ := strings.Cut(option, "=")
		if clause := name + " = DEFAULT"; !strings.Contains(ToInnoDB, clause) || !o.isAria(pair) {
			clauses = append(clauses, clause)
		}
	}
	o.Report(checks.Finding{Rule: "option", Level: level, Object: checks.TableObject(pair.Dest),
		Actual: strings.Join(written, " "), Args: checks.Args{"dest": o.dest}, On: checks.Place{Side: checks.Source},
		SQL: []string{"ALTER TABLE " + checks.QuoteTable(o.Route.Source, pair.Source) + " " +
			strings.Join(clauses, ", ")}})
}

// blockSize reports a KEY_BLOCK_SIZE that InnoDB does not accept: one that is not a power of two, is above the page
// size, or stands beside another row format than COMPRESSED. MySQL refuses it with error 1031, MariaDB with 1005.
func (o *optionsRun) blockSize(pair checks.TablePair, value, format string) {
	size, err := strconv.ParseInt(value, 10, 64)
	if err != nil || size == 0 {
		return
	}
	most := int64(16)
	if o.page > 0 {
		most = min(most, o.page/1024)
	}
	f := checks.Finding{Rule: "option", Level: checks.Fail, Object: checks.TableObject(pair.Dest),
		Actual: "KEY_BLOCK_SIZE=" + value, Expected: fmt.Sprintf("KEY_BLOCK_SIZE ≤ %d", most),
		Args: checks.Args{"dest": o.dest}}
	switch compressed := format == "" || strings.EqualFold(format, "COMPRESSED"); {
	case size > most:
	case size&(size-1) != 0:
		f.Expected = "KEY_BLOCK_SIZE = 1, 2, 4, 8, 16"
	case !compressed:
		f.Expected, f.Actual = "ROW_FORMAT=COMPRESSED", "ROW_FORMAT="+strings.ToUpper(format)+" "+f.Actual
		f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(o.Route.Source, pair.Source) + " KEY_BLOCK_SIZE = 0"}
		f.On = checks.Place{Side: checks.Source}
	default:
		return
	}
	if !o.strict {
		f.Level = checks.Warn
	}
	o.Report(f)
}

// ofMySQL reports options that MariaDB refuses (error 1911), and page compression without a file per table, which MySQL
// refuses (error 1112).
func (o *optionsRun) ofMySQL(pair checks.TablePair, name, value string) {
	if o.source.IsMariaDB() {
		return
	}
	f := checks.Finding{Rule: "option", Level: checks.Fail, Object: checks.TableObject(pair.Dest),
		Actual: name + "=" + value, Args: checks.Args{"dest": o.dest}}
	perTable, known := o.settings.On("innodb_file_per_table")
	none := strings.EqualFold(value, "none") || strings.EqualFold(value, "null")
	switch {
	case o.dest.IsMariaDB():
		if slices.Contains(o.modes, "IGNORE_BAD_TABLE_OPTIONS") {
			f.Level = checks.Warn
		}
	case none || !known || perTable || name != "COMPRESSION":
		return
	default:
		f.Expected = "innodb_file_per_table=ON"
		f.SQL = checks.SetGlobal(o.dest, "innodb_file_per_table", "ON")
	}
	o.Report(f)
}

package table

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// placements reports tables that InnoDB of the source stores in a place that the destination may not have.
func (o *optionsRun) placements(ctx context.Context, mapping *checks.Mapping) error {
	placements, err := datasource.FactPlacements.Of(ctx, o.Source())
	switch {
	case datasource.NotShown(err):
		o.Note("placements_not_read", "cause", err)
	case err != nil:
		return err
	}
	var tablespaces []string
	for _, pair := range mapping.BaseTables() {
		for _, at := range placements.Of(pair.Source) {
			if at.Tablespace != "" && o.dest.IsMySQL() {
				if tablespaces == nil {
					if tablespaces, err = datasource.FactGeneralTablespaces.Of(ctx, o.Dest()); err != nil {
						return err
					}
				}
				if !slices.Contains(tablespaces, at.Tablespace) {
					o.Report(checks.Finding{Rule: "tablespace", Level: checks.Fail,
						Object: checks.TableObject(pair.Dest), Actual: at.Tablespace, Args: checks.Args{"dest": o.dest},
						SQL: []string{"CREATE TABLESPACE " + checks.Quote(o.Route.Dest, at.Tablespace) +
							" ADD DATAFILE " + checks.QuoteString(at.Tablespace+".ibd")}})
					break
				}
			}
		}
		o.compressedPartition(pair, placements.Of(pair.Source))
		o.directory(pair, placements.Of(pair.Source))
	}
	return nil
}

// compressedPartition reports a partition of MariaDB with an option of its own, which MySQL does not parse.
func (o *optionsRun) compressedPartition(pair checks.TablePair, at []datasource.Placement) {
	compressed := slices.ContainsFunc(at, func(p datasource.Placement) bool { return p.PageCompressed })
	ofTable := slices.ContainsFunc(o.options.Of(pair.Source), func(all string) bool {
		return strings.Contains(strings.ToUpper(all), "`PAGE_COMPRESSED`")
	})
	if compressed && !ofTable && o.dest.IsMySQL() {
		o.Report(checks.Finding{Rule: "option", Level: checks.Fail, Object: checks.TableObject(pair.Dest),
			Actual: "PAGE_COMPRESSED=1", Args: checks.Args{"dest": o.dest}})
	}
}

// directory reports a table with DATA DIRECTORY. MySQL 8.0.21 and later refuse a directory that is not listed in
// innodb_directories (error 3121), or is inside the data directory (error 1210). Other servers need it to exist.
func (o *optionsRun) directory(pair checks.TablePair, at []datasource.Placement) {
	var directories []string
	for _, p := range at {
		if p.Directory != "" && !slices.Contains(directories, p.Directory) {
			directories = append(directories, p.Directory)
		}
	}
	if len(at) == 0 && strings.EqualFold(pair.Table.Engine, "InnoDB") { // the account may not see placements
		for _, all := range o.options.Of(pair.Source) {
			for _, m := range tableOption.FindAllStringSubmatch(all, -1) {
				if strings.EqualFold(m[1], "DATA DIRECTORY") {
					directories = append(directories, path.Clean(strings.Trim(m[2], "'")))
				}
			}
		}
	}
	for _, directory := range directories {
		f := checks.Finding{Rule: "directory", Level: checks.Warn, Object: checks.TableObject(pair.Dest),
			Actual: "DATA DIRECTORY='" + directory + "'", Expected: o.Term("existing_directory"),
			Args: checks.Args{"dest": o.dest}}
		if o.dest.IsMySQL() && o.dest.Version.AtLeast(8, 0, 21) && !o.knownDirectory(directory) {
			f.Level, f.Expected = checks.Fail, o.Term("listed_directory")
		}
		o.Report(f)
	}
}

// knownDirectory reports whether the destination lists a directory, or one that contains it, for InnoDB's files.
func (o *optionsRun) knownDirectory(directory string) bool {
	within := func(parent string) bool {
		parent = path.Clean(parent)
		return path.IsAbs(parent) && strings.HasPrefix(directory+"/", strings.TrimSuffix(parent, "/")+"/")
	}
	if data, _ := o.settings.Lookup("datadir"); data != "" && within(data) {
		return false
	}
	var known []string
	for _, variable := range []string{"innodb_directories", "innodb_data_home_dir", "innodb_undo_directory"} {
		value, _ := o.settings.Lookup(variable)
		known = append(known, strings.FieldsFunc(value, func(r rune) bool { return r == ';' })...)
	}
	return slices.ContainsFunc(known, within)
}

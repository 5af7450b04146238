package table

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// keyring is whether the destination can encrypt tables, read once.
type keyring struct {
	read, found bool
	level       checks.Level // of a missing keyring
}

// lacksKeyring reports whether a MySQL destination cannot encrypt tables (error 3185), and the level of that: a warning
// if the account may not see it.
func (o *optionsRun) lacksKeyring(ctx context.Context) (bool, error) {
	if !o.keyring.read {
		found, err := datasource.FactKeyring.Of(ctx, o.Dest())
		o.keyring = keyring{read: true, found: found, level: checks.Fail}
		if datasource.NotShown(err) {
			o.keyring.level, err = checks.Warn, nil
		}
		if err != nil {
			return false, err
		}
	}
	return !o.keyring.found, nil
}

// encryption reports an encrypted table of MySQL: MariaDB ignores the option, which is in a comment, and MySQL needs a
// keyring.
func (o *optionsRun) encryption(ctx context.Context, pair checks.TablePair) error {
	f := checks.Finding{Rule: "encryption_lost", Level: checks.Warn, Object: checks.TableObject(pair.Dest),
		Args: checks.Args{"dest": o.dest}}
	if o.dest.IsMySQL() {
		missing, err := o.lacksKeyring(ctx)
		if err != nil || !missing {
			return err
		}
		f.Rule, f.Level, f.Actual = "keyring", o.keyring.level, "ENCRYPTION='Y'"
	}
	o.Report(f)
	return nil
}

// defaultEncryption reports schemas of the destination in which MySQL encrypts every new table by default without a
// keyring. A schema that does not exist yet gets default_table_encryption, unless MySQL of the source writes its own.
func (o *optionsRun) defaultEncryption(ctx context.Context, mapping *checks.Mapping) error {
	if !o.dest.IsMySQL() || !o.dest.Version.AtLeast(8, 0, 16) {
		return nil
	}
	there, err := datasource.FactSchemas.Of(ctx, o.Dest())
	if err != nil {
		return err
	}
	from, err := datasource.FactSchemas.Of(ctx, o.Source())
	if err != nil {
		return err
	}
	byDefault, _ := o.settings.On("default_table_encryption")
	for _, pair := range mapping.Schemas {
		source, dest := schemaNamed(from, pair.Source), schemaNamed(there, pair.Dest)
		f := checks.Finding{Rule: "keyring", Object: checks.SchemaObject(pair.Dest), Args: checks.Args{"dest": o.dest}}
		writes := o.source.IsMySQL() && o.source.Version.AtLeast(8, 0, 16) && source != nil
		switch {
		case dest != nil && dest.Encrypted:
			f.Actual, f.SQL = "DEFAULT ENCRYPTION='Y'", unencrypted(o.Route.Dest, pair.Dest)
		case dest == nil && writes && source.Encrypted:
			f.Actual, f.SQL = "DEFAULT ENCRYPTION='Y'", unencrypted(o.Route.Source, pair.Source)
			f.On = checks.Place{Side: checks.Source}
		case dest == nil && !writes && byDefault:
			f.Actual = "default_table_encryption=ON"
			f.SQL = checks.SetGlobal(o.dest, "default_table_encryption", "OFF")
		default:
			continue
		}
		missing, err := o.lacksKeyring(ctx)
		if err != nil || !missing {
			return err
		}
		f.Level = o.keyring.level
		o.Report(f)
	}
	return nil
}

// unencrypted returns the statement after which new tables of a schema are not encrypted.
func unencrypted(t datasource.Type, schema string) []string {
	return []string{"ALTER DATABASE " + checks.Quote(t, schema) + " ENCRYPTION = 'N'"}
}

// schemaNamed returns the schema of that name, nil if there is none.
func schemaNamed(schemas []datasource.Schema, name string) *datasource.Schema {
	for i := range schemas {
		if schemas[i].Name == name {
			return &schemas[i]
		}
	}
	return nil
}

package charset

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// coverage says whether a character set has every character of another one.
type coverage int

const (
	fullCoverage coverage = iota
	unknownCoverage
	partialCoverage
)

var (
	// textTypes are the types of Oracle with the character set of the database.
	textTypes = []string{"VARCHAR2", "CHAR", "CLOB", "LONG"}
	keyTypes  = []string{"VARCHAR2", "CHAR", "NVARCHAR2", "NCHAR"}

	// Names of single-byte character sets consist of the language, the bits of a character and the standard.
	singleByteSet = regexp.MustCompile(`^[A-Z]{1,3}[78][A-Z]`)
	// otherLetters matches sets without the letters of ASCII: national variants of seven bits, and EBCDIC.
	otherLetters = regexp.MustCompile(`^[A-Z]{1,3}7|EBCDIC|^UTFE$`)

	unicodeSets = []string{"AL32UTF8", "UTF8", "UTFE"}
	// basicSets are multi-byte sets with no characters beyond the basic plane of Unicode.
	basicSets = []string{
		"ZHS16GBK", "ZHS16CGB231280", "ZHT16BIG5", "ZHT16MSWIN950", "JA16SJIS", "JA16SJISTILDE", "JA16EUC",
		"JA16EUCTILDE", "KO16KSC5601", "KO16MSWIN949",
	}
)

// oracleSupersets maps sets of Oracle to the sets that contain them at the same codes. Source: Oracle Database
// Globalization Support Guide, "Subsets and Supersets". The supersets of US7ASCII are recognized by their names.
var oracleSupersets = map[string][]string{
	"AR8ISO8859P6": {"AR8ASMO708PLUS", "AR8ASMO8X"}, "BLT8CP921": {"BLT8ISO8859P13", "LT8MSWIN921"},
	"KO16KSC5601": {"KO16MSWIN949"}, "LT8MSWIN921": {"BLT8ISO8859P13", "BLT8CP921"}, "UTF8": {"AL32UTF8"},
	"WE8DEC": {"TR8DEC", "WE8NCR4970"}, "WE8ISO8859P1": {"WE8MSWIN1252"}, "WE8ISO8859P9": {"TR8MSWIN1254"},
	"WE8NCR4970": {"TR8DEC", "WE8DEC"}, "WE8PC850": {"WE8PC858"},
}

// mysqlSets maps sets of Oracle to the character sets of MySQL with the same standard. Sources: Oracle Database
// Globalization Support Guide, "Character Sets"; MySQL 9 Reference Manual, "Supported Character Sets and Collations"
// (latin1 is cp1252).
var mysqlSets = map[string][]string{
	"WE8MSWIN1252": {"latin1"}, "WE8ISO8859P1": {"latin1"}, "EE8ISO8859P2": {"latin2"}, "WE8ISO8859P9": {"latin5"},
	"BLT8ISO8859P13": {"latin7"}, "EL8ISO8859P7": {"greek"}, "IW8ISO8859P8": {"hebrew"}, "EE8MSWIN1250": {"cp1250"},
	"CL8MSWIN1251": {"cp1251"}, "AR8MSWIN1256": {"cp1256"}, "BLT8MSWIN1257": {"cp1257"}, "WE8PC850": {"cp850"},
	"EE8PC852": {"cp852"}, "RU8PC866": {"cp866"}, "CL8KOI8R": {"koi8r"}, "CL8KOI8U": {"koi8u"},
	"TH8TISASCII": {"tis620"}, "ZHS16GBK": {"gbk"}, "ZHS32GB18030": {"gb18030"}, "ZHS16CGB231280": {"gb2312", "gbk"},
	"KO16KSC5601": {"euckr"},
}

var (
	// allUnicode are the character sets of MySQL with every character of Unicode.
	allUnicode        = []string{"utf8mb4", "utf16", "utf16le", "utf32", "gb18030", "gb18030_2022"}
	mysqlBasicUnicode = []string{"utf8", "utf8mb3", "ucs2"}
	mysqlSingleByte   = strings.Fields(`armscii8 ascii cp1250 cp1251 cp1256 cp1257 cp850 cp852 cp866 dec8 geostd8 greek
		hebrew hp8 keybcs2 koi8r koi8u latin1 latin2 latin5 latin7 macce macroman swe7 tis620`)
)

// isBasic reports whether a set of Oracle has no character beyond the basic plane of Unicode for certain.
func isBasic(set string) bool {
	return singleByteSet.MatchString(set) || slices.Contains(basicSets, set)
}

// oracleCoverage returns whether a character set of Oracle or OceanBase in Oracle mode has the characters of another.
func oracleCoverage(source, dest string) coverage {
	switch {
	case source == dest, dest == "AL32UTF8", slices.Contains(oracleSupersets[source], dest),
		source == "US7ASCII" && !otherLetters.MatchString(dest),
		dest == "UTF8" && isBasic(source):
		return fullCoverage
	case source == "US7ASCII", slices.Contains(unicodeSets, dest), strings.HasPrefix(dest, "ZHS32GB18030"):
		return unknownCoverage
	case slices.Contains(unicodeSets, source), singleByteSet.MatchString(dest) && !singleByteSet.MatchString(source):
		return partialCoverage
	}
	return unknownCoverage
}

// mysqlCoverage returns whether a character set of MySQL has the characters of a set of Oracle.
func mysqlCoverage(source, dest string) coverage {
	switch unicode := slices.Contains(unicodeSets, source); {
	case slices.Contains(allUnicode, dest), slices.Contains(mysqlSets[source], dest),
		source == "US7ASCII" && dest != "swe7" && dest != "binary",
		slices.Contains(mysqlBasicUnicode, dest) && isBasic(source):
		return fullCoverage
	case dest == "binary", source == "US7ASCII":
		return unknownCoverage
	case unicode, source == "ZHS32GB18030" && slices.Contains(mysqlBasicUnicode, dest),
		slices.Contains(mysqlSingleByte, dest) && !singleByteSet.MatchString(source):
		return partialCoverage
	}
	return unknownCoverage
}

// oracleCharset compares the character set of an Oracle-like source with that of the destination.
func oracleCharset(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	source, err := sysvar.CharacterSet(ctx, p.Source(), "NLS_CHARACTERSET")
	if err != nil {
		return err
	}
	if p.Route.Dest.Dialect() == datasource.MySQLDialect {
		return mysqlCharset(ctx, p, mapping, columns, source)
	}
	if !slices.ContainsFunc(mapping.BaseTables(), func(t checks.TablePair) bool {
		return slices.ContainsFunc(columns.Of(t.Source), isText)
	}) {
		return nil
	}
	dest, err := sysvar.CharacterSet(ctx, p.Dest(), "NLS_CHARACTERSET")
	if err != nil {
		return err
	}
	expected := source
	if source != "AL32UTF8" {
		expected = p.Term("either", "first", source, "second", "AL32UTF8")
	}
	reportCoverage(p, oracleCoverage(source, dest), checks.Finding{
		Object: checks.VariableObject("NLS_CHARACTERSET"), Actual: dest, Expected: expected,
		Args: checks.Args{"source": source, "where": p.Term("destination")}})
	return nil
}

// reportCoverage reports the finding unless the character set of the destination has all characters.
func reportCoverage(p *checks.Pass, c coverage, f checks.Finding) {
	f.Level = checks.Warn
	switch c {
	case partialCoverage:
		f.Rule = "loses"
		p.Report(f)
	case unknownCoverage:
		f.Rule = "not_known_to_hold"
		p.Report(f)
	}
}

// isText reports whether a column has the character set of the database.
func isText(c datasource.Column) bool { return slices.Contains(textTypes, c.DataType) }

// mysqlCharset checks the defaults of the schemas in which tables have to be created on a destination other than
// Oracle: their character set, and whether their collation treats values of a unique index of Oracle as equal.
func mysqlCharset(
	ctx context.Context, p *checks.Pass, mapping *checks.Mapping, columns datasource.TableRows[datasource.Column],
	source string,
) error {
	defaults, err := schemaDefaults(ctx, p)
	if err != nil {
		return err
	}
	tables, err := datasource.FactTables.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	known, err := datasource.FactCharsets.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	judged := map[string]bool{}
	existing := 0
	for _, pair := range mapping.BaseTables() {
		if tables.Find(pair.Dest) != nil {
			existing++
			continue
		}
		schema, exists := defaults(pair.Dest.Schema)
		if schema.Charset == "" {
			return p.NotChecked("no_default", "schema", schema.Name)
		}
		covered, expected := mysqlCoverage(source, schema.Charset), schema.Charset
		if covered != fullCoverage {
			expected = "utf8mb4"
		}
		collation := expected + "_bin" // Oracle compares strings by their bytes
		var alter []string
		if exists && known.HasCollation(collation) {
			alter = []string{"ALTER DATABASE " + checks.Quote(p.Route.Dest, schema.Name) +
				charsetClause(expected, collation)}
		}
		own := columns.Of(pair.Source)
		if !judged[schema.Name] && slices.ContainsFunc(own, isText) {
			judged[schema.Name] = true
			reportCoverage(p, covered, checks.Finding{
				Object: checks.SchemaObject(pair.Source.Schema), Actual: schema.Charset, Expected: expected,
				Args: checks.Args{"source": source, "where": p.Term("schema", "schema", schema.Name)}, SQL: alter,
				On: checks.Place{Side: checks.Dest}})
		}
		if !strings.HasSuffix(schema.Collation, "_ci") {
			continue
		}
		for _, i := range indexes.Of(pair.Source) {
			if i.Unique && overText(i, own) {
				p.Report(checks.Finding{Rule: "folds_case", Level: checks.Warn,
					Object: checks.IndexObject(pair.Source, i.Name),
					Actual: schema.Collation, Expected: collation, SQL: alter,
					On: checks.Place{Side: checks.Dest}})
			}
		}
	}
	if existing > 0 {
		p.Note("existing_tables", "count", existing)
	}
	return nil
}

// overText reports whether an index has a column of strings.
func overText(index datasource.Index, columns []datasource.Column) bool {
	return slices.ContainsFunc(index.Columns, func(part datasource.IndexColumn) bool {
		return slices.ContainsFunc(columns, func(c datasource.Column) bool {
			return c.Name == part.Name && slices.Contains(keyTypes, c.DataType)
		})
	})
}

// schemaDefaults returns a function that returns the defaults of a schema of the destination, and those of the server
// for a schema that does not exist yet.
func schemaDefaults(
	ctx context.Context, p *checks.Pass,
) (func(name string) (s datasource.Schema, exists bool), error) {
	server, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return nil, err
	}
	schemas, err := datasource.FactSchemas.Of(ctx, p.Dest())
	if err != nil {
		return nil, err
	}
	settings, err := datasource.FactVariables.Of(ctx, p.Dest())
	if err != nil {
		return nil, err
	}
	return func(name string) (datasource.Schema, bool) {
		for _, s := range schemas {
			if server.NameCase.Fold(s.Name) == server.NameCase.Fold(name) {
				return s, true
			}
		}
		charset, collation := settings["character_set_server"], settings["collation_server"]
		return datasource.Schema{Name: name, Charset: charset, Collation: collation}, false
	}, nil
}

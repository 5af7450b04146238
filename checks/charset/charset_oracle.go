package charset

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// holding tells whether a character set has every character of another one.
type holding int

const (
	wholly holding = iota
	perhaps
	partly
)

var (
	// textTypes are the types of Oracle whose values are in the database's character set.
	textTypes = []string{"VARCHAR2", "CHAR", "CLOB", "LONG"}
	keyTypes  = []string{"VARCHAR2", "CHAR", "NVARCHAR2", "NCHAR"}

	// Character sets of one byte are named after their language, the bits of a character and the standard.
	singleByteSet = regexp.MustCompile(`^[A-Z]{1,3}[78][A-Z]`)
	// otherLetters are not ASCII's: national variants of seven bits, and EBCDIC.
	otherLetters = regexp.MustCompile(`^[A-Z]{1,3}7|EBCDIC|^UTFE$`)

	unicodeSets = []string{"AL32UTF8", "UTF8", "UTFE"}
	// basicSets are sets of several bytes whose characters all lie in Unicode's basic plane.
	basicSets = []string{"ZHS16GBK", "ZHS16CGB231280", "ZHT16BIG5", "ZHT16MSWIN950", "JA16SJIS", "JA16SJISTILDE", "JA16EUC", "JA16EUCTILDE", "KO16KSC5601", "KO16MSWIN949"}
)

// oracleSupersets are the sets that hold a set of Oracle at the same codes (Oracle Database Globalization Support Guide,
// "Subsets and Supersets"); those of US7ASCII are told by their names.
var oracleSupersets = map[string][]string{
	"AR8ISO8859P6": {"AR8ASMO708PLUS", "AR8ASMO8X"}, "BLT8CP921": {"BLT8ISO8859P13", "LT8MSWIN921"}, "KO16KSC5601": {"KO16MSWIN949"},
	"LT8MSWIN921": {"BLT8ISO8859P13", "BLT8CP921"}, "UTF8": {"AL32UTF8"}, "WE8DEC": {"TR8DEC", "WE8NCR4970"}, "WE8ISO8859P1": {"WE8MSWIN1252"},
	"WE8ISO8859P9": {"TR8MSWIN1254"}, "WE8NCR4970": {"TR8DEC", "WE8DEC"}, "WE8PC850": {"WE8PC858"},
}

// mysqlSets are the character sets of MySQL that are the same standard as one of Oracle (Oracle Database Globalization Support
// Guide, "Character Sets"; MySQL 9 Reference Manual, "Supported Character Sets and Collations": latin1 is cp1252).
var mysqlSets = map[string][]string{
	"WE8MSWIN1252": {"latin1"}, "WE8ISO8859P1": {"latin1"}, "EE8ISO8859P2": {"latin2"}, "WE8ISO8859P9": {"latin5"}, "BLT8ISO8859P13": {"latin7"},
	"EL8ISO8859P7": {"greek"}, "IW8ISO8859P8": {"hebrew"}, "EE8MSWIN1250": {"cp1250"}, "CL8MSWIN1251": {"cp1251"}, "AR8MSWIN1256": {"cp1256"}, "BLT8MSWIN1257": {"cp1257"},
	"WE8PC850": {"cp850"}, "EE8PC852": {"cp852"}, "RU8PC866": {"cp866"}, "CL8KOI8R": {"koi8r"}, "CL8KOI8U": {"koi8u"}, "TH8TISASCII": {"tis620"},
	"ZHS16GBK": {"gbk"}, "ZHS32GB18030": {"gb18030"}, "ZHS16CGB231280": {"gb2312", "gbk"}, "KO16KSC5601": {"euckr"},
}

var (
	// WholeUnicode are the character sets of MySQL that hold every character of Unicode.
	WholeUnicode      = []string{"utf8mb4", "utf16", "utf16le", "utf32", "gb18030", "gb18030_2022"}
	mysqlBasicUnicode = []string{"utf8", "utf8mb3", "ucs2"}
	mysqlSingleByte   = strings.Fields("armscii8 ascii cp1250 cp1251 cp1256 cp1257 cp850 cp852 cp866 dec8 geostd8 greek hebrew hp8 keybcs2 koi8r koi8u latin1 latin2 latin5 latin7 macce macroman swe7 tis620")
)

// basic tells whether a set of Oracle surely has no character beyond Unicode's basic plane.
func basic(set string) bool { return singleByteSet.MatchString(set) || slices.Contains(basicSets, set) }

// oracleHolds tells whether a character set of Oracle, or of a tenant in Oracle mode, has the characters of another.
func oracleHolds(source, dest string) holding {
	switch {
	case source == dest, dest == "AL32UTF8", slices.Contains(oracleSupersets[source], dest),
		source == "US7ASCII" && !otherLetters.MatchString(dest),
		dest == "UTF8" && basic(source):
		return wholly
	case source == "US7ASCII", slices.Contains(unicodeSets, dest), strings.HasPrefix(dest, "ZHS32GB18030"):
		return perhaps
	case slices.Contains(unicodeSets, source), singleByteSet.MatchString(dest) && !singleByteSet.MatchString(source):
		return partly
	}
	return perhaps
}

// mysqlHolds tells whether a character set of MySQL has the characters of a set of Oracle.
func mysqlHolds(source, dest string) holding {
	switch unicode := slices.Contains(unicodeSets, source); {
	case slices.Contains(WholeUnicode, dest), slices.Contains(mysqlSets[source], dest),
		source == "US7ASCII" && dest != "swe7" && dest != "binary",
		slices.Contains(mysqlBasicUnicode, dest) && basic(source):
		return wholly
	case dest == "binary", source == "US7ASCII":
		return perhaps
	case unicode, source == "ZHS32GB18030" && slices.Contains(mysqlBasicUnicode, dest),
		slices.Contains(mysqlSingleByte, dest) && !singleByteSet.MatchString(source):
		return partly
	}
	return perhaps
}

// oracleCharset compares the character set of an Oracle-like source with what its strings come into.
func oracleCharset(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := p.Source().Columns(ctx)
	if err != nil {
		return err
	}
	source, err := CharacterSet(ctx, p.Source(), "NLS_CHARACTERSET")
	if err != nil {
		return err
	}
	if !p.Route.Dest.OracleLike() {
		return mysqlCharset(ctx, p, mapping, columns, source)
	}
	if !slices.ContainsFunc(mapping.BaseTables(), func(t checks.TablePair) bool { return holdsText(columns.Of(t.Source)) }) {
		return nil
	}
	dest, err := CharacterSet(ctx, p.Dest(), "NLS_CHARACTERSET")
	if err != nil {
		return err
	}
	reportHolding(p, oracleHolds(source, dest), checks.Finding{Object: checks.VariableObject("NLS_CHARACTERSET"), Actual: dest, Expected: source + ", or AL32UTF8", Args: checks.Args{"source": source, "where": "the destination"}})
	return nil
}

// CharacterSet gives one of the character sets of an Oracle-like database.
func CharacterSet(ctx context.Context, of *datasource.Facts, parameter string) (string, error) {
	nls, err := of.NLS(ctx)
	if err == nil && nls[parameter] == "" {
		err = &datasource.Error{Class: datasource.ErrOther, Cause: message.Verbatim("NLS_DATABASE_PARAMETERS names no " + parameter)}
	}
	return nls[parameter], err
}

func reportHolding(p *checks.Pass, h holding, f checks.Finding) {
	f.Level = checks.Warn
	switch h {
	case partly:
		f.Rule = "loses"
		p.Report(f)
	case perhaps:
		f.Rule = "not_known_to_hold"
		p.Report(f)
	}
}

func holdsText(columns []datasource.Column) bool {
	return slices.ContainsFunc(columns, func(c datasource.Column) bool { return slices.Contains(textTypes, c.DataType) })
}

// mysqlCharset looks at the defaults of the schemas of a destination of MySQL's kind in which tables have to be
// created: their character set, and whether their collation takes for equal what a unique index of Oracle tells apart.
func mysqlCharset(ctx context.Context, p *checks.Pass, mapping *checks.Mapping, columns datasource.ByTable[datasource.Column], source string) error {
	defaults, err := SchemaDefaults(ctx, p)
	if err != nil {
		return err
	}
	there, err := p.Dest().Tables(ctx)
	if err != nil {
		return err
	}
	known, err := p.Dest().Charsets(ctx)
	if err != nil {
		return err
	}
	indexes, err := p.Source().Indexes(ctx)
	if err != nil {
		return err
	}
	judged := map[string]bool{}
	standing := 0
	for _, pair := range mapping.BaseTables() {
		if there.Find(pair.Dest) != nil {
			standing++
			continue
		}
		schema, exists := defaults(pair.Dest.Schema)
		if schema.Charset == "" {
			return &datasource.Error{Class: datasource.ErrUnsupported, Cause: message.Verbatim("the destination does not tell the character set that new tables in schema " + schema.Name + " get")}
		}
		h, want := mysqlHolds(source, schema.Charset), schema.Charset
		if h != wholly {
			want = "utf8mb4"
		}
		var alter []string // Oracle compares strings by their bytes
		if exists && known.HasCollation(want+"_bin") {
			alter = []string{"ALTER DATABASE " + checks.Quote(p.Route.Dest, schema.Name) + charsetClause(want, want+"_bin")}
		}
		if !judged[schema.Name] && holdsText(columns.Of(pair.Source)) {
			judged[schema.Name] = true
			reportHolding(p, h, checks.Finding{Object: checks.SchemaObject(pair.Source.Schema), Actual: schema.Charset, Expected: want,
				Args: checks.Args{"source": source, "where": "schema " + schema.Name + " of the destination"}, SQL: alter})
		}
		if !strings.HasSuffix(schema.Collation, "_ci") {
			continue
		}
		for _, i := range indexes.Of(pair.Source) {
			if i.Unique && slices.ContainsFunc(i.Columns, func(part datasource.IndexColumn) bool { return textPart(columns.Of(pair.Source), part.Name) }) {
				p.Report(checks.Finding{Rule: "folds_case", Level: checks.Warn, Object: checks.IndexObject(pair.Source, i.Name), Actual: schema.Collation, Expected: want + "_bin", SQL: alter})
			}
		}
	}
	if standing > 0 {
		p.Inform("%d table(s) are on the destination already: RDB_COLUMN_DIFF compares the character sets of their columns, RDB_UNIQUE_KEY_DIFF the collations of their keys", standing)
	}
	return nil
}

func textPart(columns []datasource.Column, name string) bool {
	return slices.ContainsFunc(columns, func(c datasource.Column) bool { return c.Name == name && slices.Contains(keyTypes, c.DataType) })
}

// SchemaDefaults gives what tells the defaults of a schema of the destination, those of the server for one that is not there yet.
func SchemaDefaults(ctx context.Context, p *checks.Pass) (func(name string) (s datasource.Schema, exists bool), error) {
	server, err := p.Dest().Server(ctx)
	if err != nil {
		return nil, err
	}
	schemas, err := p.Dest().Schemas(ctx)
	if err != nil {
		return nil, err
	}
	settings, err := p.Dest().Variables(ctx)
	if err != nil {
		return nil, err
	}
	return func(name string) (datasource.Schema, bool) {
		for _, s := range schemas {
			if server.NameCase.Fold(s.Name) == server.NameCase.Fold(name) {
				return s, true
			}
		}
		return datasource.Schema{Name: name, Charset: settings["character_set_server"], Collation: settings["collation_server"]}, false
	}, nil
}

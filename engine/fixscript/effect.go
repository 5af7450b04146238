package fixscript

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// Effect is what a statement needs or costs beyond a change of a definition.
type Effect string

// The effects.
const (
	Privilege Effect = "privilege" // needs an administrator: a global setting, an account, the whole instance
	Restart   Effect = "restart"   // takes effect at the next start of the server
	Rebuild   Effect = "rebuild"   // copies all rows of a table, or may do so
	Data      Effect = "data"      // changes or removes rows, values or tables
)

var (
	restarts   = starts(`SET\s+PERSIST_ONLY\b`)
	anySPFile  = regexp.MustCompile(`(?i)\bSCOPE\s*=\s*SPFILE\b`)
	privileged = starts(`SET\s+(PERSIST|PERSIST_ONLY|GLOBAL)\b|GRANT\b|REVOKE\b|SET\s+(DEFAULT\s+)?ROLE\b|` +
		`(CREATE|ALTER|DROP)\s+(USER|ROLE|PROFILE|TABLESPACE)\b|ALTER\s+SYSTEM\b|ALTER\s+PACKAGE\b`)
	wholeOracle = starts(`ALTER\s+(PLUGGABLE\s+)?DATABASE\b`)
	changesRows = starts(`(DELETE|UPDATE|INSERT|REPLACE|TRUNCATE|MERGE)\b|DROP\s+(TABLE|DATABASE|SCHEMA)\b`)
	removes     = starts(`DROP\s+(COLUMN\b|UNUSED\b|PARTITION\b|\(|` + "`" + `|")|TRUNCATE\b|EXCHANGE\b|DISCARD\b`)
	rebuilds    = starts(`CONVERT\b|MODIFY\b|CHANGE\b|ENGINE\b|ROW_FORMAT\b|KEY_BLOCK_SIZE\b|PAGE_\w+|` +
		`TRANSACTIONAL\b|ENCRYPT\w*|COMPRESSION\b|ADD\s+(COLUMN\b|PRIMARY\b|\(|` + "`" + `|")|` +
		`DROP\s+PRIMARY\b|FORCE\b|\w+\s+PARTITION\w*`)
	oracleModify = starts(`MODIFY\b`)
)

func starts(pattern string) *regexp.Regexp { return regexp.MustCompile(`(?is)^(?:` + pattern + `)`) }

// Effects lists the effects.
func Effects() []Effect { return []Effect{Privilege, Restart, Rebuild, Data} }

// EffectsOf returns the effects of statements in the dialect of a type, in the order of Effects. A conversion of a
// character set or type is none of Data: a script runs in strict mode, which refuses a value that does not fit.
func EffectsOf(t datasource.Type, statements ...string) []Effect {
	var all []Effect
	for _, e := range Effects() {
		if slices.ContainsFunc(statements, func(sql string) bool { return has(t, sql, e) }) {
			all = append(all, e)
		}
	}
	return all
}

// has reports whether a statement has an effect.
func has(t datasource.Type, sql string, e Effect) bool {
	oracle := t.Dialect() == datasource.OracleDialect
	switch e {
	case Privilege:
		return privileged.MatchString(sql) || oracle && wholeOracle.MatchString(sql)
	case Restart:
		return restarts.MatchString(sql) || oracle && anySPFile.MatchString(sql)
	case Data:
		if changesRows.MatchString(sql) {
			return true
		}
	}
	alter, ok := readAlter(sql)
	clause := func(p *regexp.Regexp) bool { return slices.ContainsFunc(alter.clauses, p.MatchString) }
	switch {
	case !ok:
		return false
	case e == Data:
		return clause(removes)
	}
	return clause(rebuilds) && !(oracle && clause(oracleModify))
}

// alterTable is an ALTER TABLE statement.
type alterTable struct {
	table   string // quoted
	clauses []string
}

// quotedTable is what ALTER TABLE of this program starts with.
var quotedTable = regexp.MustCompile("(?s)^ALTER TABLE (" + quotedName + `(?:\.` + quotedName + ")?) (.+)$")

const quotedName = "(?:`(?:[^`]|``)*`|\"[^\"]*\")"

func readAlter(statement string) (a alterTable, ok bool) {
	parts := quotedTable.FindStringSubmatch(statement)
	if parts == nil {
		return a, false
	}
	return alterTable{parts[1], splitClauses(parts[2])}, true
}

func (a alterTable) String() string {
	return "ALTER TABLE " + a.table + " " + strings.Join(a.clauses, ", ")
}

// splitClauses splits the clauses of an ALTER TABLE at the commas that are outside of quotes and parentheses.
func splitClauses(text string) []string {
	var clauses []string
	start, depth := 0, 0
	var quote byte
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quote != 0:
			if c == '\\' && quote == '\'' {
				i++
			} else if c == quote { // a doubled quote ends and starts again
				quote = 0
			}
		case c == '\'' || c == '`' || c == '"':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			clauses = append(clauses, strings.TrimSpace(text[start:i]))
			start = i + 1
		}
	}
	return append(clauses, strings.TrimSpace(text[start:]))
}

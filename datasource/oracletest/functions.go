package oracletest

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"modernc.org/sqlite"
)

// native are Oracle's functions that SQLite has under the same name and meaning.
var native = set(`COUNT SUM MIN MAX AVG COALESCE NULLIF ABS ROW_NUMBER RANK DENSE_RANK LAG LEAD
	FIRST_VALUE LAST_VALUE NTILE CAST`)

// renamed are those that it has under another name.
var renamed = map[string]string{"NVL": "IFNULL"}

// emulated are the functions implemented here. With a NULL argument they return NULL unless nulls is set.
var emulated = map[string]struct {
	least, most int
	nulls       bool
	call        func(args []any) (any, error)
}{
	"NVL2":   {3, 3, true, func(a []any) (any, error) { return pick(a[0] != nil, a[1], a[2]), nil }},
	"DECODE": {3, 255, true, decode},
	// Times are in UTC here.
	"SYS_EXTRACT_UTC": {1, 1, false, func(a []any) (any, error) { return a[0], nil }},
	"TO_CHAR":         {1, 3, false, toChar},
	"TO_CLOB":         {1, 1, false, func(a []any) (any, error) { return text(a[0]), nil }},
	"TO_NUMBER":       {1, 3, false, toNumber},
	"TO_DATE":         {1, 3, false, toDate},
	"TO_TIMESTAMP":    {1, 3, false, toDate},
	"SUBSTR":          {2, 3, false, substr},
	"INSTR":           {2, 4, false, instr},
	"LENGTH": {1, 1, false,
		func(a []any) (any, error) { return int64(utf8.RuneCountInString(text(a[0]))), nil }},
	"LENGTHB": {1, 1, false, func(a []any) (any, error) { return int64(len(text(a[0]))), nil }},
	"UPPER":   {1, 1, false, func(a []any) (any, error) { return strings.ToUpper(text(a[0])), nil }},
	"LOWER":   {1, 1, false, func(a []any) (any, error) { return strings.ToLower(text(a[0])), nil }},
	"TRIM":    {1, 1, false, func(a []any) (any, error) { return strings.Trim(text(a[0]), " "), nil }},
	"LTRIM": {1, 2, false,
		func(a []any) (any, error) { return strings.TrimLeft(text(a[0]), second(a, " ")), nil }},
	"RTRIM": {1, 2, false,
		func(a []any) (any, error) { return strings.TrimRight(text(a[0]), second(a, " ")), nil }},
	"REPLACE":   {2, 3, true, replace},
	"TRANSLATE": {3, 3, false, translateCharacters},
	"TRUNC":     {1, 2, false, trunc},
	"ROUND":     {1, 2, false, round},
	"FLOOR":     {1, 1, false, func(a []any) (any, error) { return numeric(a[0], math.Floor) }},
	"CEIL":      {1, 1, false, func(a []any) (any, error) { return numeric(a[0], math.Ceil) }},
	"SIGN":      {1, 1, false, func(a []any) (any, error) { return numeric(a[0], sign) }},
	"MOD":       {2, 2, false, mod},
	"GREATEST":  {1, 255, false, func(a []any) (any, error) { return extreme(a, 1), nil }},
	"LEAST":     {1, 255, false, func(a []any) (any, error) { return extreme(a, -1), nil }},
	"CHR":       {1, 1, false, func(a []any) (any, error) { n, err := float(a[0]); return string(rune(n)), err }},
	"ASCII": {1, 1, false,
		func(a []any) (any, error) { r, _ := utf8.DecodeRuneInString(text(a[0])); return int64(r), nil }},
	"REGEXP_LIKE":  {2, 3, false, regexpLike},
	"REGEXP_COUNT": {2, 2, false, regexpCount},
	"CONCAT":       {2, 2, true, func(a []any) (any, error) { return text(a[0]) + text(a[1]), nil }},
}

// elsewhere are functions that Oracle has and this emulation has not.
var elsewhere = set(`EXTRACT USERENV XMLAGG XMLELEMENT XMLTYPE DBMS_XMLGEN ADD_MONTHS MONTHS_BETWEEN
	LAST_DAY NEXT_DAY LPAD RPAD INITCAP REGEXP_REPLACE REGEXP_SUBSTR REGEXP_INSTR HEXTORAW RAWTOHEX
	STANDARD_HASH ORA_HASH DUMP VSIZE NUMTODSINTERVAL NUMTOYMINTERVAL TO_DSINTERVAL TO_TIMESTAMP_TZ
	TO_BINARY_DOUBLE POWER SQRT LOG LN EXP JSON_VALUE JSON_TABLE STDDEV VARIANCE MEDIAN RATIO_TO_REPORT
	PERCENTILE_CONT WM_CONCAT SYS_GUID ORA_INVOKING_USER SUBSTRB INSTRB NLS_UPPER ASCIISTR UNISTR`)

// prefix is put before the names of emulated functions, as SQLite has some of them with
// another meaning.
const prefix = "ORA_"

var registerOnce sync.Once

// registerFunctions makes the functions known to SQLite, for the whole process.
func registerFunctions() {
	registerOnce.Do(func() {
		for name, f := range emulated {
			sqlite.MustRegisterScalarFunction(prefix+name, -1,
				func(_ *sqlite.FunctionContext, values []driver.Value) (driver.Value, error) {
					args := make([]any, len(values))
					for i, v := range values {
						if v == nil && !f.nulls {
							return nil, nil
						}
						args[i] = v
					}
					v, err := f.call(args)
					if err != nil || v == "" {
						return nil, err
					}
					return v, nil
				})
		}
	})
}

// functions checks the functions that are called and puts in SQLite's names for them.
func (x *translation) functions() error {
	for i, t := range x.tokens {
		if t.kind != word || t.outSet || t.gone || !x.at(i+1).is("(") || x.at(i-1).is("AS") && x.inCast(i) {
			continue
		}
		if keywords[t.text] && t.text != "CAST" || t.is("WITHIN", "ANY", "SOME", "TABLE") || x.ctes[t.text] {
			continue
		}
		if x.at(i - 1).is(".") {
			return notEmulated("packages and object methods").at(t.pos)
		}
		open := x.at(i + 1)
		args := 0
		if open.match > i+2 {
			args = len(x.split(span{i + 2, open.match}, open.depth+1))
		}
		switch f, ok := emulated[t.text]; {
		case t.text == "LISTAGG":
			if err := x.listagg(i, args); err != nil {
				return err
			}
		case renamed[t.text] != "":
			if args != 2 {
				return oraError(909).at(t.pos)
			}
			t.replace(renamed[t.text])
		case native[t.text]:
			t.replace(t.text)
		case ok:
			if args < f.least {
				return oraError(938).at(t.pos)
			}
			if args > f.most {
				return oraError(939).at(t.pos)
			}
			t.replace(prefix + t.text)
		case elsewhere[t.text]:
			return notEmulated("the function " + t.text).at(t.pos)
		default:
			return oraError(904, quote(t.text)).at(t.pos)
		}
	}
	return nil
}

// listagg turns LISTAGG(x, sep) WITHIN GROUP (ORDER BY y) into GROUP_CONCAT(x, sep ORDER BY y).
func (x *translation) listagg(i, args int) error {
	end := x.at(i + 1).match
	if !x.at(end+1).is("WITHIN") || !x.at(end+2).is("GROUP") || !x.at(end+3).is("(") {
		return notEmulated("LISTAGG without WITHIN GROUP").at(x.tokens[i].pos)
	}
	x.tokens[i].replace("GROUP_CONCAT")
	if args == 1 {
		x.tokens[end].before += ",''"
	}
	for j := end; j <= end+3; j++ {
		x.tokens[j].drop()
		x.tokens[j].outSet = true
	}
	return nil
}

func pick(first bool, a, b any) any {
	if first {
		return a
	}
	return b
}

func second(args []any, otherwise string) string {
	if len(args) > 1 {
		return text(args[1])
	}
	return otherwise
}

func decode(a []any) (any, error) {
	i := 1
	for ; i+1 < len(a); i += 2 {
		if a[i] == nil && a[0] == nil || a[i] != nil && a[0] != nil && text(a[i]) == text(a[0]) {
			return a[i+1], nil
		}
	}
	if i < len(a) {
		return a[i], nil
	}
	return nil, nil
}

func float(v any) (float64, error) {
	f, err := strconv.ParseFloat(strings.TrimSpace(text(v)), 64)
	if err != nil {
		return 0, oraError(1722)
	}
	return f, nil
}

// value returns a number in the most exact form for SQLite.
func value(f float64) any {
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return int64(f)
	}
	return f
}

func numeric(v any, f func(float64) float64) (any, error) {
	n, err := float(v)
	return value(f(n)), err
}

func sign(f float64) float64 {
	switch {
	case f > 0:
		return 1
	case f < 0:
		return -1
	}
	return 0
}

func mod(a []any) (any, error) {
	n, err1 := float(a[0])
	d, err2 := float(a[1])
	if err := errors.Join(err1, err2); err != nil || d == 0 {
		return value(n), err
	}
	return value(math.Mod(n, d)), nil
}

func toNumber(a []any) (any, error) {
	f, err := float(a[0])
	return value(f), err
}

func substr(a []any) (any, error) {
	s := []rune(text(a[0]))
	at, err := float(a[1])
	if err != nil {
		return nil, err
	}
	from := int(at)
	switch {
	case from > 0:
		from--
	case from < 0:
		from += len(s)
	}
	if from < 0 || from >= len(s) {
		return nil, nil
	}
	to := len(s)
	if len(a) > 2 {
		n, err := float(a[2])
		if err != nil || n < 1 {
			return nil, err
		}
		to = min(to, from+int(n))
	}
	return string(s[from:to]), nil
}

func instr(a []any) (any, error) {
	s, sub := []rune(text(a[0])), []rune(text(a[1]))
	from, nth := 1.0, 1.0
	var err error
	if len(a) > 2 {
		if from, err = float(a[2]); err != nil {
			return nil, err
		}
	}
	if len(a) > 3 {
		if nth, err = float(a[3]); err != nil {
			return nil, err
		}
	}
	step, at := 1, int(from)-1
	if from < 0 {
		step, at = -1, len(s)+int(from)
	}
	for ; at >= 0 && at < len(s); at += step {
		if at+len(sub) <= len(s) && string(s[at:at+len(sub)]) == string(sub) {
			if nth--; nth == 0 {
				return int64(at + 1), nil
			}
		}
	}
	return int64(0), nil
}

func replace(a []any) (any, error) {
	if a[0] == nil {
		return nil, nil
	}
	with := ""
	if len(a) > 2 {
		with = text(a[2])
	}
	if text(a[1]) == "" {
		return text(a[0]), nil
	}
	return strings.ReplaceAll(text(a[0]), text(a[1]), with), nil
}

func translateCharacters(a []any) (any, error) {
	from, to := []rune(text(a[1])), []rune(text(a[2]))
	return strings.Map(func(r rune) rune {
		for i, f := range from {
			if f == r {
				if i < len(to) {
					return to[i]
				}
				return -1
			}
		}
		return r
	}, text(a[0])), nil
}

// trunc cuts a number or a time: times are numbers of days here.
func trunc(a []any) (any, error) {
	f, err := float(a[0])
	if err != nil || len(a) == 1 {
		return value(math.Trunc(f)), err
	}
	if digits, err := float(a[1]); err == nil {
		unit := math.Pow(10, digits)
		return value(math.Trunc(f*unit) / unit), nil
	}
	t := timeOf(f)
	switch strings.ToUpper(text(a[1])) {
	case "DD", "DDD", "J":
		return math.Floor(f), nil
	case "MM", "MON", "MONTH":
		return daysOf(time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)), nil
	case "YYYY", "YEAR", "YY":
		return daysOf(time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC)), nil
	case "HH", "HH24":
		return daysOf(t.Truncate(time.Hour)), nil
	case "MI":
		return daysOf(t.Truncate(time.Minute)), nil
	}
	return nil, notEmulated("TRUNC with format " + text(a[1]))
}

func round(a []any) (any, error) {
	f, err := float(a[0])
	if err != nil || len(a) == 1 {
		return value(math.Round(f)), err
	}
	digits, err := float(a[1])
	unit := math.Pow(10, digits)
	return value(math.Round(f*unit) / unit), err
}

// extreme returns the greatest (1) or least (-1): numbers by value, else as text.
func extreme(a []any, want int) any {
	best := a[0]
	for _, v := range a[1:] {
		x, err1 := float(v)
		y, err2 := float(best)
		order := strings.Compare(text(v), text(best))
		if err1 == nil && err2 == nil {
			order = int(sign(x - y))
		}
		if order == want {
			best = v
		}
	}
	return best
}

func pattern(a []any) (*regexp.Regexp, error) {
	p := text(a[1])
	if len(a) > 2 && strings.Contains(text(a[2]), "i") {
		p = "(?i)" + p
	}
	re, err := regexp.Compile(p)
	if err != nil {
		return nil, notEmulated("this regular expression")
	}
	return re, nil
}

func regexpLike(a []any) (any, error) {
	re, err := pattern(a)
	if err != nil {
		return nil, err
	}
	return pick(re.MatchString(text(a[0])), int64(1), int64(0)), nil
}

func regexpCount(a []any) (any, error) {
	re, err := pattern(a)
	if err != nil {
		return nil, err
	}
	return int64(len(re.FindAllString(text(a[0]), -1))), nil
}

// timeParts are the elements of a time format, the longer of two first.
var timeParts = []struct{ oracle, layout string }{
	{"YYYY", "2006"}, {"MONTH", "January"}, {"MON", "Jan"}, {"MM", "01"}, {"DD", "02"}, {"HH24", "15"},
	{"MI", "04"}, {"SS", "05"}, {"FF6", "000000"}, {"FF3", "000"}, {"FF", "000000"}, {"TZH:TZM", "-07:00"},
	{"TZR", "-07:00"}, {"HH12", "03"}, {"HH", "03"}, {"AM", "PM"}, {"PM", "PM"}, {"RR", "06"}, {"YY", "06"},
}

// layoutOf translates a time format into Go's.
func layoutOf(format string) (string, error) {
	var b strings.Builder
	upper := strings.ToUpper(format)
next:
	for i := 0; i < len(upper); {
		for _, p := range timeParts {
			if strings.HasPrefix(upper[i:], p.oracle) {
				b.WriteString(p.layout)
				i += len(p.oracle)
				continue next
			}
		}
		if upper[i] == '"' {
			n := strings.IndexByte(upper[i+1:], '"')
			if n < 0 {
				return "", oraError(1861)
			}
			b.WriteString(format[i+1 : i+1+n])
			i += n + 2
			continue
		}
		if upper[i] >= 'A' && upper[i] <= 'Z' {
			return "", notEmulated("time format " + format)
		}
		b.WriteByte(format[i])
		i++
	}
	return b.String(), nil
}

func toChar(a []any) (any, error) {
	if len(a) == 1 {
		return text(a[0]), nil
	}
	format := strings.ToUpper(text(a[1]))
	if strings.ContainsAny(format, "YMDHSR") {
		days, err := float(a[0])
		if err != nil {
			return nil, err
		}
		layout, err := layoutOf(text(a[1]))
		if err != nil {
			return nil, err
		}
		out := timeOf(days).Format(layout)
		if strings.Contains(format, "MON") {
			out = strings.ToUpper(out)
		}
		return out, nil
	}
	n, err := float(a[0])
	if err != nil {
		return nil, err
	}
	if strings.Trim(format, "FM") == "TM9" || strings.Trim(format, "FM") == "TM" {
		return text(a[0]), nil
	}
	if _, decimals, ok := strings.Cut(strings.ReplaceAll(format, "D", "."), "."); ok {
		return fmt.Sprintf("%.*f", len(decimals), n), nil
	}
	return text(value(math.Round(n))), nil
}

func toDate(a []any) (any, error) {
	if len(a) == 1 {
		days, err := parseTime(text(a[0]))
		if err != nil {
			return nil, oraError(1861)
		}
		return days, nil
	}
	layout, err := layoutOf(text(a[1]))
	if err != nil {
		return nil, err
	}
	t, err := time.Parse(layout, text(a[0]))
	if err != nil {
		return nil, oraError(1861)
	}
	return daysOf(t), nil
}

// parseTime reads the text of a DATE or TIMESTAMP literal.
func parseTime(s string) (float64, error) {
	for _, layout := range []string{time.DateOnly, time.DateTime, "2006-01-02 15:04:05 -07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return daysOf(t), nil
		}
	}
	return 0, oraError(1861)
}

package oracletest

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Type numbers of the wire.
const (
	typeVarchar  = 1
	typeNumber   = 2
	typeLong     = 8
	typeDate     = 12
	typeRaw      = 23
	typeLongChar = 94
	typeChar     = 96
	typeClob     = 112
	typeTime     = 180
	typeTimeTZ   = 181
	typeTimeLTZ  = 231
)

// column describes one column of a result.
type column struct {
	name      string
	kind      byte
	size      int // bytes, as described
	precision byte
	scale     int
}

// longLike reports whether the driver has to define the column before rows may be sent.
func (c column) longLike() bool { return c.kind == typeLong || c.kind == typeClob }

// declared matches a declared type such as VARCHAR2(128 BYTE) or TIMESTAMP(6) WITH TIME ZONE.
var declared = regexp.MustCompile(
	`^([A-Z0-9_ ]*?)\s*(?:\(\s*(\d+)\s*(?:BYTE|CHAR)?\s*(?:,\s*(-?\d+)\s*)?\))?( WITH (?:LOCAL )?TIME ZONE)?$`)

// columnOf returns the column description of a type in the notation of the dictionary.
func columnOf(name, decl string) (column, error) {
	m := declared.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(decl)))
	if m == nil {
		return column{}, fmt.Errorf("oracletest: type %q of column %s is not known", decl, name)
	}
	n, _ := strconv.Atoi(m[2])
	scale, _ := strconv.Atoi(m[3])
	c := column{name: name, size: n}
	switch m[1] + m[4] {
	case "VARCHAR2", "NVARCHAR2":
		c.kind = typeVarchar
	case "CHAR":
		c.kind = typeChar
	case "NUMBER":
		c.kind, c.size, c.precision, c.scale = typeNumber, 22, byte(n), scale
		if m[2] == "" {
			c.scale = -127
		}
	case "DATE":
		c.kind, c.size = typeDate, 7
	case "TIMESTAMP":
		c.kind, c.size, c.scale = typeTime, 11, n
	case "TIMESTAMP WITH TIME ZONE":
		c.kind, c.size, c.scale = typeTimeTZ, 13, n
	case "TIMESTAMP WITH LOCAL TIME ZONE":
		c.kind, c.size, c.scale = typeTimeLTZ, 11, n
	case "RAW":
		c.kind = typeRaw
	case "LONG":
		c.kind, c.size = typeLong, math.MaxInt32
	case "CLOB":
		c.kind, c.size = typeClob, 4000
	default:
		return column{}, fmt.Errorf("oracletest: type %q of column %s is not known", decl, name)
	}
	return c, nil
}

// describe writes the column as the describe message holds it.
func (c column) describe(w *writer, position int, field byte) {
	w.bytes(c.kind, 0, c.precision)
	switch c.kind {
	case typeNumber, typeTime, typeTimeTZ, typeTimeLTZ:
		w.int(int64(c.scale))
	default:
		w.bytes(0)
	}
	w.uint(uint64(c.size))
	w.uint(0) // array elements
	w.uint(0) // flags
	w.dlc("") // object id
	w.uint(0) // version
	chars, form := 0, byte(0)
	switch c.kind {
	case typeVarchar, typeChar, typeLong, typeClob:
		chars, form = c.size, 1
		w.uint(charsetUTF8)
	default:
		w.uint(0)
	}
	w.bytes(form)
	w.uint(uint64(chars))
	if field >= 8 {
		w.uint(0) // collation
	}
	w.bytes(1, byte(len(c.name))) // nullable; length of the name as release 7 had it
	w.dlc(c.name)
	w.dlc("") // schema
	w.dlc("") // type
	w.uint(uint64(position))
	if field >= 6 {
		w.uint(0)
	}
}

// The times of SQLite are days since 1970-01-01 00:00:00 UTC, so that arithmetic and
// comparison are those of Oracle's DATE.
const secondsPerDay = 24 * 60 * 60

func daysOf(t time.Time) float64 {
	return float64(t.Unix())/secondsPerDay + float64(t.Nanosecond())/(secondsPerDay*1e9)
}

func timeOf(days float64) time.Time {
	whole := math.Floor(days)
	micros := math.Round((days - whole) * secondsPerDay * 1e6)
	return time.Unix(int64(whole)*secondsPerDay, 0).UTC().Add(time.Duration(micros) * time.Microsecond)
}

// encode returns the wire form of a value of SQLite; nil is NULL, as is the empty string.
func (c column) encode(v any) ([]byte, error) {
	if v == nil {
		return nil, nil
	}
	switch c.kind {
	case typeNumber:
		return encodeNumber(text(v))
	case typeDate, typeTime, typeTimeTZ, typeTimeLTZ:
		days, err := strconv.ParseFloat(text(v), 64)
		if err != nil {
			return nil, fmt.Errorf("oracletest: %v in column %s is not a time", v, c.name)
		}
		return c.encodeTime(timeOf(days)), nil
	case typeRaw:
		if b, ok := v.([]byte); ok {
			return b, nil
		}
	}
	return []byte(text(v)), nil
}

// text is how a value of SQLite reads as a string.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		s := strconv.FormatFloat(v, 'f', -1, 64)
		return strings.TrimPrefix(s, "+")
	case bool:
		if v {
			return "1"
		}
		return "0"
	}
	return fmt.Sprint(v)
}

func (c column) encodeTime(t time.Time) []byte {
	year := t.Year()
	b := []byte{byte(year/100 + 100), byte(year%100 + 100), byte(t.Month()), byte(t.Day()),
		byte(t.Hour() + 1), byte(t.Minute() + 1), byte(t.Second() + 1)}
	if c.kind == typeDate {
		return b
	}
	b = binary.BigEndian.AppendUint32(b, uint32(t.Nanosecond()))
	if c.kind == typeTimeTZ {
		b = append(b, 20, 60) // UTC
	}
	return b
}

// decimal matches a number without exponent.
func decimal(s string) bool {
	digits, points := 0, 0
	for _, c := range []byte(s) {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '.':
			points++
		default:
			return false
		}
	}
	return digits > 0 && points <= 1
}

// encodeNumber returns the bytes of a NUMBER: an exponent of base 100, then its digits.
func encodeNumber(s string) ([]byte, error) {
	digits, negative := strings.CutPrefix(strings.TrimSpace(s), "-")
	if !decimal(digits) {
		r, ok := new(big.Rat).SetString(digits)
		if !ok || r.Sign() < 0 {
			return nil, oraError(1722)
		}
		digits = r.FloatString(130)
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	whole = strings.TrimLeft(whole, "0")
	fraction = strings.TrimRight(fraction, "0")
	if whole == "" && fraction == "" {
		return []byte{0x80}, nil
	}
	if len(whole)%2 == 1 {
		whole = "0" + whole
	}
	if len(fraction)%2 == 1 {
		fraction += "0"
	}
	exponent := len(whole)/2 - 1
	mantissa := whole + fraction
	for strings.HasPrefix(mantissa, "00") {
		mantissa = mantissa[2:]
		exponent--
	}
	for strings.HasSuffix(mantissa, "00") {
		mantissa = mantissa[:len(mantissa)-2]
	}
	mantissa = mantissa[:min(len(mantissa), 40)]
	out := []byte{byte(exponent + 193)}
	for i := 0; i < len(mantissa); i += 2 {
		out = append(out, (mantissa[i]-'0')*10+mantissa[i+1]-'0'+1)
	}
	if negative {
		out[0] = ^out[0]
		for i := range out[1:] {
			out[i+1] = 102 - out[i+1]
		}
		if len(out) < 21 {
			out = append(out, 102)
		}
	}
	return out, nil
}

func decodeNumber(b []byte) (string, error) {
	if len(b) == 1 && b[0] == 0x80 {
		return "0", nil
	}
	if len(b) < 2 {
		return "", errMalformed
	}
	negative := b[0]&0x80 == 0
	exponent, mantissa := int(b[0])-193, b[1:]
	if negative {
		exponent = int(^b[0]) - 193
		if mantissa[len(mantissa)-1] == 102 {
			mantissa = mantissa[:len(mantissa)-1]
		}
	}
	var digits strings.Builder
	for _, d := range mantissa {
		n := int(d) - 1
		if negative {
			n = 101 - int(d)
		}
		if n < 0 || n > 99 {
			return "", errMalformed
		}
		fmt.Fprintf(&digits, "%02d", n)
	}
	s := digits.String()
	point := 2 * (exponent + 1)
	switch {
	case point <= 0:
		s = "0." + strings.Repeat("0", -point) + s
	case point >= len(s):
		s += strings.Repeat("0", point-len(s))
	default:
		s = s[:point] + "." + s[point:]
	}
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s = strings.TrimLeft(s, "0"); s == "" || s[0] == '.' {
		s = "0" + s
	}
	if negative {
		s = "-" + s
	}
	return s, nil
}

// decodeTime returns the time of a DATE or TIMESTAMP. The fields of a TIMESTAMP WITH TIME ZONE are UTC,
// unless bit 6 of the zone marks them as local.
func decodeTime(b []byte) (time.Time, error) {
	if len(b) < 7 {
		return time.Time{}, errMalformed
	}
	nanos := 0
	if len(b) >= 11 {
		nanos = int(binary.BigEndian.Uint32(b[7:]))
	}
	t := time.Date((int(b[0])-100)*100+int(b[1])-100, time.Month(b[2]), int(b[3]),
		int(b[4])-1, int(b[5])-1, int(b[6])-1, nanos, time.UTC)
	if len(b) >= 13 && b[11]&0x80 == 0 && b[12]&0x40 != 0 {
		offset := (int(b[11])-20)*3600 + (int(b[12]&0x3F)-60)*60
		t = t.Add(-time.Duration(offset) * time.Second)
	}
	return t, nil
}

// decodeBind returns the value of a bind, in a form for SQLite.
func decodeBind(kind byte, b []byte) (any, error) {
	if len(b) == 0 {
		return nil, nil
	}
	switch kind {
	case typeNumber:
		s, err := decodeNumber(b)
		if err != nil {
			return nil, err
		}
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n, nil
		}
		f, err := strconv.ParseFloat(s, 64)
		return f, err
	case typeDate, typeTime, typeTimeTZ, typeTimeLTZ:
		t, err := decodeTime(b)
		return daysOf(t), err
	case typeVarchar, typeChar, typeLong, typeLongChar:
		return string(b), nil
	case typeRaw:
		return b, nil
	}
	return nil, fmt.Errorf("oracletest: binds of type %d are not emulated", kind)
}

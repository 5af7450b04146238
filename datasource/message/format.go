package message

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/datasource/message/visible"
)

// Texter is a value that reads differently in each language, such as an error with a keyed text.
type Texter interface{ Message() Text }

// Bytes is a size that a text shows in human form, as in 1.5 GiB.
type Bytes int64

// String returns the size in the largest binary unit of which it has at least one.
func (b Bytes) String() string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}
	size, unit := float64(b), 0
	for math.Abs(size) >= 1024 && unit < len(units)-1 {
		size, unit = size/1024, unit+1
	}
	return decimal(size, 1) + " " + units[unit]
}

// decimal returns a number with at most that many digits after the point.
func decimal(f float64, digits int) string {
	s := strconv.FormatFloat(f, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// Duration returns a duration in human form, as in 2 h, 1 h 30 min or 1.5 s.
func Duration(d time.Duration) string {
	switch magnitude := d.Abs(); {
	case d < 0:
		return "-" + Duration(magnitude)
	case d == 0:
		return "0 s"
	case d < time.Millisecond:
		return decimal(float64(d)/float64(time.Microsecond), 0) + " µs"
	case d < time.Second:
		return decimal(float64(d)/float64(time.Millisecond), 0) + " ms"
	case d < time.Minute:
		return decimal(d.Seconds(), 1) + " s"
	case d < time.Hour:
		return parts(d, time.Minute, "min", time.Second, "s")
	case d < 48*time.Hour:
		return parts(d, time.Hour, "h", time.Minute, "min")
	}
	return parts(d, 24*time.Hour, "d", time.Hour, "h")
}

func parts(d, large time.Duration, largeUnit string, small time.Duration, smallUnit string) string {
	d = d.Round(small)
	s := strconv.FormatInt(int64(d/large), 10) + " " + largeUnit
	if rest := d % large / small; rest > 0 {
		s += " " + strconv.FormatInt(int64(rest), 10) + " " + smallUnit
	}
	return s
}

// Format returns a value as a text of the language shows it. A value with characters that could control a terminal
// or end a line is in quotes, with escapes; see package visible.
func Format(lang string, value any) string {
	switch v := value.(type) {
	case string:
		return visible.Value(v)
	case int:
		return strconv.Itoa(v)
	case Text:
		return v.In(lang)
	case Texter:
		return v.Message().In(lang)
	case time.Duration:
		return Duration(v)
	case float64:
		return decimal(v, 2)
	case error, fmt.Stringer:
		return visible.Value(strings.TrimSpace(fmt.Sprint(v))) // errors of Oracle end with a line break
	}
	if elements, ok := elementsOf(value); ok {
		words := make([]string, len(elements))
		for i := range elements {
			words[i] = Format(lang, elements[i])
		}
		return strings.Join(words, New("message.separator").In(lang))
	}
	return visible.Value(fmt.Sprint(value))
}

// elementsOf returns the elements of a list; a value that has a text of its own is not one.
func elementsOf(value any) ([]any, bool) {
	switch value.(type) {
	case error, fmt.Stringer, []byte:
		return nil, false
	}
	list := reflect.ValueOf(value)
	if list.Kind() != reflect.Slice {
		return nil, false
	}
	elements := make([]any, list.Len())
	for i := range elements {
		elements[i] = list.Index(i).Interface()
	}
	return elements, true
}

// count returns the number that chooses the plural form of a text, nil where there is none.
func count(args Args) any {
	value, given := args["count"]
	if !given {
		return nil
	}
	switch v := reflect.ValueOf(value); {
	case v.CanInt():
		return v.Int()
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	case v.CanFloat():
		return decimal(v.Float(), 2)
	}
	return nil
}
